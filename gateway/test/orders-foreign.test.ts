import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { importMerchantKey } from '../src/lib/jwk.ts';
import { createMerchant, findMerchant } from '../src/merchants/merchants.ts';
import { keyScopes, registerKey } from '../src/merchants/keys.ts';
import { ownedObjects } from './support/owned-objects.ts';
import { openShop, type Shop } from './support/shop.ts';
import { generateKey, type SigningKey } from './support/sign.ts';
import { leavingNothing } from './support/untouched.ts';
import { confirmedSession, orderBody } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;
/** One of every kind of object that a route's path can name. */
let owned: Record<string, string>;
/** Keys of a merchant in another sandbox, and of another merchant in the same one. */
let strangers: SigningKey[];

beforeAll(async () => {
  world = await openWorld();
  world.context.config.sandboxWebhookTargets.push('127.0.0.1:9');
  shop = await openShop(world);
  owned = await ownedObjects(world, shop);
  strangers = [(await openShop(world)).key, await neighbourOf(shop)];
});
afterAll(() => world.close());

async function neighbourOf({ inTx, merchantId }: Shop): Promise<SigningKey> {
  const { algorithm, privateKey, jwk } = generateKey('ed25519');
  const key = importMerchantKey(jwk);
  const neighbour = await inTx(async (tx) => {
    const merchant = await createMerchant(tx, await findMerchant(tx, merchantId));
    await registerKey(tx, { merchantId: merchant.id, key, scopes: keyScopes });
    return merchant;
  });
  return { keyid: `${neighbour.id}/${key.kid}`, algorithm, privateKey };
}

/** A fault is the sandbox's, as its clock is: whoever has a key for the sandbox may clear it. */
const routesOfObjects = () =>
  world.routes.filter(
    ({ auth, path }) => auth === 'merchant' && path.includes('{') && !path.includes('{fault_id}'),
  );
const pathTo = (template: string) =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => owned[name] ?? name);

describe("another merchant's object", () => {
  it('is not found on any route, nor changed', async () => {
    expect(routesOfObjects().length).toBeGreaterThan(15);
    await leavingNothing(world.db, async () => {
      for (const { method, path, bodyExample } of routesOfObjects()) {
        expect(pathTo(path), 'the test has no object for a parameter').not.toMatch(/_id(\/|$)/);
        for (const key of strangers) {
          const answer = await shop.send(method.toUpperCase(), pathTo(path), bodyExample, { key });
          expect({ path, ...answer }).toMatchObject({ path, status: 404, body: { code: 'not_found' } });
        }
      }
    });
  });

  it('is found by its own merchant on every route that reads', async () => {
    for (const { path } of routesOfObjects().filter(({ method }) => method === 'get')) {
      expect((await shop.send('GET', pathTo(path))).status, path).toBe(200);
    }
  });

  it('is in no list', async () => {
    const lists = world.routes.filter(
      ({ method, path, auth, query }) =>
        method === 'get' &&
        auth === 'merchant' &&
        !path.includes('{') &&
        query !== undefined &&
        path !== '/v1/sandbox/inbox' &&
        // Everybody has a key of their own; keys-api.test.ts holds that there are no others.
        path !== '/v1/keys',
    );
    expect(lists.length).toBeGreaterThan(4);
    for (const { path } of lists) {
      for (const key of strangers) {
        expect(await shop.send('GET', path, undefined, { key }), path).toMatchObject({ body: { data: [] } });
      }
    }
  });

  it('is not spent, reversed or blocked by naming it', async () => {
    const session = await confirmedSession(shop, { amount: 5000, reference: 'mine' });
    for (const key of strangers) {
      const foreign = await leavingNothing(world.db, () =>
        shop.refusal('POST', '/v1/orders', orderBody(session), { key }),
      );
      expect(foreign).toMatchObject({ status: 404, errors: [{ pointer: '/checkout_token' }] });
      const body = { merchant_reference: 'mine' };
      expect(await shop.post('/v1/orders/reversal', body, { key })).toMatchObject({ order: null });
    }
    expect(await shop.post('/v1/orders', orderBody(session))).toMatchObject({ status: 'authorized' });
  });

  it('and one that does not exist are told in the same words', async () => {
    const [key] = strangers;
    const refusal = async (id: string) => {
      const problem = await shop.refusal('GET', `/v1/orders/${id}`, undefined, { key });
      return { ...problem, request_id: undefined };
    };
    expect(await refusal(owned.order_id ?? '')).toEqual(await refusal(newId('ord')));
  });
});
