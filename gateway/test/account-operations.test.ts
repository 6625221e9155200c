import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findLine, listLines, setTerms } from '../src/credit/lines.ts';
import { newId } from '../src/lib/ids.ts';
import { targetLimitOf } from '../src/pay-score/policy.ts';
import { scoreNow } from '../src/pay-score/score-now.ts';
import { carryOut } from '../src/processor/carry-out.ts';
import { finishCollection } from '../src/orders/subsidy.ts';
import { changePaymentMethod } from '../src/repayments/methods.ts';
import { payNow, type SeenPlan } from '../src/repayments/pay.ts';
import { findPlan, listPlansOf } from '../src/repayments/plans.ts';
import { latestRepayment, listRepayments } from '../src/repayments/repayments.ts';
import { openShop, type Shop } from './support/shop.ts';
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

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Owing = { shop: Shop; buyer: Buyer; planId: string; orderId: string };

/** Four times 20.00, the first of which was paid when the order shipped on 1 March. */
async function owing(): Promise<Owing> {
  const shop = await openShop(world);
  const buyer = await newBuyer(shop);
  const { id: orderId, plan_id: planId } = await authorizedOrder(shop, { amount: 8000, buyer });
  await ship(shop, orderId, 8000);
  return { shop, buyer, planId, orderId };
}

const start = ({ shop, buyer, planId }: Owing, input: { amount?: bigint; seen?: SeenPlan } = {}) =>
  shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, ...input }));

async function pay(owed: Owing, amount?: bigint): Promise<void> {
  const payment = await start(owed, amount === undefined ? {} : { amount });
  if (payment.outcome !== 'started') throw new Error(payment.code);
  const input = { environmentId: owed.shop.environmentId, attemptId: payment.attemptId };
  await carryOut(world.context, input, finishCollection);
}

const paidOf = async ({ shop, planId }: Owing) =>
  (await installmentsOf(shop, planId)).map(({ paidAmount }) => paidAmount);

describe('payNow', () => {
  test('without an amount pays what is due, also before the sweep has said so', async () => {
    const owed = await owing();
    expect(await start(owed)).toMatchObject({ outcome: 'refused', code: 'nothing_owed' });
    await world.db('environments').where({ id: owed.shop.environmentId }).update({
      clock_at: '2026-03-30T01:00:00Z',
    });
    const payment = await start(owed);
    expect(payment).toMatchObject({ outcome: 'started', amount: 4000n });
  });

  test('pays the next installment early, then all that is left, and frees the line', async () => {
    const owed = await owing();
    await pay(owed, 2000n);
    expect(await paidOf(owed)).toEqual([2000n, 2000n, 0n, 0n]);
    expect(await lineOf(owed.shop, owed.buyer.shopperId)).toEqual({ held: 0n, used: 4000n });
    await pay(owed, 4000n);
    expect(await paidOf(owed)).toEqual([2000n, 2000n, 2000n, 2000n]);
    const plan = await owed.shop.inTx((tx) => findPlan(tx, { planId: owed.planId }), 'read');
    expect(plan.status).toBe('paid');
    await owed.shop.expectSoundBooks();
  });

  test('a part of an installment is paid on the earliest one', async () => {
    const owed = await owing();
    await pay(owed, 500n);
    await pay(owed, 2000n);
    expect(await paidOf(owed)).toEqual([2000n, 2000n, 500n, 0n]);
    await owed.shop.expectSoundBooks();
  });

  test('never starts a second collection while one is under way', async () => {
    const owed = await owing();
    const first = await start(owed, { amount: 2000n });
    expect(first.outcome).toBe('started');
    const latestId = first.outcome === 'started' ? first.repaymentId : undefined;
    expect(await start(owed, { amount: 2000n })).toEqual({ outcome: 'refused', code: 'under_way', latestId });
    const attempts = await world
      .db('processor_attempts')
      .where({ environment_id: owed.shop.environmentId, subject_id: latestId });
    expect(attempts).toHaveLength(1);
  });

  test.each([
    [6001n, 'above_owed'],
    [0n, 'nothing_owed'],
    [-5n, 'nothing_owed'],
  ])('refuses %i of 60.00 owed: %s', async (amount, code) => {
    expect(await start(await owing(), { amount })).toMatchObject({ outcome: 'refused', code });
  });

  test('refuses what is no longer as it was looked at', async () => {
    const owed = await owing();
    const { shop, planId, buyer } = owed;
    const latest = await shop.inTx((tx) => latestRepayment(tx, planId), 'read');
    const seen = { lastRepaymentId: latest?.id, paymentMethodId: buyer.paymentMethodId };
    const changed = { outcome: 'refused', code: 'changed', latestId: latest?.id };
    expect(await start(owed, { amount: 2000n, seen: { ...seen, lastRepaymentId: undefined } })).toEqual(
      changed,
    );
    expect(await start(owed, { amount: 2000n, seen: { ...seen, paymentMethodId: newId('pm') } })).toEqual(
      changed,
    );
    expect(await start(owed, { amount: 2000n, seen })).toMatchObject({ outcome: 'started' });
  });

  test('a declined payment is kept with its code, and the debt stays', async () => {
    const owed = await owing();
    const { shop, planId, buyer } = owed;
    const paymentMethodId = await addMethod(shop, buyer.shopperId, 'insufficient_funds');
    await shop.inTx((tx) => changePaymentMethod(tx, { planId, shopperId: buyer.shopperId, paymentMethodId }));
    await pay(owed, 2000n);
    expect(await paidOf(owed)).toEqual([2000n, 0n, 0n, 0n]);
    const [last, first] = await shop.inTx((tx) => listRepayments(tx, planId), 'read');
    expect(last).toMatchObject({ status: 'failed', failureCode: 'insufficient_funds', amount: 2000n });
    expect(first).toMatchObject({ status: 'succeeded', failureCode: null, amount: 2000n });
    await shop.expectSoundBooks();
  });

  test('another shopper’s plan is not found, and nothing is taken', async () => {
    const owed = await owing();
    const stranger = await newBuyer(owed.shop);
    await expect(start({ ...owed, buyer: stranger }, { amount: 2000n })).rejects.toMatchObject({
      code: 'not_found',
    });
    const other = await openShop(world);
    await expect(start({ ...owed, shop: other }, { amount: 2000n })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('changePaymentMethod', () => {
  const change = (
    { shop, planId, buyer }: Owing,
    paymentMethodId: string,
    shopperId: string = buyer.shopperId,
  ) => shop.inTx((tx) => changePaymentMethod(tx, { planId, shopperId, paymentMethodId }));

  test('later collections use the new method; what is under way keeps its own', async () => {
    const owed = await owing();
    const payment = await start(owed, { amount: 2000n });
    const next = await addMethod(owed.shop, owed.buyer.shopperId, 'ok_unionpay');
    await change(owed, next);
    if (payment.outcome !== 'started') throw new Error(payment.code);
    const input = { environmentId: owed.shop.environmentId, attemptId: payment.attemptId };
    await carryOut(world.context, input, finishCollection);
    await pay(owed, 2000n);
    const attempts = await world
      .db('processor_attempts')
      .where({ environment_id: owed.shop.environmentId, purpose: 'repayment' })
      .orderBy('id')
      .select<{ payment_method_id: string }[]>('payment_method_id');
    const { paymentMethodId: before } = owed.buyer;
    expect(attempts.map((row) => row.payment_method_id)).toEqual([before, before, next]);
  });

  test('refuses a foreign method, a foreign plan and a plan that is over', async () => {
    const owed = await owing();
    const stranger = await newBuyer(owed.shop);
    await expect(change(owed, stranger.paymentMethodId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(change(owed, stranger.paymentMethodId, stranger.shopperId)).rejects.toMatchObject({
      code: 'not_found',
    });
    await pay(owed, 6000n);
    await expect(change(owed, owed.buyer.paymentMethodId)).rejects.toMatchObject({ code: 'state_conflict' });
  });
});

test('listPlansOf lists a shopper’s plans, the newest first, and nobody else’s', async () => {
  const owed = await owing();
  const { shop, buyer } = owed;
  await authorizedOrder(shop, { amount: 5000 });
  const second = await authorizedOrder(shop, { amount: 4000, buyer });
  const plans = await shop.inTx((tx) => listPlansOf(tx, buyer.shopperId), 'read');
  expect(plans.map(({ id }) => id)).toEqual([second.plan_id, owed.planId]);
  const other = await openShop(world);
  expect(await other.inTx((tx) => listPlansOf(tx, buyer.shopperId), 'read')).toEqual([]);
});

test('scoreNow follows what happens, sums its reasons, and stores nothing', async () => {
  const owed = await owing();
  const { shop, buyer } = owed;
  const countOf = async () =>
    (await world.db('assessments').where({ environment_id: shop.environmentId })).length;
  const before = await countOf();
  const read = () =>
    shop.inTx(
      (tx) =>
        scoreNow(tx, {
          shopperId: buyer.shopperId,
          currency: 'CNY',
          targetLimit: targetLimitOf('CNY'),
        }),
      'read',
    );
  const first = await read();
  await pay(owed, 2000n);
  const second = await read();
  for (const { score, reasons } of [first, second])
    expect(reasons.reduce((sum, { points }) => sum + points, 0)).toBe(score);
  expect(first.inputs.ownHistory.repaidInstallments).toBe(1);
  expect(second.inputs.ownHistory).toMatchObject({ repaidInstallments: 2, paidEarly: 1 });
  expect(second.score).toBe(first.score + 10);
  expect(await countOf()).toBe(before);
});

test('listLines lists what a shopper may owe, by currency', async () => {
  const { shop, buyer } = await owing();
  await shop.inTx(async (tx) => {
    const line = await findLine(tx, buyer.shopperId, 'CNY');
    if (line) await setTerms(tx, line.id, { ...line, limit: 123n });
  });
  const lines = await shop.inTx((tx) => listLines(tx, buyer.shopperId), 'read');
  expect(lines).toMatchObject([{ currency: 'CNY', limit: 123n, used: 6000n }]);
});
