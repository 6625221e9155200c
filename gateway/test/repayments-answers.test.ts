import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { finishAttempt } from '../src/jobs/finish-attempt.ts';
import { carryOutOpen } from '../src/jobs/run-attempts.ts';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { refund } from '../src/orders/refund.ts';
import { allocateOn } from '../src/plans/position.ts';
import { carryOut } from '../src/processor/carry-out.ts';
import { findAttempt } from '../src/processor/attempts.ts';
import type { Outcome, Processor } from '../src/processor/port.ts';
import type { TestMethodName } from '../src/processor/test-methods.ts';
import { readLog } from '../src/repayments/log.ts';
import { changePaymentMethod } from '../src/repayments/methods.ts';
import { payNow } from '../src/repayments/pay.ts';
import { payoffOf } from '../src/repayments/payoff.ts';
import { findPlan, todayOf } from '../src/repayments/plans.ts';
import { listRepayments } from '../src/repayments/repayments.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  addMethod,
  authorizedOrder,
  type Buyer,
  installmentsOf,
  lineOf,
  newBuyer,
  ship,
  takenFor,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

type Owing = { shop: Shop; buyer: Buyer; order: OrderJson; planId: string };

/** Four times 20.00, the first of which was paid when the order shipped on 1 March. */
async function owing(): Promise<Owing> {
  const shop = await openShop(world);
  const buyer = await newBuyer(shop);
  const order = await authorizedOrder(shop, { amount: 8_000, buyer });
  await ship(shop, order.id, 8_000);
  return { shop, buyer, order, planId: order.plan_id };
}

/** ¥1,200 in six monthly installments with interest, shipped on 1 March. */
async function owingInterest(): Promise<Owing> {
  const shop = await openShop(world);
  const buyer = await newBuyer(shop);
  const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6', buyer });
  await ship(shop, order.id, 120_000);
  return { shop, buyer, order, planId: order.plan_id };
}

async function changeCard({ shop, buyer, planId }: Owing, name: TestMethodName): Promise<void> {
  const { shopperId } = buyer;
  const paymentMethodId = await addMethod(shop, shopperId, name);
  await shop.inTx((tx) => changePaymentMethod(tx, { planId, shopperId, paymentMethodId }));
}

const pay = ({ shop, buyer, planId }: Owing, amount: bigint) =>
  shop.inTx((tx) => payNow(tx, { planId, shopperId: buyer.shopperId, amount }));

async function begin(owed: Owing, amount: bigint) {
  const payment = await pay(owed, amount);
  if (payment.outcome !== 'started') throw new Error(payment.code);
  return payment;
}

/** Carries an attempt out at a processor that does something else at some of its calls. */
function carry({ shop }: Owing, attemptId: string, change: Partial<Processor> = {}) {
  const processor = { ...world.context.processorFor('sandbox'), ...change };
  const host = { ...world.context, processorFor: () => processor };
  return carryOut(host, { environmentId: shop.environmentId, attemptId }, finishAttempt);
}

const answering = (outcome: Outcome) => () => Promise.resolve(outcome);
const repaymentsOf = ({ shop, planId }: Owing) => shop.inTx((tx) => listRepayments(tx, planId), 'read');
const paidOf = async ({ shop, planId }: Owing) =>
  (await installmentsOf(shop, planId)).map(({ paidAmount }) => paidAmount);
const shopperBalance = ({ shop, buyer }: Owing) =>
  shop.inTx((tx) => balance(tx, account('shopper', buyer.shopperId), 'CNY'), 'read');
const transfersOf = ({ shop }: Owing, subjectId: string, event: string) =>
  world.db('ledger_transfers').where({ environment_id: shop.environmentId, subject_id: subjectId, event });

describe('a processor’s answer', () => {
  it('that comes late is found by looking, and is one repayment', async () => {
    const owed = await owing();
    await changeCard(owed, 'answer_lost');
    const { repaymentId, attemptId } = await begin(owed, 2_000n);
    expect(await carry(owed, attemptId)).toMatchObject({ status: 'unknown' });
    expect(await paidOf(owed)).toEqual([2_000n, 0n, 0n, 0n]);
    world.passMs(60_000);
    await world.runAttempts();
    expect(await carry(owed, attemptId)).toBe('done');
    expect(await repaymentsOf(owed)).toMatchObject([
      { id: repaymentId, status: 'succeeded', amount: 2_000n },
      { status: 'succeeded', amount: 2_000n },
    ]);
    expect(await paidOf(owed)).toEqual([2_000n, 2_000n, 0n, 0n]);
    expect(await takenFor(owed.shop, repaymentId)).toMatchObject({ taken: 2_000 });
    await owed.shop.expectSoundBooks();
  });

  it('that nobody gave and nothing followed is a refusal when the card is refused later', async () => {
    const owed = await owing();
    const { attemptId } = await begin(owed, 2_000n);
    expect(await carry(owed, attemptId, { charge: answering({ status: 'unknown' }) })).toMatchObject({
      status: 'unknown',
    });
    world.passMs(60_000);
    const refused = answering({ status: 'failed', code: 'generic_decline' });
    expect(await carry(owed, attemptId, { charge: refused })).toMatchObject({ status: 'failed' });
    const [last] = await repaymentsOf(owed);
    expect(last).toMatchObject({ status: 'failed', failureCode: 'generic_decline' });
    expect(await paidOf(owed)).toEqual([2_000n, 0n, 0n, 0n]);
    // The debt is there to be paid again.
    const again = await begin(owed, 2_000n);
    expect(await carry(owed, again.attemptId)).toMatchObject({ status: 'succeeded' });
    expect(await paidOf(owed)).toEqual([2_000n, 2_000n, 0n, 0n]);
    await owed.shop.expectSoundBooks();
  });

  it('that two processes have at once is applied once', async () => {
    const owed = await owing();
    const { repaymentId, attemptId } = await begin(owed, 2_000n);
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => carry(owed, attemptId)));
    expect(outcomes.filter((outcome) => typeof outcome === 'object')).toHaveLength(1);
    expect(await paidOf(owed)).toEqual([2_000n, 2_000n, 0n, 0n]);
    expect(await transfersOf(owed, repaymentId, 'repayment_succeeded')).toHaveLength(1);
    await owed.shop.expectSoundBooks();
  });

  it('that is told twice, also against itself, changes nothing the second time', async () => {
    const owed = await owing();
    const { repaymentId, attemptId } = await begin(owed, 2_000n);
    await carry(owed, attemptId);
    const attempt = await owed.shop.inTx((tx) => findAttempt(tx, attemptId), 'read');
    for (const outcome of [
      { status: 'succeeded', reference: attempt.processorReference ?? '' },
      { status: 'failed', code: 'generic_decline' },
    ] as const) {
      await expect(owed.shop.inTx((tx) => finishAttempt(tx, attempt, outcome))).rejects.toThrow(
        'is not pending',
      );
    }
    expect(await paidOf(owed)).toEqual([2_000n, 2_000n, 0n, 0n]);
    expect(await transfersOf(owed, repaymentId, 'repayment_succeeded')).toHaveLength(1);
    await owed.shop.expectSoundBooks();
  });

  it('after a refund that took the debt returns the money to the card, once', async () => {
    const owed = await owing();
    const { shop, order, planId, buyer } = owed;
    await changeCard(owed, 'answer_lost');
    const { repaymentId, attemptId } = await begin(owed, 6_000n);
    expect(await carry(owed, attemptId)).toMatchObject({ status: 'unknown' });
    await shop.inTx((tx) =>
      refund(tx, { orderId: order.id, merchantId: shop.merchantId, reference: 'r1', amount: 5_000n }),
    );
    world.passMs(60_000);
    await world.runAttempts();
    expect((await repaymentsOf(owed))[0]).toMatchObject({ status: 'succeeded', amount: 6_000n });
    // Of 60.00 only 10.00 was still owed.
    expect(await takenFor(shop, repaymentId)).toEqual({ held: 0, taken: 6_000, sentBack: 5_000 });
    expect(await shopperBalance(owed)).toBe(0n);
    expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({ status: 'paid' });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    expect(await transfersOf(owed, repaymentId, 'overpayment')).toHaveLength(1);
    await world.runAttempts();
    await shop.advance(10);
    expect(await takenFor(shop, repaymentId)).toMatchObject({ sentBack: 5_000 });
    await shop.expectSoundBooks();
  });

  it('whose excess the card’s bank refuses is tried again, and stays the shopper’s until it is sent', async () => {
    const owed = await owing();
    const { shop, order } = owed;
    await changeCard(owed, 'answer_lost');
    const { repaymentId, attemptId } = await begin(owed, 6_000n);
    await carry(owed, attemptId);
    await shop.inTx((tx) =>
      refund(tx, { orderId: order.id, merchantId: shop.merchantId, reference: 'r1', amount: 6_000n }),
    );
    world.passMs(60_000);
    await carry(owed, attemptId);
    const backs = () =>
      world
        .db('processor_attempts')
        .where({ environment_id: shop.environmentId, subject_id: repaymentId, purpose: 'money_back' })
        .orderBy('id')
        .select<{ id: string; status: string; amount: bigint }[]>('id', 'status', 'amount');
    const [first] = await backs();
    await carry(owed, first?.id ?? '', { sendMoneyBack: answering({ status: 'failed', code: 'refused' }) });
    expect(await shopperBalance(owed)).toBe(6_000n);
    await shop.expectSoundBooks();
    world.passMs(3_600_000);
    await world.runAttempts();
    expect(await backs()).toMatchObject([
      { status: 'failed', amount: 6_000n },
      { status: 'succeeded', amount: 6_000n },
    ]);
    expect(await shopperBalance(owed)).toBe(0n);
    await shop.expectSoundBooks();
  });
});

describe('two that pay at once', () => {
  it('start one repayment, and the others are told', async () => {
    const owed = await owing();
    const answers = await Promise.all(Array.from({ length: 5 }, () => pay(owed, 2_000n)));
    const [started, ...others] = answers.toSorted((a, b) => b.outcome.localeCompare(a.outcome));
    expect(started).toMatchObject({ outcome: 'started' });
    const latestId = started?.outcome === 'started' ? started.repaymentId : undefined;
    expect(others).toHaveLength(4);
    for (const other of others) expect(other).toEqual({ outcome: 'refused', code: 'under_way', latestId });
    await world.runAttempts();
    expect(await paidOf(owed)).toEqual([2_000n, 2_000n, 0n, 0n]);
    await owed.shop.expectSoundBooks();
  });

  it('are one when the sweep is the other: what is due is taken once', async () => {
    const owed = await owing();
    const { shop, planId } = owed;
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ clock_at: '2026-03-15T01:00:00Z' });
    const sweep = () =>
      closeBusinessDay(world.context, { environmentId: shop.environmentId, access: 'write' });
    const [payment] = await Promise.all([pay(owed, 2_000n), sweep(), sweep()]);
    await world.runAttempts();
    await sweep();
    await world.runAttempts();
    expect(await paidOf(owed)).toEqual([2_000n, 2_000n, 0n, 0n]);
    const onThatDay = (await repaymentsOf(owed)).filter(
      ({ createdAt }) => createdAt.toISOString() === '2026-03-15T01:00:00.000Z',
    );
    expect(onThatDay).toHaveLength(1);
    if (payment.outcome === 'refused') expect(['under_way']).toContain(payment.code);
    expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({ status: 'active' });
    await shop.expectSoundBooks();
  });

  it('and a refund leave no cent lost, in whichever order they come', async () => {
    for (let round = 0; round < 3; round += 1) {
      const owed = await owing();
      const { shop, order, planId, buyer } = owed;
      await Promise.all([
        pay(owed, 6_000n),
        pay(owed, 2_000n),
        shop.inTx((tx) =>
          refund(tx, { orderId: order.id, merchantId: shop.merchantId, reference: 'r', amount: 5_000n }),
        ),
        carryOutOpen(world.context),
      ]);
      await world.runAttempts();
      const taken = (
        await Promise.all((await repaymentsOf(owed)).map(({ id }) => takenFor(shop, id)))
      ).reduce((total, one) => total + one.taken - one.sentBack, 0);
      const left = (await installmentsOf(shop, planId)).reduce(
        (total, item) => total + item.amount - item.paidAmount,
        0n,
      );
      // 80.00 less 50.00 refunded.
      expect(BigInt(taken) + left).toBe(3_000n);
      expect((await lineOf(shop, buyer.shopperId)).used).toBe(left);
      expect(await shopperBalance(owed)).toBe(0n);
      await shop.expectSoundBooks();
    }
  });
});

/** What the ledger has of an account, by its plan and funder. */
async function booksOf({ shop, planId }: Owing) {
  return shop.inTx(async (tx) => {
    const { funderId } = await findPlan(tx, { planId });
    return {
      principal: await balance(tx, account('principal', planId, funderId), 'CNY'),
      interest: await balance(tx, account('interest', planId, funderId), 'CNY'),
    };
  }, 'read');
}

describe('a part of a plan with interest', () => {
  it('is allocated by the agreed order: the rows are the pure allocation, their sums the ledger’s', async () => {
    const owed = await owingInterest();
    const { shop, planId } = owed;
    await changeCard(owed, 'declined');
    await shop.advance(70);
    await changeCard(owed, 'ok');
    for (const amount of [5_000n, 21_000n, 12_345n, 20_000n]) {
      const before = await booksOf(owed);
      const pure = await shop.inTx(async (tx) => {
        const plan = await findPlan(tx, { planId });
        return allocateOn(plan.snapshot, await readLog(tx, planId), { amount, onDate: todayOf(tx, plan) });
      }, 'read');
      const { repaymentId } = await begin(owed, amount);
      await world.runAttempts();
      const rows = await world
        .db('repayment_allocations')
        .where({ environment_id: shop.environmentId, repayment_id: repaymentId })
        .orderBy('installment_number')
        .select<
          { installment_number: number; amount: bigint; fee: bigint; interest: bigint; principal: bigint }[]
        >('installment_number', 'amount', 'fee', 'interest', 'principal');
      expect(rows).toEqual(
        pure.parts.map(({ number, fee, interest, principal }) => ({
          installment_number: number,
          amount: fee + interest + principal,
          fee,
          interest,
          principal,
        })),
      );
      expect(pure.left).toBe(0n);
      expect(rows.reduce((total, row) => total + row.amount, 0n)).toBe(amount);
      const after = await booksOf(owed);
      const principal = rows.reduce((total, row) => total + row.principal, 0n);
      expect(before.principal - after.principal).toBe(principal);
      await shop.expectSoundBooks();
      await shop.advance(5);
    }
  });

  it('leaves exactly what the position says, and the payoff then ends everything at zero', async () => {
    const owed = await owingInterest();
    const { shop, planId, buyer } = owed;
    await shop.advance(17);
    const payoff = () => shop.inTx(async (tx) => payoffOf(tx, await findPlan(tx, { planId })), 'read');
    const before = await payoff();
    await begin(owed, 33_333n);
    await world.runAttempts();
    const after = await payoff();
    expect(before.total - after.total).toBe(33_333n);
    expect(after.interest).toBe(0n);
    await shop.advance(4);
    const { total } = await payoff();
    expect(await pay(owed, total + 1n)).toMatchObject({ outcome: 'refused', code: 'above_owed' });
    await begin(owed, total);
    await world.runAttempts();
    expect(await booksOf(owed)).toEqual({ principal: 0n, interest: 0n });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({ status: 'paid' });
    expect(await pay(owed, 1n)).toMatchObject({ outcome: 'refused', code: 'nothing_owed' });
    await shop.expectSoundBooks();
  });
});
