import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLine } from '../src/credit/lines.ts';
import { listSuspensions } from '../src/credit/suspensions.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { refusedFromDaysPastDue } from '../src/pay-score/policy.ts';
import { bucketOf, buckets, isLate } from '../src/plans/delinquency.ts';
import { eventsOf, late, swapCard } from './support/lateness.ts';
import { openShop } from './support/shop.ts';
import { authorizedOrder, claimAndDecide, newBuyer, openCheckout, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('buckets', () => {
  it('begin at 1, 4, 31, 61 and 91 days past due', () => {
    const days = [0, 1, 3, 4, 30, 31, 60, 61, 90, 91, 120, 4000];
    expect(days.map(bucketOf)).toEqual([
      'current',
      '1_3',
      '1_3',
      '4_30',
      '4_30',
      '31_60',
      '31_60',
      '61_90',
      '61_90',
      'over_90',
      'over_90',
      'over_90',
    ]);
    expect(new Set(days.map(bucketOf))).toEqual(new Set(buckets));
  });

  it('count as late from the day on which new orders are refused', () => {
    expect(isLate(bucketOf(refusedFromDaysPastDue - 1))).toBe(false);
    expect(isLate(bucketOf(refusedFromDaysPastDue))).toBe(true);
  });
});

describe('a plan that nobody pays', { timeout: 120_000 }, () => {
  it('comes into each bucket once, and its line is suspended from the fourth day', async () => {
    const plan = await late(world);
    const { shop, buyer } = plan;
    await shop.advance(3);
    expect(await plan.row()).toMatchObject({ bucket: '1_3', late_installments: [] });
    expect(await shop.inTx((tx) => findLine(tx, buyer.shopperId, 'CNY'), 'read')).toMatchObject({
      status: 'active',
    });
    await shop.advance(1);
    const line = await shop.inTx((tx) => findLine(tx, buyer.shopperId, 'CNY'), 'read');
    expect(line).toMatchObject({ status: 'suspended' });
    expect(await shop.inTx((tx) => listSuspensions(tx, line?.id ?? ''), 'read')).toMatchObject([
      { reason: 'late', planId: plan.planId },
    ]);
    expect(await plan.row()).toMatchObject({ bucket: '4_30', late_installments: [1] });
    await shop.advance(90);
    const changes = await eventsOf(shop, 'plan.delinquency_changed');
    expect(changes.map(({ data }) => [data.previous_bucket, data.bucket, data.days_past_due])).toEqual([
      ['current', '1_3', 1],
      ['1_3', '4_30', 4],
      ['4_30', '31_60', 31],
      ['31_60', '61_90', 61],
      ['61_90', 'over_90', 91],
    ]);
    expect(await eventsOf(shop, 'credit_line.suspended')).toMatchObject([{ data: { reason: 'late' } }]);
    await shop.expectSoundBooks();
  });

  it('tells the shopper and the funder, and not the shop', async () => {
    const { shop } = await late(world);
    await shop.advance(5);
    const rows = await world
      .db('events')
      .where({ environment_id: shop.environmentId })
      .whereIn('type', ['plan.delinquency_changed', 'credit_line.suspended', 'installment.reminder'])
      .select('stream');
    expect(rows.map(({ stream }) => stream.slice(0, 3))).not.toContain('mer');
    expect(rows.map(({ stream }) => stream.slice(0, 3))).toContain('fnd');
  });

  it('refuses new orders until it is cured, and not longer', async () => {
    const plan = await late(world);
    const { shop, buyer } = plan;
    await shop.advance(6);
    const decide = async () => claimAndDecide(shop, (await openCheckout(shop, 5000)).id, buyer.shopperId);
    expect(await decide()).toMatchObject({ assessment: { declineCode: 'overdue' } });
    await swapCard(plan, 'ok');
    await shop.advance(1);
    expect(await plan.row()).toMatchObject({ bucket: 'current', late_installments: [1] });
    expect(await eventsOf(shop, 'credit_line.restored')).toHaveLength(1);
    expect(await shop.inTx((tx) => findLine(tx, buyer.shopperId, 'CNY'), 'read')).toMatchObject({
      status: 'active',
    });
    expect(await decide()).toMatchObject({ assessment: { outcome: 'approved', declineCode: null } });
    await shop.expectSoundBooks();
  });

  it('keeps the line suspended while another plan of it is late', async () => {
    const one = await late(world);
    const { shop, buyer } = one;
    const order = await authorizedOrder(shop, { amount: 4000, plan: 'pay_in_4', buyer });
    await ship(shop, order.id, 4000);
    await shop.advance(5);
    await swapCard(one, 'ok');
    await shop.advance(3);
    expect(await one.row()).toMatchObject({ bucket: 'current' });
    expect(await shop.inTx((tx) => findLine(tx, buyer.shopperId, 'CNY'), 'read')).toMatchObject({
      status: 'suspended',
    });
  });

  it('says nothing twice when the sweeps run twice, or in two processes at once', async () => {
    const plan = await late(world);
    const { shop } = plan;
    await shop.advance(7);
    const count = () =>
      world.db('events').where({ environment_id: shop.environmentId }).count({ n: '*' }).first();
    const before = await count();
    const sweep = () =>
      closeBusinessDay(world.context, { environmentId: shop.environmentId, access: 'write' });
    await sweep();
    await Promise.all([sweep(), sweep()]);
    expect(await count()).toEqual(before);
    // A date that nobody has swept yet, by two at once.
    const at = new Date('2026-04-05T16:01:00Z');
    await world.db('environments').where({ id: shop.environmentId }).update({ clock_at: at });
    await Promise.all([sweep(), sweep(), sweep()]);
    expect((await eventsOf(shop, 'plan.delinquency_changed')).map(({ data }) => data.bucket)).toEqual([
      '1_3',
      '4_30',
      '31_60',
    ]);
    const today = (await eventsOf(shop, 'installment.reminder')).filter(
      ({ occurred_at }) => occurred_at.getTime() === at.getTime(),
    );
    expect(today).toHaveLength(1);
  });
});

describe('a shopper in no hurry', () => {
  it('is current again on the day after a payment that was a day late', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop, 'insufficient_funds_once');
    const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4', buyer });
    await ship(shop, order.id, 8000);
    await shop.advance(1);
    expect((await eventsOf(shop, 'plan.delinquency_changed')).map(({ data }) => data.bucket)).toEqual([
      '1_3',
      'current',
    ]);
    expect(await eventsOf(shop, 'credit_line.suspended')).toEqual([]);
  });
});
