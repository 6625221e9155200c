import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Who is signed in at the provider, and what it says of them; `lies` are put into the ID token over the truth. */
export type OutsideUser = {
  sub: string;
  phone_number?: string;
  phone_number_verified?: boolean | string;
  email?: string;
};

type Asked = { challenge: string; nonce: string; redirectUri: string; clientId: string; user: OutsideUser };

/**
 * A small OpenID provider on a loopback address: it publishes itself, signs in whom `user` names without asking, and gives an
 * ID token for a code once, to the client that knows its secret and the PKCE verifier.
 */
export async function openOpenIdProvider(options: { clientId: string; clientSecret: string }) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const forger = await generateKeyPair('RS256');
  const codes = new Map<string, Asked>();
  const tokens = new Map<string, OutsideUser>();
  const state = {
    user: { sub: 'somebody' } as OutsideUser,
    lies: {} as Record<string, string>,
    /** What the token endpoint answers instead of tokens. */
    fails: undefined as number | undefined,
    isForged: false,
    /** Whether the phone is told by the userinfo endpoint only, as some providers do. */
    tellsLater: false,
    asked: [] as string[],
  };

  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => void answer(new URL(req.url ?? '/', issuer), Buffer.concat(chunks).toString()));

    function json(status: number, body: unknown): void {
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    }

    async function answer(url: URL, body: string): Promise<void> {
      state.asked.push(url.pathname);
      if (url.pathname === '/.well-known/openid-configuration') return json(200, metadata());
      if (url.pathname === '/jwks') return json(200, { keys: [jwk] });
      if (url.pathname === '/authorize') {
        const asked = url.searchParams.get('redirect_uri') ?? '';
        res.writeHead(302, { Location: new URL(back(url.href, 'yes'), asked).href }).end();
        return;
      }
      if (url.pathname === '/token') return giveTokens(new URLSearchParams(body));
      const user = tokens.get(req.headers.authorization ?? '');
      return url.pathname === '/userinfo' && user ? json(200, user) : json(404, { error: 'not_found' });
    }

    async function giveTokens(form: URLSearchParams): Promise<void> {
      if (state.fails !== undefined) return json(state.fails, { error: 'server_error' });
      const asked = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const [id, secret] = basic(req.headers.authorization);
      const verifier = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (id !== options.clientId || secret !== options.clientSecret)
        return json(401, { error: 'invalid_client' });
      if (asked?.challenge !== verifier || asked.redirectUri !== form.get('redirect_uri'))
        return json(400, { error: 'invalid_grant' });
      const { phone_number, phone_number_verified, ...rest } = asked.user;
      const told = state.tellsLater ? rest : { ...rest, phone_number, phone_number_verified };
      const claims = { ...told, nonce: asked.nonce, ...state.lies };
      const signed = new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuedAt()
        .setIssuer(state.lies.iss ?? issuer)
        .setAudience(state.lies.aud ?? options.clientId)
        .setExpirationTime(state.lies.expires ?? '5m');
      const accessToken = `at-${tokens.size}`;
      tokens.set(`Bearer ${accessToken}`, asked.user);
      json(200, {
        access_token: accessToken,
        token_type: 'Bearer',
        id_token: await signed.sign(state.isForged ? forger.privateKey : privateKey),
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function metadata(): object {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  /** What the provider's page does once its user said yes or no: where it sends the browser. */
  function back(address: string, answer: 'yes' | 'no'): string {
    const { searchParams: asked } = new URL(address);
    const redirectUri = asked.get('redirect_uri') ?? '';
    const to = new URL(redirectUri);
    to.searchParams.set('state', asked.get('state') ?? '');
    if (answer === 'no') {
      to.searchParams.set('error', 'access_denied');
    } else {
      if (asked.get('code_challenge_method') !== 'S256') throw new Error('no PKCE');
      const code = `code-${codes.size}-${state.asked.length}`;
      codes.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        nonce: asked.get('nonce') ?? '',
        redirectUri,
        clientId: asked.get('client_id') ?? '',
        user: { ...state.user },
      });
      to.searchParams.set('code', code);
    }
    return to.pathname + to.search;
  }

  return {
    issuer,
    state,
    visit: (address: string, answer: 'yes' | 'no' = 'yes') => back(address, answer),
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type OpenIdProvider = Awaited<ReturnType<typeof openOpenIdProvider>>;

/** Name and secret of a client (RFC 6749, section 2.3.1), each form-encoded. */
function basic(header = ''): string[] {
  const text = Buffer.from(header.replace('Basic ', ''), 'base64').toString();
  return text.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
}
