import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { readFeed } from '../src/events/feed.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { newId } from '../src/lib/ids.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, lineOf, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Each test has a clock of its own, which begins on 1 March. */
async function order(amount = 5_000, buyer?: Awaited<ReturnType<typeof newBuyer>>): Promise<OrderJson> {
  shop = await openShop(world);
  return authorizedOrder(shop, { amount, plan: 'pay_after', ...(buyer && { buyer }) });
}

const extend = (id: string, reference = newId('req') as string) =>
  shop.send('POST', `/v1/orders/${id}/extend`, { reference });
const expiryOf = async (id: string) => (await shop.get<OrderJson>(`/v1/orders/${id}`)).expires_at;

describe('an extension', () => {
  it('adds seven days, up to thirty in all', async () => {
    const { id, expires_at: first, allowed_actions: actions } = await order();
    expect(first).toBe('2026-03-08T01:00:00.000Z');
    expect(actions).toContain('extend');
    const expiries: string[] = [];
    for (let times = 0; times < 4; times += 1) {
      const { status, body } = await extend(id);
      expect(status).toBe(200);
      expiries.push((body as OrderJson).expires_at);
    }
    expect(expiries).toEqual([
      '2026-03-15T01:00:00.000Z',
      '2026-03-22T01:00:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-31T01:00:00.000Z',
    ]);
    expect((await extend(id)).body).toMatchObject({ status: 409, code: 'extension_exhausted' });
    expect(await shop.get<OrderJson>(`/v1/orders/${id}`)).toMatchObject({
      allowed_actions: ['capture', 'void'],
    });
    await shop.advance(29);
    expect((await shop.get<OrderJson>(`/v1/orders/${id}`)).status).toBe('authorized');
    await ship(shop, id, 5_000);
    await shop.expectSoundBooks();
  });

  it('lets the notices of the expiry begin anew, and is told', async () => {
    const { id } = await order();
    await shop.advance(5);
    await extend(id);
    await shop.advance(8);
    await world.sequence();
    const events = await shop.inTx(
      (tx) => readFeed(tx, { stream: shop.merchantId, after: 0n, limit: 1000 }),
      'read',
    );
    expect(events.filter(({ objectId }) => objectId === id).map(({ type }) => type)).toEqual([
      'order.authorized',
      'order.expiring',
      'order.extended',
      'order.expiring',
      'order.expiring',
    ]);
    await shop.advance(1);
    expect(await shop.get(`/v1/orders/${id}`)).toMatchObject({ status: 'expired' });
  });

  it('is made once under a reference, and is replayed under a key', async () => {
    const { id } = await order();
    const options = { idempotencyKey: newId('req') };
    const body = { reference: 'backorder' };
    await shop.post(`/v1/orders/${id}/extend`, body, options);
    expect(await shop.send('POST', `/v1/orders/${id}/extend`, body, options)).toMatchObject({
      status: 200,
      replayed: true,
    });
    expect((await extend(id, 'backorder')).body).toMatchObject({
      code: 'extension_reference_in_use',
      expires_at: '2026-03-15T01:00:00.000Z',
    });
    expect(await expiryOf(id)).toBe('2026-03-15T01:00:00.000Z');
  });

  it('is for what can still be captured', async () => {
    const voided = await order();
    await shop.post(`/v1/orders/${voided.id}/void`);
    expect((await extend(voided.id)).body).toMatchObject({ code: 'state_conflict' });
    const partly = await authorizedOrder(shop, { amount: 5_000, plan: 'pay_after' });
    await ship(shop, partly.id, 2_000);
    expect((await extend(partly.id)).status).toBe(200);
    await ship(shop, partly.id, 3_000);
    expect((await extend(partly.id)).body).toMatchObject({ code: 'state_conflict' });
  });

  it('comes too late after the expiry, also before the sweep has come by', async () => {
    const { id } = await order();
    await shop.inTx((tx) => tx.sql('orders').where({ id }).update({ expires_at: tx.now }));
    expect((await extend(id)).body).toMatchObject({ status: 410, code: 'authorization_expired' });
    await shop.advance(1);
    expect((await extend(id)).body).toMatchObject({ status: 410, code: 'authorization_expired' });
  });
});

describe('an extension is refused', () => {
  it('while the shopper’s line is suspended, and what is authorized stays', async () => {
    const { id } = await order();
    const setLine = (status: string) =>
      world.db('credit_lines').where({ environment_id: shop.environmentId }).update({ status });
    await setLine('suspended');
    expect((await extend(id)).body).toMatchObject({
      status: 409,
      code: 'extension_refused',
      reason: 'shopper_not_eligible',
    });
    await ship(shop, id, 1_000);
    await setLine('active');
    expect((await extend(id)).status).toBe(200);
  });

  it('while the funder gives no new credit', async () => {
    const { id } = await order();
    await world.db('funders').where({ environment_id: shop.environmentId }).update({ status: 'paused' });
    expect((await extend(id)).body).toMatchObject({ code: 'extension_refused', reason: 'no_funder' });
  });

  it('while a bank holds the down payment, which it lets go of after seven days', async () => {
    shop = await openShop(world, { first_part: 'checkout' });
    const { id } = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4' });
    expect((await extend(id)).body).toMatchObject({ code: 'extension_refused', reason: 'down_payment_held' });
  });
});

it('an extension and the expiry at the same time leave the order to one of them', async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const { id } = await order();
    const buyerOf = await world.db('orders').where({ id }).first<{ shopper_id: string }>('shopper_id');
    await shop.inTx((tx) => tx.sql('orders').where({ id }).update({ expires_at: tx.now }));
    // Half of the rounds the authorization still has a moment, which the sweep does not see.
    if (round % 2 === 0)
      await shop.inTx((tx) =>
        tx
          .sql('orders')
          .where({ id })
          .update({ expires_at: new Date(tx.now.getTime() + 1) }),
      );
    const [extended] = await Promise.all([
      extend(id),
      closeBusinessDay(world.context, { environmentId: shop.environmentId, access: 'write' }),
    ]);
    const { status, expires_at: at } = await shop.get<OrderJson>(`/v1/orders/${id}`);
    const line = await lineOf(shop, buyerOf.shopper_id);
    if (extended.status === 200) {
      expect({ status, held: line.held }).toEqual({ status: 'authorized', held: 5_000n });
      expect(new Date(at) > new Date('2026-03-08T00:00:00Z')).toBe(true);
    } else {
      expect(extended.body).toMatchObject({ code: 'authorization_expired' });
      expect({ status, held: line.held }).toEqual({ status: 'expired', held: 0n });
    }
    outcomes.add(status);
    await shop.expectSoundBooks();
  }
  expect(outcomes).toEqual(new Set(['authorized', 'expired']));
});
