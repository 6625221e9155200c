import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gatewayKeys } from '../src/lib/gateway-key.ts';
import { createVault } from '../src/lib/vault.ts';
import { cancelSession } from '../src/checkout/end.ts';
import { expectMatchesContract } from './support/contract.ts';
import { openShop, type Shop } from './support/shop.ts';
import { confirmedSession, openCheckout } from './support/walk.ts';
import { openWorld, origin as api, type World } from './support/world.ts';

const shopOrigin = 'https://shop.example';

let world: World;
let shop: Shop;
let session: string;
let token: string;
beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
beforeEach(async () => {
  session = (await openCheckout(shop, 10_000)).id;
  token = (await issue(session)).client_token;
});
afterAll(() => world.close());

function issue(sessionId: string): Promise<{ client_token: string; expires_at: string }> {
  return shop.post(`/v1/checkout-sessions/${sessionId}/client-token`);
}

async function poll(bearer: string | undefined, headers: Record<string, string> = {}, of = session) {
  const path = `/v1/checkout-sessions/${of}/status`;
  const response = await fetch(world.address + path, {
    headers: {
      Origin: shopOrigin,
      ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      ...headers,
    },
  });
  const body = (await response.json()) as Record<string, unknown>;
  expectMatchesContract(world.document, 'GET', path, response.status, body);
  return { status: response.status, body, headers: response.headers };
}

type Forgery = {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: Parameters<SignJWT['sign']>[0];
};

/** The real token with something changed, signed with the gateway's own key unless another is given. */
async function forge({ header = {}, claims = {}, key }: Forgery): Promise<string> {
  const [own] = gatewayKeys(world.context.vault);
  const payload = { ...decodeJwt(token), ...claims };
  return new SignJWT(payload)
    .setProtectedHeader({ ...decodeProtectedHeader(token), ...header } as { alg: string })
    .sign(key ?? own!.privateKey);
}

describe('a client token', () => {
  test('says for which session, page and time it is, and the published key verifies it', async () => {
    const issued = await issue(session);
    const nowSeconds = Math.floor(world.clock.at.getTime() / 1000);
    expect(decodeProtectedHeader(issued.client_token)).toEqual({
      alg: 'EdDSA',
      typ: 'client+jwt',
      kid: gatewayKeys(world.context.vault)[0]?.kid,
    });
    const claims = decodeJwt(issued.client_token);
    expect(claims).toEqual({
      iss: api,
      aud: 'morrow:browser',
      sub: session,
      merchant: shop.merchantId,
      env: shop.environmentId,
      origin: shopOrigin,
      scope: 'session:read',
      iat: nowSeconds,
      exp: nowSeconds + 1800,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(issued.expires_at).toBe(new Date((nowSeconds + 1800) * 1000).toISOString());
    const published = createRemoteJWKSet(new URL(`${world.address}/.well-known/jwks.json`));
    await jwtVerify(issued.client_token, published, { currentDate: world.clock.at });
  });

  test('reads the status and when it ends, and nothing else', async () => {
    const { status, body, headers } = await poll(token);
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'open', expires_at: expect.any(String) });
    expect(headers.get('access-control-allow-origin')).toBe(shopOrigin);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    for (const path of [`/v1/checkout-sessions/${session}`, '/v1/orders', '/v1/config']) {
      const response = await fetch(world.address + path, {
        headers: { Origin: shopOrigin, Authorization: `Bearer ${token}` },
      });
      expect(response.status).toBe(401);
    }
  });

  test('follows the session to its end', async () => {
    const confirmed = await confirmedSession(shop, { amount: 10_000 });
    const its = (await issue(confirmed.id)).client_token;
    expect((await poll(its, {}, confirmed.id)).body).toEqual({
      status: 'confirmed',
      expires_at: confirmed.expires_at,
    });
    await shop.inTx((tx) => cancelSession(tx, { sessionId: session, merchantId: shop.merchantId }));
    expect((await poll(token)).body.status).toBe('canceled');
  });

  test('of a session whose time is over says so before any sweep', async () => {
    world.passMs(10 * 60_000);
    const late = (await issue(session)).client_token;
    world.passMs(20 * 60_000);
    expect((await poll(late)).body.status).toBe('expired');
  });

  test('is over after half an hour', async () => {
    world.passMs(30 * 60_000 - 1000);
    expect((await poll(token)).status).toBe(200);
    world.passMs(1000);
    expect(await poll(token)).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
  });

  test.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'morrow:server' }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['an end that is over', { exp: 1 }],
    ['a longer life', { iat: 1, exp: 4_000_000_000 }],
    ['a beginning in the future', { iat: 4_000_000_000, exp: 4_000_000_001 }],
    ['no name', { jti: undefined }],
    ['no session', { sub: undefined }],
    ['something else than a session', { sub: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' }],
    ['another session', { sub: 'cs_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' }],
    ['another scope', { scope: 'session:write' }],
    ['no origin', { origin: undefined }],
  ])('with %s is refused', async (_, claims) => {
    expect(await poll(await forge({ claims }))).toMatchObject({
      status: 401,
      body: { code: 'token_invalid' },
    });
  });

  test.each([
    ['another type', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
    ['another key’s name', { kid: 'other' }],
  ])('with %s in its header is refused', async (_, header) => {
    expect(await poll(await forge({ header }))).toMatchObject({ body: { code: 'token_invalid' } });
  });

  test('under another algorithm or key is refused', async () => {
    const [own] = gatewayKeys(world.context.vault);
    const publicBytes = Buffer.from(own!.jwk.x, 'base64url');
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const forgeries = [
      new UnsecuredJWT(decodeJwt(token)).encode(),
      await forge({ header: { alg: 'HS256' }, key: publicBytes }),
      await forge({
        header: { alg: 'ES256' },
        key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      }),
      await forge({ header: { alg: 'Ed25519' } }),
      await forge({ key: stranger }),
      `${token.slice(0, -4)}AAAA`,
    ];
    for (const forged of forgeries) {
      expect(await poll(forged)).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    }
  });

  test.each([
    ['another site', { Origin: 'https://evil.example' }],
    ['a sandboxed frame', { Origin: 'null' }],
    ['another port', { Origin: 'https://shop.example:8443' }],
  ])('from a page of %s is refused', async (_, headers) => {
    const refused = await poll(token, headers);
    expect(refused).toMatchObject({ status: 403, body: { code: 'origin_forbidden' } });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('outside of a page, where there is no origin, is refused', async () => {
    const response = await fetch(`${world.address}/v1/checkout-sessions/${session}/status`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(403);
  });

  test.each([
    ['nothing', {}],
    ['another scheme', { Authorization: 'Basic bW9ycm93Og==' }],
    ['no token', { Authorization: 'Bearer ' }],
    ['no JWT', { Authorization: 'Bearer abc' }],
  ])('is missed where there is %s', async (_, headers) => {
    expect(await poll(undefined, headers)).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
  });

  test('reads no other session, not even of the same merchant', async () => {
    const other = await openCheckout(shop, 5000);
    expect(await poll(token, {}, other.id)).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    const foreign = await openShop(world);
    const refused = await foreign.refusal('POST', `/v1/checkout-sessions/${session}/client-token`);
    expect(refused.code).toBe('not_found');
    const crossed = await forge({ claims: { merchant: foreign.merchantId, env: foreign.environmentId } });
    expect(await poll(crossed)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('the gateway’s keys', () => {
  const master = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });

  test('are published without their private halves, and may be kept', async () => {
    const response = await fetch(`${world.address}/.well-known/jwks.json`);
    const body = (await response.json()) as { keys: Record<string, unknown>[] };
    expectMatchesContract(world.document, 'GET', '/.well-known/jwks.json', response.status, body);
    expect(Object.keys(body.keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const again = await fetch(`${world.address}/.well-known/jwks.json`, {
      headers: { 'If-None-Match': response.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' },
    });
    expect(again.status).toBe(304);
  });

  test('are the same in every process, and one that signed before a new master key came still verifies', async () => {
    const [before] = gatewayKeys(createVault([master('k1', 1)]));
    const after = gatewayKeys(createVault([master('k2', 2), master('k1', 1)]));
    expect(after.map(({ kid }) => kid)).toEqual([expect.not.stringMatching(before!.kid), before!.kid]);
    expect(gatewayKeys(createVault([master('other', 1)]))[0]?.kid).toBe(before!.kid);
  });

  test('sign nothing else: a token for another audience is not taken', async () => {
    const claims = { aud: 'morrow:other', jti: randomUUID() };
    expect((await poll(await forge({ claims }))).status).toBe(401);
  });
});
