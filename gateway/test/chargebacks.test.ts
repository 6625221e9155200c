import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { type Account, account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { newId } from '../src/lib/ids.ts';
import { chargeBackCollection } from '../src/orders/charge-back.ts';
import { monthOf } from '../src/repayments/month-facts.ts';
import { readLog } from '../src/repayments/log.ts';
import { payNow } from '../src/repayments/pay.ts';
import { findPlan, todayOf } from '../src/repayments/plans.ts';
import { eventsOf } from './support/lateness.ts';
import { expectPlanFollowsLog } from './support/servicing.ts';
import { openShop, type Shop, type ShopInput } from './support/shop.ts';
import {
  addMethod,
  authorizedOrder,
  type Buyer,
  installmentsOf,
  lineOf,
  newBuyer,
  ship,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents.

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Bought = { shop: Shop; buyer: Buyer; order: OrderJson };

async function bought(
  input: { plan?: 'pay_in_4' | 'monthly_6'; amount?: number; shop?: ShopInput } = {},
): Promise<Bought> {
  const { plan = 'pay_in_4', amount = 8000 } = input;
  const shop = await openShop(world, input.shop);
  const buyer = await newBuyer(shop);
  const order = await authorizedOrder(shop, { amount, plan, buyer });
  await ship(shop, order.id, amount);
  return { shop, buyer, order };
}

async function pay({ shop, buyer, order }: Bought, amount: bigint): Promise<void> {
  const payment = await shop.inTx((tx) =>
    payNow(tx, { planId: order.plan_id, shopperId: buyer.shopperId, amount }),
  );
  expect(payment.outcome).toBe('started');
  await world.runAttempts();
}

/** The repayments of the plan that succeeded and stand, the oldest first. */
function repaymentsOf({ shop, order }: Bought): Promise<{ id: string; amount: bigint; status: string }[]> {
  return world
    .db('repayments')
    .where({ environment_id: shop.environmentId, plan_id: order.plan_id })
    .orderBy('id')
    .select('id', 'amount', 'status');
}

const takeBack = (
  { shop }: Bought,
  input: { repaymentId: string; amount?: bigint; reference?: string; fee?: bigint },
) =>
  shop.inTx((tx) =>
    chargeBackCollection(tx, { reference: newId('req'), reason: 'fraudulent', fee: 1500n, ...input }),
  );

const balanceOf = ({ shop }: Bought, name: Account) =>
  shop.inTx((tx) => balance(tx, name, shop.currency), 'read');

const planOf = ({ shop, order }: Bought) =>
  shop.inTx((tx) => findPlan(tx, { planId: order.plan_id }), 'read');

async function expectSound(own: Bought): Promise<void> {
  await own.shop.expectSoundBooks();
  await expectPlanFollowsLog(own.shop, own.order.plan_id);
}

const duesOf = async ({ shop, order }: Bought) =>
  (await installmentsOf(shop, order.plan_id)).map(({ dueDate, status, amount, paidAmount }) => ({
    dueDate,
    status,
    left: amount - paidAmount,
  }));

describe('a repayment that the bank took back', { timeout: 120_000 }, () => {
  it('is owed again from that day, makes a paid plan active, and restores the used credit above the limit', async () => {
    const own = await bought();
    const { shop, buyer, order } = own;
    await shop.advance(50);
    expect(await planOf(own)).toMatchObject({ status: 'paid' });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    await world
      .db('credit_lines')
      .where({ environment_id: shop.environmentId })
      .update({ limit_amount: 1000, target_limit: 1000 });
    await world
      .db('funder_slots')
      .where({ environment_id: shop.environmentId })
      .update({ capacity: 0, remaining: 0 });
    const [first, second] = await repaymentsOf(own);
    const clearing = await balanceOf(own, 'clearing');
    const taken = await takeBack(own, { repaymentId: second!.id, reference: 'cb-1' });
    expect(taken).toMatchObject({ amount: 2000n, debt: 2000n, lost: 0n });
    expect(await takeBack(own, { repaymentId: second!.id, reference: 'cb-1' })).toEqual(taken);
    expect(clearing - (await balanceOf(own, 'clearing'))).toBe(3500n);
    expect(await balanceOf(own, 'x_chargeback')).toBe(1500n);
    const plan = await planOf(own);
    expect(plan).toMatchObject({ status: 'active', bucket: 'current' });
    const today = await shop.inTx(async (tx) => todayOf(tx, plan), 'read');
    expect(await duesOf(own)).toMatchObject([
      { status: 'paid' },
      { dueDate: today, status: 'due', left: 2000n },
      { status: 'paid' },
      { status: 'paid' },
    ]);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 2000n });
    await expect(takeBack(own, { repaymentId: first!.id, reference: 'cb-1' })).rejects.toMatchObject({
      code: 'state_conflict',
    });
    await expect(takeBack(own, { repaymentId: second!.id })).rejects.toMatchObject({
      code: 'state_conflict',
    });
    await expect(takeBack(own, { repaymentId: first!.id, amount: 2001n })).rejects.toMatchObject({
      code: 'amount_invalid',
    });
    expect(await eventsOf(shop, 'repayment.charged_back')).toMatchObject([
      { data: { owed_again_amount: 2000 } },
    ]);
    expect(await eventsOf(shop, 'plan.reopened')).toHaveLength(1);
    await expectSound(own);

    // The card is not asked again, another one is, and from the fourth day on the line is suspended.
    await shop.advance(5);
    expect(await repaymentsOf(own)).toHaveLength(4);
    expect(await planOf(own)).toMatchObject({ status: 'active', bucket: '4_30' });
    const paymentMethodId = await addMethod(shop, buyer.shopperId, 'ok');
    await world.db('plans').where({ id: order.plan_id }).update({ payment_method_id: paymentMethodId });
    const owed = (await duesOf(own)).reduce((sum, { left }) => sum + left, 0n);
    await pay(own, owed);
    expect(await planOf(own)).toMatchObject({ status: 'paid', bucket: 'current' });
  });

  it('counts in its month as not paid, and never below nothing', async () => {
    const own = await bought();
    const { shop } = own;
    const [first] = await repaymentsOf(own);
    await takeBack(own, { repaymentId: first!.id });
    const facts = async (monthEnd: string) => {
      const plan = await planOf(own);
      const log = await shop.inTx((tx) => readLog(tx, plan.id), 'read');
      return monthOf([{ snapshot: plan.snapshot, log }], monthEnd);
    };
    expect(await facts('2026-03-31')).toMatchObject({ billed: 8000n, paid: 0n });
    expect((await planOf(own)).status).toBe('active');
    await expectSound(own);
  });

  it('of which a part was taken keeps the rest paid', async () => {
    const own = await bought();
    const [first] = await repaymentsOf(own);
    const taken = await takeBack(own, { repaymentId: first!.id, amount: 700n, fee: 0n });
    expect(taken).toMatchObject({ amount: 700n, debt: 700n, lost: 0n });
    expect((await duesOf(own)).map(({ left }) => left)).toEqual([700n, 2000n, 2000n, 2000n]);
    expect(await balanceOf(own, 'x_chargeback')).toBe(0n);
    await expectSound(own);
    // What is left of that charge can still be sent back by a refund.
    await own.shop.post(`/v1/orders/${own.order.id}/refunds`, { reference: 'r', amount: 8000 });
    await world.runAttempts();
    expect(await planOf(own)).toMatchObject({ status: 'paid' });
    expect(await balanceOf(own, account('shopper', own.buyer.shopperId))).toBe(0n);
    await expectSound(own);
  });

  it('is ours to lose where a refund had sent it back before, and a later refund makes good for it', async () => {
    const own = await bought();
    const { shop, order } = own;
    await shop.advance(50);
    const repayments = await repaymentsOf(own);
    // 35.00 of 80.00 go back to the newest charges: 20.00 and 15.00.
    await shop.post(`/v1/orders/${order.id}/refunds`, { reference: 'r-1', amount: 3500 });
    await world.runAttempts();
    const third = repayments[2]!.id;
    expect(await takeBack(own, { repaymentId: third, amount: 2000n, fee: 0n })).toMatchObject({
      debt: 500n,
      lost: 1500n,
    });
    expect(await planOf(own)).toMatchObject({ status: 'active' });
    expect((await duesOf(own)).reduce((sum, { left }) => sum + left, 0n)).toBe(500n);
    await expect(takeBack(own, { repaymentId: repayments[3]!.id, fee: 0n })).rejects.toMatchObject({
      code: 'state_conflict',
    });
    expect(await takeBack(own, { repaymentId: repayments[3]!.id, amount: 2000n, fee: 0n })).toMatchObject({
      debt: 0n,
      lost: 2000n,
    });
    await expectSound(own);
    // The rest is refunded: 5.00 off the debt and 40.00 back, from the two charges that stand.
    await shop.post(`/v1/orders/${order.id}/refunds`, { reference: 'r-2', amount: 4500 });
    await world.runAttempts();
    expect(await balanceOf(own, account('shopper', own.buyer.shopperId))).toBe(0n);
    expect(await balanceOf(own, 'x_chargeback')).toBe(3500n);
    await expectSound(own);
  });
});

describe('on a plan with interest', { timeout: 120_000 }, () => {
  it('interest runs again from that day, and what was paid of it is owed again', async () => {
    const own = await bought({ plan: 'monthly_6', amount: 120_000 });
    const { shop, order } = own;
    await shop.advance(10);
    // Ten days of 14.4 % on 1,200.00 are 4.80.
    await pay(own, 120_480n);
    await shop.advance(5);
    const [payoff] = await repaymentsOf(own);
    expect(await takeBack(own, { repaymentId: payoff!.id })).toMatchObject({ debt: 120_480n, lost: 0n });
    await expectSound(own);
    const plan = await planOf(own);
    expect(plan).toMatchObject({ status: 'active', accruedInterest: 480n });
    // Nothing for the five days on which it stood as paid, and the agreed dates.
    await shop.advance(20);
    await expectSound(own);
    const [first] = await installmentsOf(shop, order.plan_id);
    expect(first).toMatchObject({ status: 'overdue', paidAmount: 0n });
    // A month of 30 days at 1.2 % less the 5 days that were not asked for, and the 4 days of April are the next period's.
    expect(first!.interest).toBe(1440n - 240n);
  });

  it('that the merchant pays, the merchant pays again', async () => {
    const own = await bought({
      plan: 'monthly_6',
      amount: 120_000,
      shop: { subsidies: { monthly_6: 100 } },
    });
    const funded = (await planOf(own)).fundedSubsidy;
    await own.shop.advance(10);
    await pay(own, 120_000n);
    const early = (await planOf(own)).fundedSubsidy;
    expect(early).toBeLessThan(funded);
    const [payoff] = await repaymentsOf(own);
    await takeBack(own, { repaymentId: payoff!.id });
    expect((await planOf(own)).fundedSubsidy).toBe(funded);
    await expectSound(own);
  });

  it('that was charged off since is legally owed on top, and what was recovered is to be recovered again', async () => {
    const own = await bought({ plan: 'monthly_6', amount: 120_000 });
    const { shop, order } = own;
    await world
      .db('funders')
      .where({ environment_id: shop.environmentId })
      .update({ first_loss_basis_points: 2_500 });
    await shop.advance(31);
    const [first] = await repaymentsOf(own);
    const declined = await addMethod(shop, own.buyer.shopperId, 'declined');
    await world.db('plans').where({ id: order.plan_id }).update({ payment_method_id: declined });
    await shop.advance(31 + 130);
    const before = await planOf(own);
    expect(before.status).toBe('charged_off');
    const taken = await takeBack(own, { repaymentId: first!.id });
    expect(taken.debt).toBe(first!.amount);
    const after = await planOf(own);
    expect(after).toMatchObject({
      status: 'charged_off',
      recoverable: before.recoverable + first!.amount,
    });
    expect(after.covered).toBeGreaterThan(before.covered);
    await own.shop.expectSoundBooks();

    const ok = await addMethod(shop, own.buyer.shopperId, 'ok');
    await world.db('plans').where({ id: order.plan_id }).update({ payment_method_id: ok });
    await pay(own, after.recoverable);
    expect(await planOf(own)).toMatchObject({ status: 'recovered' });
    expect(await balanceOf(own, 'x_credit_loss')).toBe(0n);
    const recovery = (await repaymentsOf(own)).at(-1)!;
    await takeBack(own, { repaymentId: recovery.id });
    expect(await planOf(own)).toMatchObject({ status: 'charged_off', recovered: 0n });
    expect(await balanceOf(own, 'x_credit_loss')).toBe(after.covered);
    await own.shop.expectSoundBooks();
  });
});

describe('the sandbox', () => {
  it('takes a repayment back as a bank would, for its own merchant only', async () => {
    const own = await bought();
    const [first] = await repaymentsOf(own);
    const path = `/v1/sandbox/repayments/${first!.id}/charge-back`;
    const stranger = await openShop(world);
    expect(await stranger.refusal('POST', path, { reference: 'x' })).toMatchObject({ code: 'not_found' });
    expect(await own.shop.post(path, { reference: 'cb-9', amount: 500 })).toMatchObject({
      object: 'chargeback',
      amount: 500,
      owed_again_amount: 500,
    });
    await expectSound(own);
  });
});
