import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLine } from '../src/credit/lines.ts';
import { easeTerms } from '../src/orders/hardship.ts';
import { eventsOf, late, swapCard } from './support/lateness.ts';
import { authorizedOrder, installmentsOf, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const tries = (planId: string) => world.db('repayments').where({ plan_id: planId }).orderBy('id');

describe('a promise to pay', { timeout: 120_000 }, () => {
  it('stops reminders, collection and fees until its date, and is kept by paying', async () => {
    const plan = await late(world, { plan: 'monthly_6', amount: 120_000 });
    const { shop, planId } = plan;
    await shop.advance(31 + 2); // due on 1 April, now the 3rd
    const path = `/v1/sandbox/plans/${planId}/promise`;
    expect(await shop.post(path, { date: '2026-04-12' })).toMatchObject({ promised_on: '2026-04-12' });
    const before = (await tries(planId)).length;
    const reminded = (await eventsOf(shop, 'installment.reminder')).length;
    await shop.advance(8); // the 11th: 7 days past due is a collection and a reminder day
    expect(await tries(planId)).toHaveLength(before);
    expect(await eventsOf(shop, 'installment.reminder')).toHaveLength(reminded);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ fee: 0n });
    await swapCard(plan, 'ok');
    await shop.advance(1); // the promised date is a collection day
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ status: 'paid', fee: 0n });
    expect(await eventsOf(shop, 'promise.kept')).toHaveLength(1);
    expect(await eventsOf(shop, 'promise.broken')).toEqual([]);
    await shop.expectSoundBooks();
  });

  it('is broken when its date is over, once, and two broken ones allow no third within 90 days', async () => {
    const { shop, planId } = await late(world, { plan: 'monthly_6', amount: 120_000 });
    await shop.advance(31 + 2);
    const path = `/v1/sandbox/plans/${planId}/promise`;
    await shop.post(path, { date: '2026-04-05' });
    expect(await shop.refusal('POST', path, { date: '2026-04-06' })).toMatchObject({
      code: 'state_conflict',
      reason: 'promise_open',
    });
    await shop.advance(3);
    expect(await eventsOf(shop, 'promise.broken')).toHaveLength(1);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ fee: 1_000n });
    await shop.post(path, { date: '2026-04-09' });
    await shop.advance(5);
    expect(await eventsOf(shop, 'promise.broken')).toHaveLength(2);
    expect(await shop.refusal('POST', path, { date: '2026-04-14' })).toMatchObject({
      reason: 'promises_broken',
    });
  });

  it('is for the next 14 days, and for what is due', async () => {
    const { shop, planId } = await late(world, { plan: 'monthly_6', amount: 120_000 });
    const path = `/v1/sandbox/plans/${planId}/promise`;
    expect(await shop.refusal('POST', path, { date: '2026-03-10' })).toMatchObject({ reason: 'nothing_due' });
    await shop.advance(31);
    for (const date of ['2026-04-01', '2026-03-31', '2026-04-16', '2027-04-02'])
      expect(await shop.refusal('POST', path, { date })).toMatchObject({ reason: 'date_out_of_range' });
    expect(await shop.refusal('POST', path, { date: '2026-02-30' })).toMatchObject({
      code: 'validation_failed',
    });
    await shop.post(path, { date: '2026-04-15' });
  });
});

describe('a first missed payment', { timeout: 120_000 }, () => {
  it('is moved once, free of charge, and counts as on time again', async () => {
    const plan = await late(world);
    const { shop, planId, buyer } = plan;
    await shop.advance(6);
    const path = `/v1/sandbox/plans/${planId}/reschedule`;
    for (const date of ['2026-03-07', '2026-04-07'])
      expect(await shop.refusal('POST', path, { date })).toMatchObject({ reason: 'date_out_of_range' });
    expect(await shop.post(path, { date: '2026-04-06' })).toMatchObject({
      days_past_due: 0,
      bucket: 'current',
    });
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({
      status: 'scheduled',
      dueDate: '2026-04-06',
      amount: 2000n,
    });
    expect(await shop.inTx((tx) => findLine(tx, buyer.shopperId, 'CNY'), 'read')).toMatchObject({
      status: 'active',
    });
    expect(await eventsOf(shop, 'installment.rescheduled')).toHaveLength(1);
    // The second one is missed as well: the first was late before, and the move is used.
    await shop.advance(10);
    expect(await shop.refusal('POST', path, { date: '2026-04-01' })).toMatchObject({ reason: 'move_used' });
    await shop.expectSoundBooks();
  });

  it('is not the first when another one of the plan was late before', async () => {
    const plan = await late(world);
    const { shop, planId } = plan;
    await shop.advance(6);
    await swapCard(plan, 'ok');
    await shop.advance(2);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ status: 'paid' });
    const path = `/v1/sandbox/plans/${planId}/reschedule`;
    expect(await shop.refusal('POST', path, { date: '2026-03-20' })).toMatchObject({
      reason: 'nothing_overdue',
    });
    await swapCard(plan, 'declined');
    await shop.advance(8);
    expect(await shop.refusal('POST', path, { date: '2026-03-30' })).toMatchObject({
      reason: 'not_first_miss',
    });
  });
});

describe('easier terms', { timeout: 120_000 }, () => {
  it('pause the dues, charge no fees, suspend the line, and end by themselves', async () => {
    const { shop, planId, buyer } = await late(world, { plan: 'monthly_6', amount: 120_000 });
    await shop.advance(20);
    const path = `/v1/sandbox/plans/${planId}/hardship`;
    expect(await shop.post(path, { reason: 'income', pause_until: '2026-05-20' })).toMatchObject({
      hardship: { status: 'granted', paused_until: '2026-05-20', periods: null },
    });
    const line = () => shop.inTx((tx) => findLine(tx, buyer.shopperId, 'CNY'), 'read');
    expect(await line()).toMatchObject({ status: 'suspended' });
    await shop.advance(40);
    expect((await installmentsOf(shop, planId)).map(({ status }) => status)).not.toContain('overdue');
    expect(await eventsOf(shop, 'installment.reminder')).toEqual([]);
    await shop.advance(22);
    expect(await eventsOf(shop, 'hardship.ended')).toHaveLength(1);
    expect(await line()).toMatchObject({ status: 'active' });
    // Moved by the 60 days of the pause: from 1 April to 31 May.
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ dueDate: '2026-05-31' });
    await shop.advance(20);
    expect((await installmentsOf(shop, planId))[0]).toMatchObject({ status: 'overdue', fee: 0n });
    expect(await eventsOf(shop, 'late_fee.charged')).toEqual([]);
    await shop.expectSoundBooks();
  });

  it('spread what is left over more installments, and give the merchant back what it paid for unearned interest', async () => {
    const { shop, planId } = await late(world, {
      plan: 'monthly_6',
      amount: 120_000,
      shop: { subsidies: { monthly_6: 50 } },
    });
    await shop.advance(31 + 10);
    const path = `/v1/sandbox/plans/${planId}/hardship`;
    for (const body of [
      { periods: 13 },
      { periods: 6, shopper_rate_ppm: 900_000 },
      { pause_until: '2026-12-01' },
      {},
    ])
      expect(await shop.refusal('POST', path, { reason: 'family', ...body })).toMatchObject({
        reason: 'terms_out_of_range',
      });
    await shop.post(path, { reason: 'family', periods: 12, pause_until: '2026-06-01', shopper_rate_ppm: 0 });
    const spread = (await installmentsOf(shop, planId)).filter(({ amount }) => amount > 0n);
    expect(spread).toHaveLength(12);
    expect(spread[0]).toMatchObject({ dueDate: '2026-06-01', status: 'scheduled' });
    await shop.expectSoundBooks();
    expect(await shop.refusal('POST', path, { reason: 'family', periods: 12 })).toMatchObject({
      reason: 'arranged_before',
    });
    await shop.advance(70);
    expect(await eventsOf(shop, 'late_fee.charged')).toHaveLength(1); // before the arrangement
    await shop.expectSoundBooks();
  });

  it('are granted to a shopper once in two years, and kept for an operator after that', async () => {
    const one = await late(world);
    const { shop, buyer } = one;
    const order = await authorizedOrder(shop, { amount: 4000, plan: 'pay_in_4', buyer });
    await ship(shop, order.id, 4000);
    const ask = (planId: string) =>
      shop.inTx((tx) =>
        easeTerms(tx, { planId, ask: { reason: 'other', pauseUntil: '2026-03-20' }, by: 'shopper' }),
      );
    expect(await ask(one.planId)).toMatchObject({ outcome: 'granted', hardship: { grantedBy: 'policy' } });
    expect(await ask(order.plan_id)).toMatchObject({ outcome: 'asked' });
    expect(await ask(order.plan_id)).toMatchObject({ outcome: 'asked' });
    expect(
      await shop.post(`/v1/sandbox/plans/${order.plan_id}/hardship`, {
        reason: 'other',
        pause_until: '2026-03-20',
      }),
    ).toMatchObject({ hardship: { status: 'granted' } });
    const rows = await world.db('hardships').where({ plan_id: order.plan_id }).select('granted_by');
    expect(rows).toEqual([{ granted_by: 'operator' }]);
  });
});

describe('a card that is refused', { timeout: 120_000 }, () => {
  it('for good is not asked again until it is changed, and then at once', async () => {
    const plan = await late(world, { method: 'expired_card' });
    const { shop, planId } = plan;
    expect(await tries(planId)).toMatchObject([{ failure_code: 'expired_card' }]);
    await shop.advance(9);
    expect(await tries(planId)).toHaveLength(1);
    await swapCard(plan, 'ok');
    await shop.advance(1);
    expect(await tries(planId)).toMatchObject([{}, { status: 'succeeded' }]);
  });

  it('for want of money is asked again on later days', async () => {
    const { shop, planId } = await late(world, { method: 'insufficient_funds' });
    await shop.advance(8);
    expect(await tries(planId)).toHaveLength(4);
  });
});
