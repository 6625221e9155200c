import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listFunderKeys, registerFunderKey, revokeFunderKey } from '../src/credit/funder-keys.ts';
import { createApp } from '../src/http/app.ts';
import { createKeys } from '../src/http/keys.ts';
import { listen } from '../src/http/listen.ts';
import { defineRoute } from '../src/http/route.ts';
import { importMerchantKey } from '../src/lib/jwk.ts';
import { openShop, type Shop } from './support/shop.ts';
import { generateKey, signedHeaders, type SigningKey, type Tamper } from './support/sign.ts';
import { openWorld, origin, type World } from './support/world.ts';

/** Tells who asks, so that what a route for funders gets can be seen. */
const whoAmI = defineRoute({
  method: 'get',
  path: '/v1/funder/self',
  operationId: 'getSelf',
  summary: 'Who signs',
  tags: ['Funders'],
  auth: 'funder',
  success: {
    status: 200,
    description: 'The funder.',
    schema: z.object({ id: z.string(), environment: z.string(), kid: z.string(), actor: z.string() }),
    example: { id: 'fnd_1', environment: 'live', kid: 'k', actor: 'funder' },
  },
  read: async (tx, { funder }) => ({
    id: funder.id,
    environment: tx.environment.id,
    kid: funder.kid,
    actor: tx.actor.kind,
  }),
});

type Registered = { funder: { id: string; name: string }; key_id: string; kid: string };

let world: World;
let shop: Shop;
let server: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  const findKey = createKeys(world.context).find;
  const app = createApp(world.context, { routes: [...world.routes, whoAmI], findKey });
  server = await listen(app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

async function get(key: SigningKey, path = '/v1/funder/self', tamper: Tamper = {}) {
  const created = world.clock.at.getTime() / 1000;
  const headers = signedHeaders({ method: 'GET', url: origin + path, key, created, tamper });
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A key of a funder of the shop's sandbox, registered over the API. */
async function register(funder = 'Lantern Bank') {
  const { algorithm, privateKey, jwk } = generateKey('ed25519');
  const registered = await shop.post<Registered>('/v1/sandbox/funder-keys', { funder, jwk });
  return { ...registered, signer: { keyid: registered.key_id, algorithm, privateKey } satisfies SigningKey };
}

describe('a funder', () => {
  test('signs as a merchant does, and is known by its key', async () => {
    const { signer, funder, kid, key_id: keyId } = await register();
    expect(keyId).toBe(`${funder.id}/${kid}`);
    expect(await get(signer)).toEqual({
      status: 200,
      body: { id: funder.id, environment: shop.environmentId, kid, actor: 'funder' },
    });
    expect(await register(funder.id)).toMatchObject({ funder });
  });

  test('uses a nonce once', async () => {
    const { signer } = await register();
    const tamper = { parameters: { nonce: 'n-1' } };
    expect((await get(signer, undefined, tamper)).status).toBe(200);
    expect((await get(signer, undefined, tamper)).body.code).toBe('nonce_reused');
  });

  test('is nobody where merchants are asked for, nor is a merchant where funders are', async () => {
    const { signer } = await register();
    expect((await get(signer, '/v1/orders')).body.code).toBe('key_unknown');
    expect((await get(shop.key)).body.code).toBe('key_unknown');
    const asMerchant = { ...signer, keyid: `${shop.merchantId}/${signer.keyid.split('/')[1]}` };
    expect((await get(asMerchant, '/v1/orders')).body.code).toBe('key_unknown');
  });

  test('is refused with the key of another one', async () => {
    const [lantern, harbour] = [await register(), await register('Harbour Credit')];
    expect((await get({ ...harbour.signer, keyid: lantern.signer.keyid })).body.code).toBe(
      'signature_invalid',
    );
    expect((await get(harbour.signer)).body.id).toBe(harbour.funder.id);
  });

  test('signs no more with a key that was revoked, which stays in the list', async () => {
    const { signer, funder, kid } = await register('Harbour Credit');
    await shop.inTx((tx) => revokeFunderKey(tx, { funderId: funder.id, kid }));
    expect((await get(signer)).body.code).toBe('key_unknown');
    const keys = await shop.inTx((tx) => listFunderKeys(tx, funder.id), 'read');
    expect(keys.find((key) => key.kid === kid)?.revokedAt).toEqual(world.clock.at);
    await expect(shop.inTx((tx) => revokeFunderKey(tx, { funderId: funder.id, kid }))).rejects.toThrow(
      'no such active key',
    );
  });
});

describe('a key of a funder', () => {
  test('is refused for a funder that there is not, a private key, and a name that was used', async () => {
    const { jwk, privateKey } = generateKey('ed25519');
    const post = (body: object) => shop.refusal('POST', '/v1/sandbox/funder-keys', body);
    expect((await post({ funder: 'Nobody', jwk })).code).toBe('not_found');
    const other = await openShop(world);
    const foreign = await other.post<Registered>('/v1/sandbox/funder-keys', { funder: 'Lantern Bank', jwk });
    expect((await post({ funder: foreign.funder.id, jwk })).code).toBe('not_found');
    expect((await post({ funder: 'Lantern Bank', jwk: privateKey.export({ format: 'jwk' }) })).code).toBe(
      'key_unacceptable',
    );
    await shop.post('/v1/sandbox/funder-keys', { funder: 'Lantern Bank', jwk });
    expect((await post({ funder: 'Lantern Bank', jwk })).code).toBe('state_conflict');
  });

  test('is one of at most ten', async () => {
    const of = await openShop(world);
    const add = () => ({ funder: 'Lantern Bank', jwk: generateKey('ed25519').jwk });
    const answers = [];
    for (let number = 0; number < 11; number += 1)
      answers.push((await of.send('POST', '/v1/sandbox/funder-keys', add())).status);
    expect(answers).toEqual([...Array(10).fill(201), 409]);
  });

  test('is registered by an operator in live, where the sandbox route does not exist', async () => {
    const key = importMerchantKey(generateKey('ed25519').jwk);
    await expect(
      shop.inTx((tx) => registerFunderKey(tx, { funderId: 'fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071', key })),
    ).rejects.toThrow('no such funder');
  });
});
