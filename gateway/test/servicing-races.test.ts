import { connect, type Knex } from '@morrow/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { finishPayments } from '../src/jobs/advance-walk.ts';
import { closeBusinessDay } from '../src/jobs/close-business-day.ts';
import { addMs, dayMs } from '../src/lib/dates.ts';
import { payNow } from '../src/repayments/pay.ts';
import { payoffOf } from '../src/repayments/payoff.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { expectPlanFollowsLog } from './support/servicing.ts';
import { openShop, type Shop } from './support/shop.ts';
import { authorizedOrder, type Buyer, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

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

type Bought = { shop: Shop; buyer: Buyer; order: OrderJson };

async function bought(shop: Shop, method: Parameters<typeof newBuyer>[1] = 'ok'): Promise<Bought> {
  const buyer = await newBuyer(shop, method);
  const order = await authorizedOrder(shop, { amount: 120_000, plan: 'monthly_6', buyer });
  await ship(shop, order.id, 120_000);
  return { shop, buyer, order };
}

const pay = ({ shop, buyer, order }: Bought, amount: bigint) =>
  shop.inTx((tx) => payNow(tx, { planId: order.plan_id, shopperId: buyer.shopperId, amount }));

const payoff = ({ shop, order }: Bought) =>
  shop.inTx(async (tx) => payoffOf(tx, await findPlan(tx, { planId: order.plan_id })), 'read');

/** Puts a sandbox's clock somewhere without sweeping on the way, as live time does between two runs of cron. */
async function putClock(shop: Shop, change: (now: Date) => Date): Promise<void> {
  const row = await world
    .db('environments')
    .where({ id: shop.environmentId })
    .first<{ clock_at: Date }>('clock_at');
  await world
    .db('environments')
    .where({ id: shop.environmentId })
    .update({ clock_at: change(row.clock_at) });
}

const later = (days: number) => (now: Date) => addMs(now, days * dayMs);

const repaymentsOf = (planId: string) =>
  world.db('repayments').where({ plan_id: planId }).select<{ status: string; amount: bigint }[]>('*');

describe('at once on one plan', () => {
  it('two repayments and a refund leave nobody a cent too much', async () => {
    const shop = await openShop(world);
    for (let round = 0; round < 6; round += 1) {
      const own = await bought(shop);
      await putClock(shop, later(10));
      const { total } = await payoff(own);
      const refundBody = { reference: 'goods', amount: 60_000 };
      const send = () => shop.send('POST', `/v1/orders/${own.order.id}/refunds`, refundBody);
      // In odd rounds the refund comes while the card is being charged for all that was owed.
      const early = round % 2 === 0;
      const [first, second, refunded] = await Promise.all([
        pay(own, total),
        pay(own, 1_000n),
        early && send(),
      ]);
      const outcomes = [first, second].map((payment) =>
        payment.outcome === 'started' ? 'started' : payment.code,
      );
      expect(outcomes.filter((outcome) => outcome === 'started').length).toBeLessThanOrEqual(1);
      expect(outcomes.every((outcome) => ['started', 'under_way', 'above_owed'].includes(outcome))).toBe(
        true,
      );
      const [, also] = await Promise.all([world.runAttempts(), early || send()]);
      const answer = early ? refunded : also;
      expect(typeof answer === 'object' && answer.status).toBe(201);
      await world.runAttempts();
      await expectPlanFollowsLog(shop, own.order.plan_id);
      const collected = (await repaymentsOf(own.order.plan_id)).filter(
        ({ status }) => status === 'succeeded',
      );
      expect(collected.length).toBeLessThanOrEqual(1);
    }
    await shop.expectSoundBooks();
    expect(world.errors).toEqual([]);
  });

  it('ten payments of all that is owed take it once', async () => {
    const shop = await openShop(world);
    const own = await bought(shop);
    const { total } = await payoff(own);
    const payments = await Promise.all(Array.from({ length: 10 }, () => pay(own, total)));
    expect(payments.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    await Promise.all([world.runAttempts(), world.runAttempts()]);
    expect((await pay(own, 1n)).outcome).toBe('refused');
    expect(await repaymentsOf(own.order.plan_id)).toMatchObject([{ status: 'succeeded', amount: total }]);
    await expectPlanFollowsLog(shop, own.order.plan_id);
    await shop.expectSoundBooks();
  });
});

describe('the sweeps of one date, run by two processes at once and again', () => {
  it('collect, tell, charge and accrue once', async () => {
    const shop = await openShop(world);
    const plans = [await bought(shop), await bought(shop, 'insufficient_funds'), await bought(shop)];
    const close = (context: World['context']) =>
      closeBusinessDay(context, { environmentId: shop.environmentId, access: 'write' });
    for (const days of [28, 3, 1, 3, 1, 30]) {
      await putClock(shop, later(days));
      await Promise.all([close(world.context), close(other)]);
      await Promise.all([world.context, other].map((context) => finishPayments(context, shop.environmentId)));
      // What was paid just now makes its line due for a review on the same date.
      await Promise.all([close(world.context), close(other)]);
      const before = await countsOf(shop);
      await Promise.all([close(world.context), close(other)]);
      await Promise.all([world.context, other].map((context) => finishPayments(context, shop.environmentId)));
      expect(await countsOf(shop)).toEqual(before);
      for (const { order } of plans) await expectPlanFollowsLog(shop, order.plan_id);
    }
    const told = await world
      .db('events')
      .where({ environment_id: shop.environmentId })
      .whereIn('type', ['installment.reminder', 'installment.due', 'installment.paid', 'late_fee.charged'])
      .groupBy('type', 'stream', 'object_id', world.db.raw("data->>'days'"))
      .havingRaw('count(*) > 1')
      .select('type', 'object_id');
    expect(told).toEqual([]);
    const dues = await world
      .db('events')
      .where({ environment_id: shop.environmentId, type: 'late_fee.charged' })
      .countDistinct<{ count: string }[]>('object_id as count');
    expect(Number(dues[0]?.count)).toBeGreaterThan(0);
    await shop.expectSoundBooks();
    expect(world.errors).toEqual([]);
  });
});

/** How many rows there are of whatever a sweep writes. */
async function countsOf(shop: Shop): Promise<Record<string, number>> {
  const tables = [
    'events',
    'ledger_transfers',
    'plan_entries',
    'repayments',
    'reminders',
    'settlements',
    'payouts',
  ];
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const row = await world
      .db(table)
      .where({ environment_id: shop.environmentId })
      .count<{ count: string }>('* as count')
      .first();
    counts[table] = Number(row?.count);
  }
  return counts;
}

describe('a capture and the expiry of its authorization', () => {
  it('never both happen, and whichever does is the whole truth', async () => {
    const shop = await openShop(world);
    const statuses = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      const order = await authorizedOrder(shop, { amount: 60_000, plan: 'pay_in_4' });
      // In even rounds the time is over, in odd ones it ends while the capture is under way.
      const isOver = round % 2 === 0;
      await putClock(shop, later(isOver ? 7 : 6.99));
      const capture = () =>
        shop.send('POST', `/v1/orders/${order.id}/captures`, { reference: 'a', amount: 60_000 });
      const expire = async () => {
        if (!isOver) await putClock(shop, later(0.02));
        await closeBusinessDay(other, { environmentId: shop.environmentId, access: 'write' });
      };
      const [captured] = await Promise.all([capture(), expire()]);
      await world.runAttempts();
      await closeBusinessDay(other, { environmentId: shop.environmentId, access: 'write' });
      const after = await shop.get<OrderJson>(`/v1/orders/${order.id}`);
      statuses.add(after.status);
      if (captured.status === 201) {
        expect(isOver).toBe(false);
        expect(after).toMatchObject({ status: 'captured', captured_amount: 60_000 });
      } else {
        expect(captured.body).toMatchObject({ code: 'authorization_expired' });
        expect(after).toMatchObject({ status: 'expired', captured_amount: 0 });
      }
      await expectPlanFollowsLog(shop, order.plan_id);
    }
    expect(statuses.has('expired')).toBe(true);
    await shop.expectSoundBooks();
    expect(world.errors).toEqual([]);
  });
});
