import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { capture } from '../src/orders/capture.ts';
import { previewCapture } from '../src/orders/capture-preview.ts';
import { refund } from '../src/orders/refund.ts';
import { voidOrder } from '../src/orders/void.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  authorizedOrder,
  type Buyer,
  installmentsOf,
  lineOf,
  newBuyer,
  type Purchase,
  takenFor,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Ordered = { shop: Shop; buyer: Buyer; order: OrderJson; own: { orderId: string; merchantId: string } };

/** An order over ¥100 of a merchant that pays 3 % and ¥1 for each capture. */
async function ordered(
  firstPart: 'capture' | 'checkout',
  purchase: Partial<Purchase> = {},
): Promise<Ordered> {
  const shop = await openShop(world, { first_part: firstPart, fee_basis_points: 300, fee_fixed: 100 });
  const buyer = await newBuyer(shop);
  const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_in_4', buyer, ...purchase });
  return { shop, buyer, order, own: { orderId: order.id, merchantId: shop.merchantId } };
}

const captureOf = ({ shop, own }: Ordered, amount: bigint, reference: string) =>
  shop.inTx((tx) => capture(tx, { ...own, reference, amount }));
const refundOf = ({ shop, own }: Ordered, amount: bigint, reference: string) =>
  shop.inTx((tx) => refund(tx, { ...own, reference, amount }));
const voidOf = ({ shop, own }: Ordered) => shop.inTx((tx) => voidOrder(tx, own));
const amountsOf = async ({ shop, order }: Ordered) =>
  (await installmentsOf(shop, order.plan_id)).map(({ amount }) => amount);
const merchantBalance = ({ shop, own }: Ordered) =>
  shop.inTx((tx) => balance(tx, account('merchant', own.merchantId), 'CNY'), 'read');

async function settlementLines({ shop }: Ordered): Promise<Record<string, number>> {
  const rows = await world
    .db('settlement_lines')
    .where({ environment_id: shop.environmentId })
    .select<{ kind: string; amount: bigint }[]>('kind', 'amount');
  return Object.fromEntries(rows.map(({ kind, amount }) => [kind, Number(amount)]));
}

describe('a second capture', () => {
  it('fills what is not yet due up to the agreed amounts and appends the rest', async () => {
    const one = await ordered('capture');
    await captureOf(one, 6000n, 'first');
    expect(await amountsOf(one)).toEqual([1500n, 1500n, 1500n, 1500n]);
    // An authorization as long as the example needs.
    await world
      .db('orders')
      .where({ id: one.order.id })
      .update({ expires_at: new Date('2026-05-01') });
    await world.runAttempts();
    await one.shop.advance(14);
    await captureOf(one, 4000n, 'second');
    const installments = await installmentsOf(one.shop, one.order.plan_id);
    expect(installments.map(({ amount, status }) => [amount, status])).toEqual([
      [1500n, 'paid'],
      [1500n, 'paid'],
      [2500n, 'scheduled'],
      [2500n, 'scheduled'],
      [2000n, 'scheduled'],
    ]);
    expect(installments.map(({ dueDate }) => dueDate)).toEqual([
      '2026-03-01',
      '2026-03-15',
      '2026-03-29',
      '2026-04-12',
      '2026-04-26',
    ]);
    await one.shop.expectSoundBooks();
  });
});

describe('a down payment', () => {
  /** How the credit that was held for the order ended. */
  const holdStatusOf = ({ order }: Ordered) =>
    world
      .db('holds')
      .whereIn('id', world.db('orders').where({ id: order.id }).select('hold_id'))
      .pluck('status');
  const heldFor = ({ shop, order }: Ordered) => takenFor(shop, order.checkout_session_id ?? '');

  it('is held, taken pro rata at a capture, and let go with the void of the rest', async () => {
    const one = await ordered('checkout');
    expect(await heldFor(one)).toEqual({ held: 2500, taken: 0, sentBack: 0 });
    await captureOf(one, 6000n, 'first');
    await world.runAttempts();
    expect(await heldFor(one)).toEqual({ held: 1000, taken: 1500, sentBack: 0 });
    await voidOf(one);
    await world.runAttempts();
    expect(await heldFor(one)).toEqual({ held: 0, taken: 1500, sentBack: 0 });
    await one.shop.expectSoundBooks();
  });

  it('is taken before the rest is let go, when the void comes before the processor was asked', async () => {
    const one = await ordered('checkout');
    await captureOf(one, 4000n, 'first');
    await captureOf(one, 2000n, 'second');
    await voidOf(one);
    await world.runAttempts();
    expect(await heldFor(one)).toEqual({ held: 0, taken: 1500, sentBack: 0 });
    expect(world.errors).toEqual([]);
    const down = account('down', one.order.id);
    expect(await one.shop.inTx((tx) => balance(tx, down, 'CNY'), 'read')).toBe(0n);
  });

  it('pays alone for a minor unit whose part of it rounds up: nothing is lent for that', async () => {
    const one = await ordered('checkout');
    // A quarter of 2 is none, half to even; a quarter of 3 is one.
    expect(await captureOf(one, 2n, 'first')).toMatchObject({ amount: 2n, downAmount: 0n });
    const line = await lineOf(one.shop, one.buyer.shopperId);
    expect(await captureOf(one, 1n, 'second')).toMatchObject({ amount: 1n, downAmount: 1n });
    expect(await lineOf(one.shop, one.buyer.shopperId)).toEqual(line);
    expect(await amountsOf(one)).toEqual([1n, 1n, 0n]);
    await world.runAttempts();
    expect(await heldFor(one)).toEqual({ held: 2499, taken: 1, sentBack: 0 });
    await captureOf(one, 9997n, 'rest');
    await world.runAttempts();
    expect(await heldFor(one)).toEqual({ held: 0, taken: 2500, sentBack: 0 });
    await one.shop.expectSoundBooks();
  });

  it('is let go whole by a void before any capture, and when the authorization expires', async () => {
    const voided = await ordered('checkout');
    // A part of another one that is being taken meanwhile keeps nobody waiting.
    const other = await ordered('checkout');
    await captureOf(other, 4000n, 'first');
    await voidOf(voided);
    await world.runAttempts();
    expect(await heldFor(voided)).toEqual({ held: 0, taken: 0, sentBack: 0 });
    expect(await holdStatusOf(voided)).toEqual(['released']);
    expect(await heldFor(other)).toEqual({ held: 1500, taken: 1000, sentBack: 0 });

    const expired = await ordered('checkout');
    await expired.shop.advance(7);
    expect(await heldFor(expired)).toEqual({ held: 0, taken: 0, sentBack: 0 });
    expect(await holdStatusOf(expired)).toEqual(['expired']);
    expect(await expired.shop.get(`/v1/orders/${expired.order.id}`)).toMatchObject({ status: 'expired' });
    expect(await expired.shop.get(`/v1/plans/${expired.order.plan_id}`)).toMatchObject({
      status: 'canceled',
    });
  });
});

describe('what a capture would come to', () => {
  it('is what it comes to, with what is left after it, and asking changes nothing', async () => {
    const one = await ordered('checkout');
    const ask = (amount: bigint) => one.shop.inTx((tx) => previewCapture(tx, { ...one.own, amount }), 'read');
    const shown = await ask(6000n);
    expect(await ask(6000n)).toEqual(shown);
    // 3 % and ¥1 of ¥60, of which a quarter is paid down.
    expect(shown).toMatchObject({ amount: 6000n, down: 1500n, financed: 4500n, net: 5720n, open: 4000n });
    const captured = await captureOf(one, 6000n, 'first');
    expect(captured).toMatchObject({ amount: 6000n, downAmount: 1500n, merchantFee: shown.fee.amount });
    expect(await ask(4000n)).toMatchObject({ down: 1000n, financed: 3000n, open: 0n });
    expect(await refusalFrom(ask(4001n))).toMatchObject({ code: 'capture_exceeds_authorized' });
  });
});

describe('a refund', () => {
  it('takes debt off from the last installment on', async () => {
    const one = await ordered('capture');
    await captureOf(one, 10_000n, 'all');
    await world.runAttempts();
    const refunded = await refundOf(one, 4000n, 'return-1');
    expect(refunded).toMatchObject({ debtAmount: 4000n, moneyBackAmount: 0n });
    expect(await amountsOf(one)).toEqual([2500n, 2500n, 1000n, 0n]);
    expect(await eventsOf(refunded.id)).toEqual(['refund.created', 'refund.succeeded']);
  });

  it('greater than what is owed sends the rest back to the cards it came from', async () => {
    const one = await ordered('capture');
    await captureOf(one, 10_000n, 'all');
    await world.runAttempts();
    await one.shop.advance(28);
    const before = await merchantBalance(one);
    const refunded = await refundOf(one, 6000n, 'return-1');
    expect(refunded).toMatchObject({ debtAmount: 2500n, moneyBackAmount: 3500n, status: 'pending' });
    expect(await eventsOf(refunded.id)).toEqual(['refund.created']);
    // −60, and the rate part of the fee on it returns.
    expect((await merchantBalance(one)) - before).toBe(-6000n + 180n);
    await world.runAttempts();
    expect(await one.shop.get(`/v1/orders/${one.order.id}/refunds`)).toMatchObject({
      data: [{ status: 'succeeded', debt_amount: 2500, money_back_amount: 3500 }],
    });
    expect(await one.shop.get(`/v1/plans/${one.order.plan_id}`)).toMatchObject({ status: 'paid' });
    expect(await eventsOf(refunded.id)).toEqual(['refund.created', 'refund.succeeded']);
    expect(await sentBackByCharge(one)).toEqual([0, 1000, 2500]);
    // No charge sends back more than it took, whatever is still on its way.
    await refundOf(one, 1000n, 'return-2');
    await refundOf(one, 3000n, 'return-3');
    await world.runAttempts();
    expect(await sentBackByCharge(one)).toEqual([2500, 2500, 2500]);
    await one.shop.expectSoundBooks();
  });
});

describe('money of a refund that no card takes', () => {
  it('is sent three times, an hour apart, before the refund has failed, and stays owed', async () => {
    const one = await ordered('capture', { plan: 'pay_after' });
    await captureOf(one, 10_000n, 'all');
    await one.shop.advance(31);
    const { id } = await refundOf(one, 10_000n, 'return-1');
    const attempts = world.db('processor_attempts').where({ subject_id: id, purpose: 'money_back' });
    // As if all of the charge had been sent back before.
    const [{ target } = { target: '' }] = await attempts.clone().select<{ target: string }[]>('target');
    await world
      .db('mock_processor.objects')
      .where({ id: target })
      .update({ object: world.db.raw(`jsonb_set(object, '{amount_received}', '0')`) as never });
    for (const hour of [1, 2, 3]) {
      expect(await eventsOf(id)).toEqual(['refund.created']);
      await world.runAttempts();
      const tries: { status: string }[] = await attempts.clone().orderBy('id').select('status');
      const failed = Array.from({ length: hour }, () => ({ status: 'failed' }));
      expect(tries).toEqual(hour < 3 ? [...failed, { status: 'pending' }] : failed);
      await world.runAttempts();
      world.passMs(3_600_000);
    }
    expect(await eventsOf(id)).toEqual(['refund.created', 'refund.failed']);
    const owed = account('shopper', one.buyer.shopperId);
    expect(await one.shop.inTx((tx) => balance(tx, owed, 'CNY'), 'read')).toBe(10_000n);
    await one.shop.expectSoundBooks();
  });
});

/** What the merchant was told of an object, by name. */
function eventsOf(objectId: string): Promise<string[]> {
  const told = world.db('events').where({ object_id: objectId }).whereLike('stream', 'mer_%');
  return told.orderBy('type').pluck('type');
}

/** What was sent back of each repayment, the oldest charge first. */
async function sentBackByCharge({ shop, order }: Ordered): Promise<number[]> {
  const repayments = await world
    .db('repayments')
    .where({ environment_id: shop.environmentId, plan_id: order.plan_id })
    .orderBy('id')
    .select<{ id: string }[]>('id');
  const taken = await Promise.all(repayments.map(({ id }) => takenFor(shop, id)));
  return taken.map(({ sentBack }) => sentBack);
}

describe('the merchant fee', () => {
  it('is a rate and a fixed part, of which a refund returns the rate part', async () => {
    const one = await ordered('capture', { plan: 'pay_after' });
    expect(await captureOf(one, 10_000n, 'all')).toMatchObject({ merchantFee: 400n });
    expect(await refundOf(one, 4000n, 'return-1')).toMatchObject({ feeReturned: 120n });
    expect(await settlementLines(one)).toEqual({
      capture: 10_000,
      capture_fee: -400,
      refund: -4000,
      refund_fee: 120,
    });
    expect(await merchantBalance(one)).toBe(9600n - 3880n);
  });

  it('settles a refund of a later date as −38.80 and carries that over until it is earned', async () => {
    const one = await ordered('capture', { plan: 'pay_after' });
    await captureOf(one, 10_000n, 'all');
    await one.shop.advance(1);
    await refundOf(one, 4000n, 'return-1');
    await one.shop.advance(3);
    await captureOf({ ...one, ...(await another(one)) }, 10_000n, 'all');
    await one.shop.advance(1);
    const { data } = await one.shop.get<{
      data: { net: number; lines_count: number; business_date: string }[];
    }>('/v1/settlements');
    expect(data).toMatchObject([
      { net: 9600, lines_count: 2, business_date: '2026-03-01' },
      { net: -3880, lines_count: 2, business_date: '2026-03-02' },
      { net: 9600 - 3880, lines_count: 3, business_date: '2026-03-05' },
    ]);
    const { data: payouts } = await one.shop.get<{ data: { amount: number }[] }>('/v1/payouts');
    expect(payouts.map(({ amount }) => amount)).toEqual([9600, 5720]);
    expect(await merchantBalance(one)).toBe(0n);
    await one.shop.expectSoundBooks();
  });

  it('returns to the cent what was taken, however the refunds are cut', async () => {
    const one = await ordered('capture', { plan: 'pay_after' });
    await captureOf(one, 3333n, 'first');
    await captureOf(one, 6667n, 'second');
    const returned = [];
    for (const [index, amount] of [1n, 3332n, 17n, 6650n].entries()) {
      returned.push((await refundOf(one, amount, `return-${index}`)).feeReturned);
    }
    // 3 % of 33.33 and of 66.67, each rounded half to even.
    expect(returned.reduce((sum, fee) => sum + fee, 0n)).toBe(100n + 200n);
    expect(await merchantBalance(one)).toBe(-200n);
  });
});

/** Another order at the same shop. */
async function another({ shop }: Ordered): Promise<Pick<Ordered, 'order' | 'own'>> {
  const order = await authorizedOrder(shop, { amount: 10_000, plan: 'pay_after' });
  return { order, own: { orderId: order.id, merchantId: shop.merchantId } };
}
