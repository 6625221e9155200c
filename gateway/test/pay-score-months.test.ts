import { connect, type Knex } from '@morrow/db';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { endSandbox, purgeEndedSandboxes } from '../src/merchants/environments.ts';
import { findMonthsToClose, nextMonthCloseAt } from '../src/repayments/close-months.ts';
import { changePaymentMethod } from '../src/repayments/methods.ts';
import { pausePlan, resumePlan } from '../src/repayments/pause.ts';
import { payNow } from '../src/repayments/pay.ts';
import { payoffOf } from '../src/repayments/payoff.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { newBorrower, requested } from './support/draws.ts';
import { advanceTo, buy, monthsOf, standingsOf } from './support/score-months.ts';
import { propertyTimeoutMs } from './support/runs.ts';
import { openShop, type Shop } from './support/shop.ts';
import { addMethod, type Buyer, newBuyer } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

// Amounts are cents. Lives begin on 1 March 2026 in Shanghai.

vi.setConfig({ testTimeout: propertyTimeoutMs });

let world: World;
/** The same gateway in what stands for another process: with connections of its own. */
let other: World['context'];
let otherDb: Knex;

beforeAll(async () => {
  world = await openWorld();
  const { connectionString } = world.db.client.config.connection as { connectionString: string };
  otherDb = connect(connectionString, { applicationName: 'morrow-test-other' });
  other = { ...world.context, db: otherDb };
});
afterAll(async () => {
  await otherDb?.destroy();
  await world?.close();
});

async function swapCard(shop: Shop, buyer: Buyer, planId: string, method: 'ok' | 'declined'): Promise<void> {
  const { shopperId } = buyer;
  const paymentMethodId = await addMethod(shop, shopperId, method);
  await shop.inTx((tx) => changePaymentMethod(tx, { planId, shopperId, paymentMethodId }));
}

async function pay(shop: Shop, { shopperId }: Buyer, planId: string, amount: bigint): Promise<void> {
  const payment = await shop.inTx((tx) => payNow(tx, { planId, shopperId, amount }));
  expect(payment.outcome).toBe('started');
  await world.runAttempts();
}

const storedOf = (shop: Shop): Promise<{ month_end: string; billed: bigint }[]> =>
  world
    .db('score_months')
    .where({ environment_id: shop.environmentId })
    .orderBy(['shopper_id', 'month_end'])
    .select();

const close = (shop: Shop, context = world.context) =>
  closeBusinessDay(context, { environmentId: shop.environmentId, access: 'write' });

describe('a closed month', () => {
  it('of who pays by the month as agreed is a 0, with the interest of the days until its end in the bill', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await buy(shop, buyer, 120_000, 'monthly_6');
    await advanceTo(shop, '2026-05-02');
    const [april, march, ...earlier] = await monthsOf(shop, buyer);
    expect(earlier).toEqual([]);
    // 14.4 % a year by 30/360: 29 of the 30 days that the first period has were over.
    expect(march).toEqual({
      monthEnd: '2026-03-31',
      billed: 120_000n + 1392n,
      paid: 0n,
      daysPastDue: 0,
      paused: false,
      captured: true,
      paidLate: false,
    });
    expect(april).toMatchObject({ monthEnd: '2026-04-30', daysPastDue: 0, captured: false, paidLate: false });
    expect(april?.paid).toBeGreaterThan(20_000n);
    expect(april?.paid).toBeLessThan(march?.billed ?? 0n);
    expect(await standingsOf(shop, buyer)).toEqual([0, -1]);
  });

  it('of who pays all that was billed is a -1, and each month after that without anything a -2 that has no row', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const { plan_id: planId } = await buy(shop, buyer, 120_000, 'monthly_6');
    await advanceTo(shop, '2026-04-20');
    const owed = 120_000n + 912n - 20_854n;
    await pay(shop, buyer, planId, await payoffOn(shop, planId));
    await advanceTo(shop, '2026-05-01');
    const [april] = await monthsOf(shop, buyer);
    expect(april).toMatchObject({ billed: 0n, captured: false });
    expect(april?.paid).toBeGreaterThan(owed);
    expect(await standingsOf(shop, buyer)).toEqual([-1, -1]);
    await advanceTo(shop, '2026-07-01');
    expect(await standingsOf(shop, buyer)).toEqual([-2, -2, -1, -1]);
    expect((await storedOf(shop)).map(({ month_end: end }) => end)).toEqual(['2026-03-31', '2026-04-30']);
    // Buying again is a -1: nothing was owed before.
    await buy(shop, buyer, 8_000, 'pay_in_4');
    await advanceTo(shop, '2026-08-01');
    expect(await standingsOf(shop, buyer)).toEqual([-1, -2, -2, -1, -1]);
    expect((await storedOf(shop)).map(({ month_end: end }) => end)).toEqual([
      '2026-03-31',
      '2026-04-30',
      '2026-07-31',
    ]);
  });

  it('of who is late is 2 up to 30 days, 3 up to 60, 4 beyond; a debt that was charged off is seen a last time', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop, 'declined');
    const { plan_id: planId } = await buy(shop, buyer, 120_000, 'monthly_12');
    await advanceTo(shop, '2026-10-01');
    const months = await monthsOf(shop, buyer);
    expect(months.map(({ monthEnd, daysPastDue }) => [monthEnd, daysPastDue])).toEqual([
      ['2026-09-30', 0],
      ['2026-08-31', 0],
      ['2026-07-31', 121],
      ['2026-06-30', 90],
      ['2026-05-31', 60],
      ['2026-04-30', 29],
      ['2026-03-31', 0],
    ]);
    expect(await standingsOf(shop, buyer)).toEqual([-2, 0, 4, 4, 3, 2, -1]);
    const [plan] = await world.db('plans').where({ id: planId }).select('status', 'recoverable_amount');
    expect(plan).toMatchObject({ status: 'charged_off' });
    expect(months[2]?.billed).toBe(plan.recoverable_amount);
  });

  it('in which an installment was paid beyond its grace is a 1 while it is the newest, and a 0 afterwards', async () => {
    const shop = await openShop(world);
    const [late, inGrace] = [await newBuyer(shop, 'declined'), await newBuyer(shop, 'declined')];
    const { plan_id: latePlan } = await buy(shop, late, 120_000, 'monthly_6');
    const { plan_id: gracePlan } = await buy(shop, inGrace, 120_000, 'monthly_6');
    await advanceTo(shop, '2026-04-04');
    await swapCard(shop, inGrace, gracePlan, 'ok');
    await advanceTo(shop, '2026-04-05');
    await swapCard(shop, late, latePlan, 'ok');
    await advanceTo(shop, '2026-05-01');
    // One was paid three days after its date, the other four.
    expect((await monthsOf(shop, inGrace))[0]).toMatchObject({ paidLate: false, daysPastDue: 0 });
    expect((await monthsOf(shop, late))[0]).toMatchObject({ paidLate: true, daysPastDue: 0 });
    expect(await standingsOf(shop, inGrace)).toEqual([0, -1]);
    expect(await standingsOf(shop, late)).toEqual([1, -1]);
    await advanceTo(shop, '2026-06-01');
    expect(await standingsOf(shop, late)).toEqual([0, 0, -1]);
  });

  it('counts neither down payments nor refunds as paid, and what is refunded is billed no more', async () => {
    const shop = await openShop(world, { first_part: 'checkout' });
    const buyer = await newBuyer(shop);
    // A quarter is paid down at the capture; the rest is due every two weeks.
    const order = await buy(shop, buyer, 80_000, 'pay_in_4');
    await advanceTo(shop, '2026-03-10');
    await shop.post(`/v1/orders/${order.id}/refunds`, { reference: 'back-1', amount: 15_000 });
    await world.runAttempts();
    await advanceTo(shop, '2026-04-01');
    expect((await monthsOf(shop, buyer))[0]).toMatchObject({ paid: 40_000n, billed: 5_000n, captured: true });
    await shop.expectSoundBooks();
  });

  it('adds up orders and cash draws of one currency, of all merchants', async () => {
    const shop = await openShop(world, { clock: '2026-03-02T01:00:00.000Z' });
    const buyer = await newBorrower(shop);
    await buy(shop, buyer, 120_000, 'monthly_6');
    await advanceTo(shop, '2026-03-16');
    await requested(shop, buyer, { amount: 60_000n, months: 6 });
    await world.runAttempts();
    await advanceTo(shop, '2026-04-01');
    const [march] = await monthsOf(shop, buyer);
    // At 14.4 % a year: what the order earned in four weeks, and the draw in two.
    expect(march).toMatchObject({ paid: 0n, captured: true });
    expect(march?.billed).toBeGreaterThan(180_000n + 1_300n + 300n);
    expect(march?.billed).toBeLessThan(180_000n + 1_440n + 400n);
  });

  it('in which dues stand still hides no lateness for good: it says that they did', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop, 'declined');
    const { plan_id: planId } = await buy(shop, buyer, 120_000, 'monthly_6');
    await advanceTo(shop, '2026-05-30');
    await shop.inTx((tx) => pausePlan(tx, { planId, sourceId: 'rtn_1', until: '2026-06-13' }));
    await advanceTo(shop, '2026-06-02');
    await shop.inTx((tx) => resumePlan(tx, { planId, sourceId: 'rtn_1' }));
    await advanceTo(shop, '2026-07-01');
    const months = await monthsOf(shop, buyer);
    expect(months.map(({ daysPastDue, paused }) => [daysPastDue, paused])).toEqual([
      [87, false],
      [0, true],
      [29, false],
      [0, false],
    ]);
    // Without the pause the 4 after a 0 would contradict itself.
    expect(await standingsOf(shop, buyer)).toEqual([3, 0, 2, -1]);
  });
});

describe('the sweep of closed months', () => {
  it('computes the same from the logs whenever it comes, over several month ends at once', async () => {
    const shop = await openShop(world);
    const [steady, late] = [await newBuyer(shop), await newBuyer(shop, 'declined')];
    const order = await buy(shop, steady, 120_000, 'monthly_3');
    const { plan_id: latePlan } = await buy(shop, late, 80_000, 'pay_in_4');
    await advanceTo(shop, '2026-04-20');
    await shop.post(`/v1/orders/${order.id}/refunds`, { reference: 'back-1', amount: 20_000 });
    await swapCard(shop, late, latePlan, 'ok');
    await advanceTo(shop, '2026-07-05');
    const inTime = await storedOf(shop);
    expect(inTime.length).toBeGreaterThan(5);

    await forget(shop);
    await close(shop);
    expect(await storedOf(shop)).toEqual(inTime);
  });

  it('writes each month once, also of two processes at once, and what it wrote never changes', async () => {
    const shop = await openShop(world);
    for (let buyers = 0; buyers < 4; buyers += 1) await buy(shop, await newBuyer(shop), 30_000, 'pay_in_4');
    await advanceTo(shop, '2026-05-02');
    const once = await storedOf(shop);
    await close(shop);
    expect(await storedOf(shop)).toEqual(once);
    await forget(shop);
    await Promise.all([close(shop), close(shop, other), close(shop), close(shop, other)]);
    expect(await storedOf(shop)).toEqual(once);
    expect(once.length).toBe(8);
    const rows = world.db('score_months').where({ environment_id: shop.environmentId });
    await expect(rows.update({ billed: 1n })).rejects.toThrow('score_months is append-only');
  });

  it('has nothing to look at any more when all is paid', async () => {
    const shop = await openShop(world);
    await buy(shop, await newBuyer(shop), 30_000, 'pay_in_4');
    await advanceTo(shop, '2026-05-02');
    expect(await shop.inTx(nextMonthCloseAt, 'read')).toMatchObject({ rows: [{ at: null }] });
    expect(await shop.inTx(findMonthsToClose, 'read')).toEqual([]);
    await advanceTo(shop, '2026-09-02');
    expect(await shop.inTx(findMonthsToClose, 'read')).toEqual([]);
  });

  it('is a business event of its own: the clock stops where a month is over for somebody who owes', async () => {
    const shop = await openShop(world);
    await buy(shop, await newBuyer(shop), 120_000, 'monthly_6');
    await advanceTo(shop, '2026-03-20');
    const { clock } = await shop.post<{ clock: { now: string } }>('/v1/sandbox/clock/advance', {
      until: 'next_event',
    });
    expect(clock.now).toBe('2026-03-28T16:00:00.000Z');
    expect(await nextKinds(shop)).toEqual(expect.arrayContaining(['month_end', 'score_month']));
  });

  it('waits until the month is over for every merchant, and is not yet known in between', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await buy(shop, buyer, 120_000, 'monthly_6');
    await world.db('merchants').where({ id: shop.merchantId }).update({ time_zone: 'America/New_York' });
    await advanceTo(shop, '2026-04-01');
    expect(await monthsOf(shop, buyer)).toEqual([]);
    expect(await storedOf(shop)).toEqual([]);
    await advanceTo(shop, '2026-04-02');
    expect((await monthsOf(shop, buyer)).map(({ monthEnd }) => monthEnd)).toEqual(['2026-03-31']);
  });

  it('that has not come yet leaves a shopper with the months before, while nobody takes them for empty', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    await buy(shop, buyer, 120_000, 'monthly_3');
    await advanceTo(shop, '2026-05-02');
    const [, march] = await monthsOf(shop, buyer);
    await forget(shop, '2026-04-30');
    expect(await monthsOf(shop, buyer)).toEqual([march]);
  });

  it('leaves nothing behind of a sandbox that is gone', async () => {
    const shop = await openShop(world);
    await buy(shop, await newBuyer(shop), 30_000, 'pay_in_4');
    await advanceTo(shop, '2026-05-02');
    expect(await storedOf(shop)).not.toEqual([]);
    await endSandbox(world.context, shop.environmentId);
    world.passMs(3_600_000);
    expect(await purgeEndedSandboxes(world.context)).toContain(shop.environmentId);
    expect(await storedOf(shop)).toEqual([]);
  });
});

/** Takes the months away, as if the sweep had not come yet: those that end on this date, or all. */
async function forget(shop: Shop, end?: string): Promise<void> {
  await world.db.transaction(async (sql) => {
    await sql.raw('alter table score_months disable trigger score_months_append_only');
    for (const table of ['score_months', 'score_cutoffs']) {
      const rows = sql(table).where({ environment_id: shop.environmentId });
      await (end === undefined ? rows : rows.where({ month_end: end })).delete();
    }
    await sql.raw('alter table score_months enable trigger score_months_append_only');
  });
}

async function nextKinds(shop: Shop): Promise<string[] | undefined> {
  const { clock } = await shop.get<{ clock: { next_event: { kinds: string[] } | null } }>('/v1/sandbox');
  return clock.next_event?.kinds;
}

const payoffOn = (shop: Shop, planId: string) =>
  shop.inTx(async (tx) => (await payoffOf(tx, await findPlan(tx, { planId }))).total, 'read');
