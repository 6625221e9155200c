import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderJson } from '../src/api/resources/order.ts';
import { advanceClock } from '../src/jobs/advance-clock.ts';
import { walkNextClock } from '../src/jobs/advance-loop.ts';
import { walkClock } from '../src/jobs/advance-walk.ts';
import { closeBusinessDay, nextBusinessEvent } from '../src/jobs/close-business-day.ts';
import { addDays, dateIn, startOf } from '../src/lib/dates.ts';
import { newId } from '../src/lib/ids.ts';
import { endSandbox } from '../src/merchants/environments.ts';
import { openShop, sandboxStart, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import { authorizedOrder, newBuyer, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const path = '/v1/sandbox/clock/advance';

type Clock = {
  now: string;
  moving: boolean;
  target: string | null;
  days_left: number;
  next_event: { at: string; kinds: string[] } | null;
};

const allPaid = Array.from({ length: 4 }, () => ({ status: 'succeeded', amount: 2000n }));

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const clockOf = async (shop: Shop) => (await shop.get<{ clock: Clock }>('/v1/sandbox')).clock;

async function shippedOrder(shop: Shop): Promise<OrderJson> {
  const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4' });
  await ship(shop, order.id, 8000);
  return order;
}

/** As the worker does, until no clock waits for it. */
async function walkAll(): Promise<number> {
  let turns = 0;
  while ((await walkNextClock(world.context)) > 0) turns += 1;
  return turns;
}

async function repaymentsOf(order: OrderJson): Promise<{ status: string; amount: bigint }[]> {
  return world.db('repayments').where({ plan_id: order.plan_id }).orderBy('id').select('status', 'amount');
}

describe("a sandbox's clock, asked to go", () => {
  it.each([
    ['nowhere', {}],
    ['to two places', { days: 1, until: 'next_event' }],
    ['back', { days: -1 }],
    ['nowhere in days', { days: 0 }],
    ['beyond ten years', { days: 3661 }],
    ['until something unknown', { until: 'tomorrow' }],
  ])('%s is refused and stands', async (_, body) => {
    const shop = await openShop(world);
    const refused = await leavingNothing(world.db, () => shop.refusal('POST', path, body));
    expect(refused).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  it('so many days on keeps the time since the start of the date, through the start of summer time too', async () => {
    const shop = await openShop(world, { time_zone: 'America/New_York', clock: '2026-03-07T20:00:00Z' });
    expect(await shop.post(path, { days: 1 })).toMatchObject({ clock: { now: '2026-03-08T20:00:00.000Z' } });
    expect(await shop.post(path, { days: 1 })).toMatchObject({ clock: { now: '2026-03-09T19:00:00.000Z' } });
  });

  it('so many days on by a request that is sent twice goes there once', async () => {
    const shop = await openShop(world);
    const ask = { sandboxId: shop.environmentId, destination: { days: 3 }, request: newId('req') };
    const answers = [await advanceClock(world.context, ask), await advanceClock(world.context, ask)];
    expect(answers).toEqual([{ arrived: true }, { arrived: true }]);
    expect(await clockOf(shop)).toMatchObject({ now: '2026-03-04T01:00:00.000Z', moving: false });
  });
});

describe('a clock with more to do than its request waits for', () => {
  it('is left on its way, and whoever goes on comes to the same, wherever each is cut off', async () => {
    const shop = await openShop(world);
    const order = await shippedOrder(shop);
    const to = new Date('2026-03-31T00:00:00Z');
    const request = newId('req');
    const walkFor = (most: number) => {
      let looks = 0;
      const signal = {
        get aborted() {
          looks += 1;
          return looks > most;
        },
      } as AbortSignal;
      return advanceClock(world.context, {
        sandboxId: shop.environmentId,
        destination: { to },
        request,
        signal,
      });
    };
    expect(await walkFor(0)).toEqual({ arrived: false });
    expect(await clockOf(shop)).toMatchObject({ now: sandboxStart, moving: true });
    let cutOff = 1;
    while (!(await walkFor(cutOff)).arrived) cutOff += 1;
    expect(cutOff).toBeGreaterThan(5);
    expect(await clockOf(shop)).toMatchObject({ now: to.toISOString(), moving: false });
    expect(await repaymentsOf(order)).toEqual(allPaid.slice(1));
    await shop.expectSoundBooks();
  });

  it('is walked on by the worker', async () => {
    const shop = await openShop(world);
    const order = await shippedOrder(shop);
    const to = new Date('2026-03-31T00:00:00Z');
    const ask = { sandboxId: shop.environmentId, destination: { to }, request: newId('req') };
    expect(await advanceClock(world.context, { ...ask, signal: AbortSignal.abort() })).toEqual({
      arrived: false,
    });
    expect(await walkAll()).toBe(1);
    expect(await clockOf(shop)).toMatchObject({ now: to.toISOString(), moving: false });
    expect(await repaymentsOf(order)).toEqual(allPaid.slice(1));
  });
});

describe('payments of a sandbox that ends meanwhile', () => {
  it('end with it, which is no fault to log', async () => {
    const shop = await openShop(world);
    await shippedOrder(shop);
    const errors: unknown[] = [];
    const log = { ...world.context.log, error: (...told: unknown[]) => void errors.push(told) };
    const processorFor: typeof world.context.processorFor = (kind) => ({
      ...world.context.processorFor(kind),
      async payOut() {
        await endSandbox(world.context, shop.environmentId);
        return { status: 'unknown' };
      },
    });
    const context = { ...world.context, log: log as never, processorFor };
    const ended = advanceClock(context, {
      sandboxId: shop.environmentId,
      destination: { days: 3 },
      request: newId('req'),
    });
    await expect(ended).rejects.toMatchObject({ code: 'not_found' });
    expect(errors).toEqual([]);
  });
});

describe('two requests at once', () => {
  it('for so many days each move the clock by their own, one after the other, or are refused', async () => {
    const shop = await openShop(world);
    const answers = await Promise.all([1, 2].map(() => shop.send('POST', path, { days: 5 })));
    const moved = answers.filter(({ status }) => status === 200).length;
    const refused = answers.filter(({ body }) => (body as { code?: string }).code === 'clock_moving').length;
    expect(moved).toBeGreaterThan(0);
    expect(moved + refused).toBe(2);
    const arrived = new Date(Date.parse(sandboxStart) + moved * 5 * 86_400_000).toISOString();
    expect(await clockOf(shop)).toMatchObject({ now: arrived, moving: false });
  });
});

describe('the next business event', () => {
  it('is told and gone to, one after the other, until nothing more happens by itself', async () => {
    const shop = await openShop(world);
    const order = await shippedOrder(shop);
    const met: string[] = [];
    for (;;) {
      const { next_event: next } = await clockOf(shop);
      if (!next) break;
      const { clock } = await shop.post<{ clock: Clock }>(path, { until: 'next_event' });
      expect(clock).toMatchObject({ now: next.at, moving: false });
      met.push(`${next.at} ${next.kinds.join()}`);
    }
    // On the same evening the shopper's line is looked at, of which something is used from then on.
    expect(met.filter((event) => event.includes('settlement'))).toEqual([
      '2026-03-01T16:00:00.000Z limit_review,settlement',
    ]);
    expect(met.filter((event) => / installment/.test(event)).map((event) => event.slice(0, 10))).toEqual([
      '2026-03-14',
      '2026-03-28',
      '2026-04-11',
    ]);
    expect((await repaymentsOf(order)).map(({ status }) => status)).toEqual(
      allPaid.map(({ status }) => status),
    );
    const refused = await leavingNothing(world.db, () => shop.refusal('POST', path, { until: 'next_event' }));
    expect(refused).toMatchObject({ status: 409, code: 'state_conflict' });
    await shop.expectSoundBooks();
  });

  it('of an authorization is each of its notices, and then its expiry to the millisecond', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 5000 });
    const expiry = new Date(order.expires_at).getTime();
    for (const [hours, kind] of [
      [72, 'expiry_notice'],
      [24, 'expiry_notice'],
      [0, 'authorization_expiry'],
    ] as const) {
      const at = new Date(expiry - hours * 3_600_000).toISOString();
      expect((await clockOf(shop)).next_event).toEqual({ at, kinds: [kind] });
      expect(await shop.post(path, { until: 'next_event' })).toMatchObject({ clock: { now: at } });
    }
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ status: 'expired' });
    // Only the review of the shopper's line is left, at the end of the month in which something was held.
    const review = { at: '2026-03-31T16:00:00.000Z', kinds: ['limit_review'] };
    expect((await clockOf(shop)).next_event).toEqual(review);
    await shop.post(path, { until: 'next_event' });
    expect((await clockOf(shop)).next_event).toBeNull();
  });

  it('hides nothing: on every date before it, the sweeps change nothing', async () => {
    const shop = await openShop(world);
    await shippedOrder(shop);
    const declined = await newBuyer(shop, 'declined');
    const late = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4', buyer: declined });
    await ship(shop, late.id, 8000);
    await authorizedOrder(shop, { amount: 5000 });
    const environmentId = shop.environmentId;
    const at = (instant: Date | string) =>
      world.db('environments').where({ id: environmentId }).update({ clock_at: instant });
    for (let events = 0; events < 15; events += 1) {
      const next = await shop.inTx(nextBusinessEvent, 'read');
      if (!next) break;
      const { now } = await clockOf(shop);
      let date = addDays(dateIn('Asia/Shanghai', new Date(now)), 1);
      for (; startOf(date, 'Asia/Shanghai') < next.at; date = addDays(date, 1)) {
        await at(startOf(date, 'Asia/Shanghai'));
        // The watch on fraud counts each date, whoever stops at it; its counts are for alarms and change nothing else.
        await leavingNothing(
          world.db,
          () => closeBusinessDay(world.context, { environmentId, access: 'write' }),
          ['fraud_day_counts'],
        );
      }
      await at(now);
      await shop.post(path, { to: next.at.toISOString() });
    }
    // Declined again and again, it is tried on the days after each due date that are set for it.
    expect((await repaymentsOf(late)).length).toBeGreaterThan(8);
  });
});

describe('an advance that is too far for one request', () => {
  it('is accepted and walked by the worker, with its progress told', async () => {
    const shop = await openShop(world);
    const order = await shippedOrder(shop);
    const { status, body } = await shop.send('POST', path, { days: 365 });
    expect(status).toBe(202);
    const target = '2027-03-01T01:00:00.000Z';
    expect(body).toMatchObject({ clock: { now: sandboxStart, moving: true, target, days_left: 365 } });

    const signal = AbortSignal.abort();
    expect(await walkClock(world.context, shop.environmentId, { mostDates: 20 })).toBe(false);
    expect(await clockOf(shop)).toMatchObject({
      now: '2026-03-20T16:00:00.000Z',
      moving: true,
      days_left: 345,
    });
    expect((await repaymentsOf(order)).length).toBe(2);
    expect(
      await shop.refusal('POST', `/v1/orders/${order.id}/refunds`, { reference: 'r', amount: 1 }),
    ).toMatchObject({
      code: 'clock_moving',
    });
    // A process that is told to end leaves the clock where it is.
    expect(await walkClock(world.context, shop.environmentId, { signal })).toBe(false);
    world.passMs(60_000);

    expect(await walkAll()).toBe(1);
    expect(await clockOf(shop)).toMatchObject({ now: target, moving: false, target: null, days_left: 0 });
    expect(await repaymentsOf(order)).toEqual(allPaid);
    await shop.expectSoundBooks();
    expect(world.errors).toEqual([]);
  });

  it('over five years arrives with everything collected once, and the books balance', async () => {
    const shop = await openShop(world);
    const order = await shippedOrder(shop);
    await shop.post(path, { days: 5 * 365 + 1 });
    // A turn is a year, so that other clocks have theirs.
    expect(await walkAll()).toBe(5);
    expect(await clockOf(shop)).toMatchObject({ now: '2031-03-01T01:00:00.000Z', moving: false });
    expect(await repaymentsOf(order)).toEqual(allPaid);
    expect(await shop.get(`/v1/plans/${order.plan_id}`)).toMatchObject({ status: 'paid' });
    await shop.expectSoundBooks();
  });

  it('walked by two workers at once arrives once, with everything collected once', async () => {
    const shop = await openShop(world);
    const order = await shippedOrder(shop);
    await shop.post(path, { days: 90 });
    const arrived = await Promise.all([1, 2].map(() => walkClock(world.context, shop.environmentId)));
    expect(arrived).toEqual([true, true]);
    expect(await repaymentsOf(order)).toEqual(allPaid);
    expect(await clockOf(shop)).toMatchObject({ now: '2026-05-30T01:00:00.000Z', moving: false });
    await shop.expectSoundBooks();
  });

  it('is left to whoever walks it, and taken over when their lease has ended', async () => {
    const shop = await openShop(world);
    await shop.post(path, { days: 400 });
    await walkClock(world.context, shop.environmentId, { mostDates: 3 });
    expect(await walkNextClock(world.context)).toBe(0);
    world.passMs(60_000);
    expect(await walkAll()).toBe(2);
    expect((await clockOf(shop)).moving).toBe(false);
  });
});
