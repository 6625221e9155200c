import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
} from 'openid-client';
import { GatewayError } from '../../lib/errors.ts';
import type { OutsideAnswer, OutsidePerson, OutsideProvider, OutsideSecrets } from './outside-port.ts';

/** `issuer` is https, or http on a loopback address. */
export type OpenIdOptions = { issuer: string; clientId: string; clientSecret: string; name: string };

const timeoutSeconds = 5;

/** The claims by which a provider vouches for a phone (OpenID Connect Core, section 5.1). */
type Claims = Readonly<Record<string, unknown>>;

/**
 * A provider that speaks OpenID Connect: authorization code with PKCE, state and nonce, and an ID token whose signature is
 * checked. What it has published of itself is read when it is first needed and kept for the life of the process; a failure
 * is not kept.
 */
export function createOpenIdProvider(options: OpenIdOptions): OutsideProvider {
  const known: { origin?: string; asked?: Promise<Configuration> } = {};

  function configuration(): Promise<Configuration> {
    known.asked ??= discover(options).catch((error: unknown) => {
      delete known.asked;
      throw unavailable(error);
    });
    return known.asked;
  }

  async function read(): Promise<Configuration> {
    const config = await configuration();
    const { authorization_endpoint: endpoint } = config.serverMetadata();
    if (endpoint === undefined) throw unavailable(new Error('it names no page to sign in at'));
    known.origin = new URL(endpoint).origin;
    return config;
  }

  return {
    issuer: options.issuer,
    name: options.name,
    origin: () => {
      // Nobody waits for the provider to look at a page: until it has answered, only codes are offered.
      if (known.origin === undefined && known.asked === undefined) void read().catch(() => undefined);
      return known.origin;
    },
    begin: async ({ redirectUri, state, nonce, verifier }) =>
      buildAuthorizationUrl(await read(), {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid phone',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      }),
    finish: async (input) => answerOf(await read(), input),
  };
}

function discover({ issuer, clientId, clientSecret }: OpenIdOptions): Promise<Configuration> {
  const url = new URL(issuer);
  return discovery(url, clientId, undefined, ClientSecretBasic(clientSecret), {
    execute: [enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [allowInsecureRequests] : [])],
    timeout: timeoutSeconds,
  });
}

async function answerOf(
  config: Configuration,
  input: OutsideSecrets & { answer: URL },
): Promise<OutsideAnswer> {
  try {
    const person = await personOf(config, input);
    return person ? { outcome: 'signed_in', person } : { outcome: 'refused', reason: 'no_id_token' };
  } catch (error) {
    const reason = refusalIn(error);
    if (reason === undefined) throw unavailable(error);
    return { outcome: 'refused', reason };
  }
}

async function personOf(
  config: Configuration,
  { answer, state, nonce, verifier }: OutsideSecrets & { answer: URL },
): Promise<OutsidePerson | undefined> {
  const tokens = await authorizationCodeGrant(config, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) return undefined;
  const { sub: subject } = claims;
  const told = phoneIn(claims);
  const asksMore = told === undefined && config.serverMetadata().userinfo_endpoint !== undefined;
  return {
    subject,
    phone: asksMore ? phoneIn(await fetchUserInfo(config, tokens.access_token, subject)) : told,
  };
}

function phoneIn({ phone_number: phone, phone_number_verified: verified }: Claims): string | undefined {
  return verified === true && typeof phone === 'string' ? phone : undefined;
}

/** Why, when the person said no, the code is not good, or something is forged; undefined for a provider that is away. */
function refusalIn(error: unknown): string | undefined {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) return error.error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('OAUTH_') && !notAnswered.has(code) ? code : undefined;
}

const notAnswered = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM']);

function unavailable(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const error = new GatewayError('unavailable', {
    detail: 'The provider to sign in with does not answer.',
    hint: 'Sign in by code, or try again in a minute.',
  });
  error.cause = cause;
  return error;
}
