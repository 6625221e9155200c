import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireSessions } from '../src/checkout/end.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  agree,
  authorizedOrder,
  claimAndDecide,
  confirmedSession,
  lineOf,
  newBuyer,
  openCheckout,
  orderBody,
  ship,
  takenFor,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';
import { refusalFrom } from './support/refusal.ts';

const minuteMs = 60_000;

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Sets the sandbox's clock without running a sweep. */
async function setClock(shop: Shop, at: string): Promise<void> {
  await world.db('environments').where({ id: shop.environmentId }).update({ clock_at: at });
}

async function lastEventOf(orderId: string): Promise<string | undefined> {
  const types = world.db('events').where({ object_id: orderId }).whereLike('stream', 'mer_%');
  return (await types.orderBy('object_version').pluck<string[]>('type')).at(-1);
}

describe('an authorization whose time is over', () => {
  it('cannot be captured any more, though no sweep has run', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 10_000 });
    expect(order.expires_at).toBe('2026-03-08T01:00:00.000Z');
    await setClock(shop, '2026-03-08T01:00:00Z');
    const refused = await shop.refusal('POST', `/v1/orders/${order.id}/captures`, {
      reference: 'a',
      amount: 1,
    });
    expect(refused).toMatchObject({ status: 410, code: 'authorization_expired' });
    const read = await shop.get<{ allowed_actions: string[] }>(`/v1/orders/${order.id}`);
    expect(read.allowed_actions).toEqual(['void']);
  });

  it('can be captured until the last instant', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 10_000 });
    await setClock(shop, '2026-03-08T00:59:59.999Z');
    await ship(shop, order.id, 10_000);
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ status: 'captured' });
  });

  it('expires once by the sweep and gives its hold back', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 10_000, buyer });
    await setClock(shop, '2026-03-08T01:00:00Z');
    for (const access of ['write', 'clock'] as const) {
      await closeBusinessDay(world.context, { environmentId: shop.environmentId, access });
    }
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({
      status: 'expired',
      voided_amount: 10_000,
      allowed_actions: [],
      version: 2,
    });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    const refused = await shop.refusal('POST', `/v1/orders/${order.id}/captures`, {
      reference: 'a',
      amount: 1,
    });
    expect(refused.code).toBe('authorization_expired');
    expect(await lastEventOf(order.id)).toBe('order.expired');
    await shop.expectSoundBooks();
  });

  it('that was captured in part keeps what was captured', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
    await ship(shop, order.id, 4000);
    await shop.advance(8);
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({
      status: 'captured',
      captured_amount: 4000,
      voided_amount: 6000,
      capturable_amount: 0,
      allowed_actions: ['refund'],
    });
    expect(await lastEventOf(order.id)).toBe('order.captured');
    await shop.advance(24);
    expect(await shop.get(`/v1/plans/${order.plan_id}`)).toMatchObject({ status: 'paid' });
    await shop.expectSoundBooks();
  });
});

describe('a checkout session whose time is over by the wall', () => {
  it('in the middle of the way is refused, and the same cart starts again at once', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { id } = await openCheckout(shop, 10_000, 'cart-7');
    await claimAndDecide(shop, id, buyer.shopperId);
    world.passMs(30 * minuteMs);
    expect((await refusalFrom(agree(shop, id, buyer, 'pay_in_4'))).code).toBe('checkout_session_expired');
    expect((await refusalFrom(claimAndDecide(shop, id, buyer.shopperId))).code).toBe(
      'checkout_session_expired',
    );
    expect(await shop.get(`/v1/checkout-sessions/${id}`)).toMatchObject({
      status: 'expired',
      allowed_actions: [],
    });

    const again = await openCheckout(shop, 10_000, 'cart-7');
    expect(again).toMatchObject({ status: 'open', merchant_reference: 'cart-7' });
    expect(await shop.inTx(expireSessions)).toBe(0);
  });

  it('takes its token, its hold and its down payment with it', async () => {
    const shop = await openShop(world, { first_part: 'checkout' });
    const buyer = await newBuyer(shop);
    const session = await confirmedSession(shop, { amount: 10_000, buyer });
    world.passMs(15 * minuteMs);
    const refused = await shop.refusal('POST', '/v1/orders', orderBody(session));
    expect(refused).toMatchObject({
      status: 410,
      code: 'checkout_token_expired',
      detail: 'The token was not used in time; what it held has been released.',
      hint: 'Send the shopper through the checkout again.',
    });
    const read = await shop.get<{ status: string }>(`/v1/checkout-sessions/${session.id}`);
    expect(read).toMatchObject({ status: 'expired' });
    expect(read).not.toHaveProperty('checkout_token');

    expect(await shop.inTx(expireSessions)).toBe(1);
    expect(await shop.inTx(expireSessions)).toBe(0);
    await world.runAttempts();
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    expect(await takenFor(shop, session.id)).toEqual({ held: 0, taken: 0, sentBack: 0 });
    const late = await shop.refusal('POST', '/v1/orders', orderBody(session));
    expect(late.code).toBe('checkout_token_expired');
    await shop.expectSoundBooks();
  });

  it('while its down payment is being held lets the money go', async () => {
    const shop = await openShop(world, { first_part: 'checkout' });
    const buyer = await newBuyer(shop, 'answer_lost');
    const { id } = await openCheckout(shop, 10_000);
    await claimAndDecide(shop, id, buyer.shopperId);
    expect(await agree(shop, id, buyer, 'pay_in_4')).toMatchObject({ status: 'unknown' });
    expect(await takenFor(shop, id)).toMatchObject({ held: 2500 });
    world.passMs(30 * minuteMs);
    expect(await shop.inTx(expireSessions)).toBe(1);
    await world.runAttempts();
    expect(await takenFor(shop, id)).toEqual({ held: 0, taken: 0, sentBack: 0 });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
  });
});
