import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { readFeed } from '../src/events/feed.ts';
import { activeAgreement, agreedOrder } from './support/agreements.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, installmentsOf, lineOf, newBuyer, ship, takenFor } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

const finalCapture = (orderId: string, amount: number, reference = 'final') =>
  shop.send('POST', `/v1/orders/${orderId}/captures`, { reference, amount, final: true });

/** What all funders together could still lend. */
async function roomOfFunders(of: Shop): Promise<bigint> {
  const [row] = await world
    .db('funder_slots')
    .where({ environment_id: of.environmentId })
    .select<{ room: string }[]>(world.db.raw('sum(remaining) as room'));
  return BigInt(row?.room ?? 0);
}

describe('a final capture', () => {
  it('captures the final amount and gives all of the rest back in one transaction', async () => {
    const before = await roomOfFunders(shop);
    const { path, buyer } = await activeAgreement(shop, { charge_after_days: 30 });
    const order = await agreedOrder(shop, path, 20_000);
    expect(await roomOfFunders(shop)).toBe(before - 20_000n);
    expect(await finalCapture(order.id, 7_250)).toMatchObject({ status: 201, body: { amount: 7_250 } });
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({
      status: 'captured',
      captured_amount: 7_250,
      voided_amount: 12_750,
      capturable_amount: 0,
      allowed_actions: ['refund'],
    });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 7_250n });
    expect(await roomOfFunders(shop)).toBe(before - 7_250n);
    expect(await installmentsOf(shop, order.plan_id)).toMatchObject([
      { amount: 7_250n, dueDate: '2026-03-31', status: 'scheduled' },
    ]);
    const [pending] = await world.db('orders').where({ id: order.id }).select('pending_transfer_id');
    expect(pending).toEqual({ pending_transfer_id: null });
    await shop.expectSoundBooks();
  });

  it('is one event of an order that is finished', async () => {
    const order = await authorizedOrder(shop, { amount: 5_000, plan: 'pay_after' });
    await ship(shop, order.id, 1_000);
    await finalCapture(order.id, 500);
    await world.sequence();
    const events = await shop.inTx(
      (tx) => readFeed(tx, { stream: shop.merchantId, after: 0n, limit: 1000 }),
      'read',
    );
    const own = events.filter(({ objectId }) => objectId === order.id);
    expect(own.map(({ type }) => type)).toEqual([
      'order.authorized',
      'order.partially_captured',
      'order.captured',
    ]);
    expect(own.at(-1)?.data).toMatchObject({ captured_amount: 1_500, voided_amount: 3_500 });
  });

  it('of the whole order voids nothing', async () => {
    const order = await authorizedOrder(shop, { amount: 5_000, plan: 'pay_after' });
    await finalCapture(order.id, 5_000);
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({
      status: 'captured',
      captured_amount: 5_000,
      voided_amount: 0,
    });
  });

  it('lets the rest of a held down payment go', async () => {
    const own = await openShop(world, { first_part: 'checkout' });
    const order: OrderJson = await authorizedOrder(own, { amount: 10_000, plan: 'pay_in_4' });
    await own.post(`/v1/orders/${order.id}/captures`, { reference: 'final', amount: 6_000, final: true });
    await world.runAttempts();
    expect(await takenFor(own, order.checkout_session_id ?? '')).toMatchObject({ held: 0, taken: 1_500 });
    await own.expectSoundBooks();
  });

  it('of nothing is refused and says that it is a void', async () => {
    const order = await authorizedOrder(shop, { amount: 5_000, plan: 'pay_after' });
    expect((await finalCapture(order.id, 0)).body).toMatchObject({
      status: 422,
      code: 'amount_invalid',
      hint: expect.stringContaining('/void'),
      errors: [{ pointer: '/amount' }],
    });
    for (const amount of [0, -1, 1.5, '100'] as const) {
      const body = { reference: 'a', amount };
      expect(await shop.refusal('POST', `/v1/orders/${order.id}/captures`, body)).toMatchObject({
        code: 'amount_invalid',
      });
    }
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ status: 'authorized', version: 1 });
  });

  it('of more than is authorized changes nothing', async () => {
    const order = await authorizedOrder(shop, { amount: 5_000, plan: 'pay_after' });
    expect((await finalCapture(order.id, 5_001)).body).toMatchObject({ code: 'capture_exceeds_authorized' });
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ status: 'authorized', version: 1 });
  });

  it('ten at once are one', async () => {
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 5_000, plan: 'pay_after', buyer });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => finalCapture(order.id, 3_000, `final-${index}`)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 3_000n });
    await shop.expectSoundBooks();
  });
});
