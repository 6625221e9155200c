import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFeed } from '../src/events/feed.ts';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { newId } from '../src/lib/ids.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { latestAssessment } from '../src/pay-score/assessments.ts';
import { targetLimitOf } from '../src/pay-score/policy.ts';
import { scoreNow } from '../src/pay-score/score-now.ts';
import { positionOn } from '../src/plans/position.ts';
import { readLog } from '../src/repayments/log.ts';
import { payNow } from '../src/repayments/pay.ts';
import { findPlan, todayOf } from '../src/repayments/plans.ts';
import { listReceipts } from '../src/repayments/receipts.ts';
import { readReceipt } from '../src/repayments/receipt-payload.ts';
import { draw, newBorrower, readDraw, requested } from './support/draws.ts';
import { openShop, type Shop } from './support/shop.ts';
import {
  addMethod,
  agree,
  authorizedOrder,
  claimAndDecide,
  installmentsOf,
  lineOf,
  newBuyer,
  openCheckout,
  ship,
} from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. A shopper whom nobody knows may owe ¥2,000 and pays 14.4 % a year: 1.2 % a month of 30/360.

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
});
afterAll(() => world.close());

async function eventsOf(stream: string, at = shop): Promise<string[]> {
  await world.sequence();
  const events = await at.inTx((tx) => readFeed(tx, { stream, after: 0n, limit: 1000 }), 'read');
  return events.map(({ type }) => type).filter((type) => /^(draw|plan)\./.test(type));
}

async function messagesTo(shopperId: string, at = shop): Promise<string[]> {
  await world.sequence();
  while ((await notifyFromEvents(world.context)) > 0);
  return world
    .db('messages')
    .where({ environment_id: at.environmentId, shopper_id: shopperId })
    .orderBy('id')
    .pluck('template');
}

/** The drawn amounts that the mock processor has sent. */
async function sentFor(drawId: string): Promise<number[]> {
  const attempts = world.db('processor_attempts').where({ subject_id: drawId }).select('id');
  const rows = await world
    .db('mock_processor.objects')
    .where({ kind: 'outbound_payment' })
    .whereIn(world.db.raw("object->'metadata'->>'attempt_id'") as never, attempts)
    .select<{ object: { status: string; amount: { value: number } } }[]>('object');
  return rows.filter(({ object }) => object.status === 'posted').map(({ object }) => object.amount.value);
}

const planOf = async (drawId: string, at = shop) => {
  const { planId } = await readDraw(at, drawId);
  return at.inTx((tx) => findPlan(tx, { planId: planId ?? '' }), 'read');
};

describe('a cash draw', () => {
  it('is held, sent, owed by the month, repaid on its dates and paid off early, with sound books', async () => {
    const own = await openShop(world);
    const buyer = await newBorrower(own);
    const drawId = await requested(own, buyer);
    expect(await readDraw(own, drawId)).toMatchObject({
      status: 'requested',
      planId: null,
      amount: 120_000n,
    });
    expect(await lineOf(own, buyer.shopperId)).toEqual({ held: 120_000n, used: 0n });
    await own.expectSoundBooks();

    await world.runAttempts();
    const plan = await planOf(drawId, own);
    expect(await readDraw(own, drawId)).toMatchObject({ status: 'paid_out', planId: plan.id });
    expect(await sentFor(drawId)).toEqual([120_000]);
    expect(plan).toMatchObject({
      status: 'active',
      drawId,
      orderId: null,
      merchantId: null,
      startedOn: '2026-03-01',
      paymentMethodId: buyer.paymentMethodId,
      snapshot: {
        code: 'cash_draw',
        financed: 120_000,
        market: 'CN',
        interest: { shopper_rate_ppm: 144_000 },
      },
    });
    expect(plan.snapshot).not.toHaveProperty('merchant');
    expect(await lineOf(own, buyer.shopperId)).toEqual({ held: 0n, used: 120_000n });
    const owed = account('principal', plan.id, plan.funderId);
    expect(await own.inTx((tx) => balance(tx, owed, 'CNY'), 'read')).toBe(120_000n);
    const installments = await installmentsOf(own, plan.id);
    expect(installments.map(({ dueDate }) => dueDate)).toEqual([
      '2026-04-01',
      '2026-05-01',
      '2026-06-01',
      '2026-07-01',
      '2026-08-01',
      '2026-09-01',
    ]);
    expect(installments[0]).toMatchObject({ interest: 1_440n, amount: installments[1]?.amount });
    const checked = await own.expectSoundBooks();
    expect(checked).toMatchObject({ draw_is_zero_once_ended: 1, draw_is_sent_once: 1 });

    await own.advance(62);
    expect((await installmentsOf(own, plan.id)).map(({ status }) => status)).toEqual([
      'paid',
      'paid',
      'scheduled',
      'scheduled',
      'scheduled',
      'scheduled',
    ]);
    const { inputs } = await own.inTx(
      (tx) =>
        scoreNow(tx, { shopperId: buyer.shopperId, currency: 'CNY', targetLimit: targetLimitOf('CNY') }),
      'read',
    );
    expect(inputs.ownHistory).toMatchObject({ openPlans: 1, repaidInstallments: 2, paidOnTime: 2 });
    await own.expectSoundBooks();

    const payoff = await own.inTx(async (tx) => {
      const now = await findPlan(tx, { planId: plan.id });
      return positionOn(now.snapshot, await readLog(tx, now.id), todayOf(tx, now)).total;
    }, 'read');
    const left = installments.slice(2).reduce((total, { amount }) => total + amount, 0n);
    expect(payoff).toBeLessThan(left);
    await own.inTx((tx) => payNow(tx, { planId: plan.id, shopperId: buyer.shopperId, amount: payoff }));
    await world.runAttempts();
    expect(await planOf(drawId, own)).toMatchObject({ status: 'paid' });
    expect(await lineOf(own, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    await own.expectSoundBooks();

    expect(await eventsOf(buyer.shopperId, own)).toEqual([
      'draw.requested',
      'plan.active',
      'draw.paid_out',
      'plan.paid',
    ]);
    expect(await eventsOf(plan.funderId, own)).toEqual(await eventsOf(buyer.shopperId, own));
    expect(await eventsOf(own.merchantId, own)).toEqual([]);
    const told = await messagesTo(buyer.shopperId, own);
    expect(told).toContain('draw_paid_out');
    expect(told).toContain('repayment_succeeded');
    expect(told).toContain('plan_paid');
    expect(world.errors).toEqual([]);
  });

  it('signs what was agreed and the day on which the money was sent', async () => {
    const buyer = await newBorrower(shop);
    const drawId = await requested(shop, buyer);
    await world.runAttempts();
    const plan = await planOf(drawId);
    const receipts = (await shop.inTx((tx) => listReceipts(tx, plan.id), 'read')).map(readReceipt);
    expect(receipts).toHaveLength(2);
    expect(receipts[0]?.texts?.map(({ purpose }) => purpose)).toEqual([
      'agreement',
      'terms',
      'score',
      'identity',
      `funder:${plan.funderId}`,
    ]);
    expect(receipts[1]?.entry).toMatchObject({ kind: 'capture', on_date: '2026-03-01' });
  });

  it('is one, however often its form is sent', async () => {
    const buyer = await newBorrower(shop);
    const reference = newId('req');
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => draw(shop, buyer, { change: { reference } })),
    );
    const ids = new Set(
      answers.map((answer) => (answer.outcome === 'requested' ? answer.draw.id : answer.outcome)),
    );
    expect(ids.size).toBe(1);
    await world.runAttempts();
    const again = await draw(shop, buyer, { unproven: true, change: { reference } });
    expect(again).toMatchObject({ outcome: 'requested', attemptId: undefined, draw: { status: 'paid_out' } });
    expect(await sentFor([...ids][0] ?? '')).toEqual([120_000]);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 120_000n });
  });

  it.each(['timeout', 'answer_lost'] as const)(
    'is sent once when the processor’s answer is missing (%s)',
    async (method) => {
      const buyer = await newBorrower(shop, method);
      const drawId = await requested(shop, buyer, { amount: 30_000n, months: 3 });
      await world.runAttempts();
      expect(await readDraw(shop, drawId)).toMatchObject({ status: 'requested' });
      expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 30_000n, used: 0n });
      expect(await draw(shop, buyer, { amount: 30_000n })).toEqual({ outcome: 'refused', code: 'under_way' });
      world.passMs(60_000);
      await world.runAttempts();
      expect(await readDraw(shop, drawId)).toMatchObject({ status: 'paid_out' });
      expect(await sentFor(drawId)).toEqual([30_000]);
      expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 30_000n });
      await shop.expectSoundBooks();
    },
    20_000,
  );

  it.each([
    ['declined', 'payout_method_declined'],
    ['expired_card', 'payout_method_expired'],
  ] as const)('leaves nothing behind when the bank refuses the money (%s)', async (method, code) => {
    const buyer = await newBorrower(shop, method);
    const drawId = await requested(shop, buyer);
    await world.runAttempts();
    expect(await readDraw(shop, drawId)).toMatchObject({ status: 'failed', failureCode: code, planId: null });
    expect(await sentFor(drawId)).toEqual([]);
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
    expect(await eventsOf(buyer.shopperId)).toEqual(['draw.requested', 'draw.failed']);
    expect(await messagesTo(buyer.shopperId)).toEqual(['draw_failed']);
    await shop.expectSoundBooks();
    expect(await draw(shop, buyer)).toMatchObject({ outcome: 'requested' });
  });

  it('begins on the day on which the money is sent', async () => {
    const own = await openShop(world);
    const buyer = await newBorrower(own, 'answer_lost');
    const drawId = await requested(own, buyer, { months: 3 });
    await world.runAttempts();
    await world
      .db('environments')
      .where({ id: own.environmentId })
      .update({ clock_at: '2026-03-03T01:00:00Z' });
    world.passMs(60_000);
    await world.runAttempts();
    const plan = await planOf(drawId, own);
    expect(plan).toMatchObject({ startedOn: '2026-03-03', snapshot: { agreed_on: '2026-03-01' } });
    expect((await installmentsOf(own, plan.id)).map(({ dueDate }) => dueDate)).toEqual([
      '2026-04-03',
      '2026-05-03',
      '2026-06-03',
    ]);
    await own.expectSoundBooks();
  }, 20_000);

  it('and a checkout on one line never take more than the limit', async () => {
    for (let round = 0; round < 4; round += 1) {
      const buyer = await newBorrower(shop);
      const session = await openCheckout(shop, 150_000);
      await claimAndDecide(shop, session.id, buyer.shopperId);
      const results = await Promise.allSettled([
        agree(shop, session.id, buyer, 'pay_in_4'),
        draw(shop, buyer, { amount: 150_000n }),
      ]);
      const line = await lineOf(shop, buyer.shopperId);
      expect(line).toEqual({ held: 150_000n, used: 0n });
      const [checkout, drawn] = results;
      const went = [
        checkout.status === 'fulfilled',
        drawn.status === 'fulfilled' && drawn.value.outcome === 'requested',
      ];
      expect(went.filter(Boolean)).toHaveLength(1);
    }
    await world.runAttempts();
    await shop.expectSoundBooks();
  });

  it('goes with its sandbox', async () => {
    const own = await openShop(world);
    await requested(own, await newBorrower(own));
    await requested(own, await newBorrower(own, 'declined'));
    await world.runAttempts();
    await world.db.raw('select purge_sandbox(?)', [own.environmentId]);
    expect(await world.db('cash_draws').where({ environment_id: own.environmentId })).toEqual([]);
  });
});

describe('a cash draw is refused', () => {
  const refusal = async (wish: Parameters<typeof draw>[2], buyer?: Awaited<ReturnType<typeof newBorrower>>) =>
    draw(shop, buyer ?? (await newBorrower(shop)), wish);

  it('below ¥50 and above ¥200,000', async () => {
    expect(await refusal({ amount: 4_999n })).toEqual({ outcome: 'refused', code: 'amount_too_small' });
    expect(await refusal({ amount: 20_000_001n })).toEqual({ outcome: 'refused', code: 'amount_too_large' });
    expect(await refusal({ amount: 5_000n, months: 3 })).toMatchObject({ outcome: 'requested' });
    await world.runAttempts();
  });

  it('above what is available, with an assessment that says so', async () => {
    const buyer = await newBorrower(shop);
    const answer = await refusal({ amount: 200_001n }, buyer);
    expect(answer).toMatchObject({
      outcome: 'declined',
      assessment: { declineCode: 'amount_above_available', available: 200_000n, amount: 200_001n },
    });
    const { drawId } = (answer as { assessment: { drawId: string } }).assessment;
    expect(await shop.inTx((tx) => latestAssessment(tx, drawId), 'read')).toMatchObject({
      outcome: 'declined',
    });
    expect(await lineOf(shop, buyer.shopperId)).toEqual({ held: 0n, used: 0n });
  });

  it('over other terms, and when the terms are not those that were read', async () => {
    expect(await refusal({ months: 5 })).toEqual({ outcome: 'refused', code: 'not_offered' });
    expect(await refusal({ change: { agreedHash: 'x' } })).toEqual({
      outcome: 'refused',
      code: 'terms_changed',
    });
  });

  it('without an identity check, and without an identity', async () => {
    await expect(refusal({ unproven: true })).rejects.toMatchObject({ code: 'step_up_required' });
    expect(await refusal({}, await newBuyer(shop))).toMatchObject({
      outcome: 'declined',
      assessment: { declineCode: 'identity_required' },
    });
  });

  it('to another shopper’s card, and for a day after a card was added', async () => {
    const own = await openShop(world);
    const buyer = await newBorrower(own);
    const other = await newBorrower(own);
    await expect(
      draw(own, buyer, { change: { paymentMethodId: other.paymentMethodId } }),
    ).rejects.toMatchObject({ code: 'not_found' });
    await addMethod(own, buyer.shopperId, 'ok_unionpay');
    expect(await draw(own, buyer)).toEqual({ outcome: 'refused', code: 'cooling_off' });
    await own.advance(1);
    expect(await draw(own, buyer)).toMatchObject({ outcome: 'requested' });
  });

  it('while a payment is late', async () => {
    const own = await openShop(world);
    const buyer = await newBorrower(own, 'insufficient_funds');
    const order = await authorizedOrder(own, { amount: 10_000, buyer });
    await ship(own, order.id, 10_000);
    await own.advance(5);
    expect(await draw(own, buyer, { amount: 10_000n, months: 3 })).toMatchObject({
      outcome: 'declined',
      assessment: { declineCode: 'overdue' },
    });
  });

  it.each([
    ['DE', 'EUR'],
    ['GB', 'GBP'],
    ['US', 'USD'],
    ['DE', 'JPY'],
  ])('in the market of %s, in %s', async (country, currency) => {
    const own = await openShop(world, { country, currency });
    expect(await draw(own, await newBorrower(own))).toEqual({ outcome: 'refused', code: 'market_off' });
  });
});
