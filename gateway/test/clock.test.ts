import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimAttempt, findAttempt } from '../src/processor/attempts.ts';
import { openShop, sandboxStart, type Shop } from './support/shop.ts';
import { leavingNothing } from './support/untouched.ts';
import { authorizedOrder, newBuyer, newSessionBody, ship } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

const path = '/v1/sandbox/clock/advance';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const clockOf = (shop: Shop) => shop.get<{ clock: { now: string; moving: boolean } }>('/v1/sandbox');
const setTarget = (shop: Shop, target: string | null) =>
  world.db('environments').where({ id: shop.environmentId }).update({ clock_target: target });

describe("a sandbox's clock", () => {
  it('stands where it was set until it is advanced, whatever the wall says', async () => {
    const shop = await openShop(world);
    world.passMs(3_600_000);
    expect(await clockOf(shop)).toMatchObject({ clock: { now: sandboxStart, moving: false } });
    const to = '2026-03-04T12:00:00.000Z';
    expect(await shop.post(path, { to })).toMatchObject({ clock: { now: to, moving: false } });
    expect(await shop.post(path, { to })).toMatchObject({ clock: { now: to, moving: false } });
  });

  it.each([
    ['in_the_past', '2026-03-01T00:59:59.999Z'],
    ['too_far', '2036-03-09T01:00:00.001Z'],
  ])('is not moved %s', async (code, to) => {
    const shop = await openShop(world);
    const refused = await leavingNothing(world.db, () => shop.refusal('POST', path, { to }));
    expect(refused).toMatchObject({
      status: 422,
      code: 'validation_failed',
      errors: [{ pointer: '/to', code }],
    });
    expect(await clockOf(shop)).toMatchObject({ clock: { now: sandboxStart, moving: false } });
  });

  it('is moved 31 days while the request waits, and to an instant in any offset', async () => {
    const shop = await openShop(world);
    expect(await shop.post(path, { to: '2026-04-01T09:00:00+08:00' })).toMatchObject({
      clock: { now: '2026-04-01T01:00:00.000Z' },
    });
  });

  it('refuses writes while it moves, lets reads see it, and another advance wait', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 5000 });
    await setTarget(shop, '2026-03-10T00:00:00Z');
    expect(await clockOf(shop)).toMatchObject({ clock: { now: sandboxStart, moving: true } });
    await leavingNothing(world.db, async () => {
      for (const [target, body] of [
        ['/v1/checkout-sessions', newSessionBody(shop, 5000)],
        [`/v1/orders/${order.id}/captures`, { reference: 'a', amount: 1 }],
        [`/v1/orders/${order.id}/void`, undefined],
        [path, { to: '2026-03-11T00:00:00Z' }],
      ] as const) {
        expect(await shop.refusal('POST', target, body)).toMatchObject({ status: 409, code: 'clock_moving' });
      }
    });
    expect(await shop.get(`/v1/orders/${order.id}`)).toMatchObject({ status: 'authorized' });
  });

  it('that was cut off on the way arrives when it is asked again', async () => {
    const shop = await openShop(world);
    const buyer = await newBuyer(shop);
    const order = await authorizedOrder(shop, { amount: 5000, plan: 'pay_in_4', buyer });
    await ship(shop, order.id, 5000);
    const to = '2026-03-20T00:00:00.000Z';
    // As a process leaves it that ends when it has moved the clock to a date, before it swept there.
    await world
      .db('environments')
      .where({ id: shop.environmentId })
      .update({ clock_at: '2026-03-14T16:00:00Z', clock_target: to });
    expect(await shop.post(path, { to })).toMatchObject({ clock: { now: to, moving: false } });
    const plan = await shop.get<{ installments: { status: string }[] }>(`/v1/plans/${order.plan_id}`);
    expect(plan.installments.map(({ status }) => status)).toEqual(['paid', 'paid', 'scheduled', 'scheduled']);
    const repaid = await world
      .db('repayments')
      .where({ plan_id: order.plan_id })
      .orderBy('id')
      .select('created_at');
    expect(repaid.map(({ created_at }) => (created_at as Date).toISOString())).toEqual([
      sandboxStart,
      '2026-03-14T16:00:00.000Z',
    ]);
  });

  it('advanced by two requests at once arrives once, with everything collected once', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4' });
    await ship(shop, order.id, 8000);
    const to = '2026-03-30T00:00:00.000Z';
    const answers = await Promise.all([shop.send('POST', path, { to }), shop.send('POST', path, { to })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const repayments = await world
      .db('repayments')
      .where({ plan_id: order.plan_id })
      .select('status', 'amount');
    expect(repayments).toEqual(Array.from({ length: 3 }, () => ({ status: 'succeeded', amount: 2000n })));
    expect(await clockOf(shop)).toMatchObject({ clock: { now: to, moving: false } });
    await shop.expectSoundBooks();
  });

  it('moves by the dates of its own time zone', async () => {
    const shop = await openShop(world, { time_zone: 'America/New_York', clock: '2026-03-07T20:00:00Z' });
    const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4' });
    await ship(shop, order.id, 8000);
    // In New York the 8th, the first day of summer time, begins at 05:00 UTC and the 9th at 04:00 UTC.
    await shop.post(path, { to: '2026-03-08T04:59:59Z' });
    expect(await shop.get('/v1/settlements')).toMatchObject({ data: [] });
    await shop.post(path, { to: '2026-03-09T04:00:00Z' });
    expect(await shop.get('/v1/settlements')).toMatchObject({
      data: [{ business_date: '2026-03-07', closed_at: '2026-03-08T05:00:00.000Z' }],
    });
  });

  it('waits for a payment that another process has begun before it leaves the date', async () => {
    const shop = await openShop(world);
    const order = await authorizedOrder(shop, { amount: 8000, plan: 'pay_in_4' });
    await shop.post(`/v1/orders/${order.id}/captures`, { reference: 'a', amount: 8000 });
    const [{ id: attemptId }] = await world
      .db('processor_attempts')
      .where({ environment_id: shop.environmentId, status: 'pending' });
    expect(await shop.inTx((tx) => claimAttempt(tx, attemptId))).toMatchObject({ tries: 1 });
    const arrived = shop.advance(2);
    await expect.poll(async () => (await clockOf(shop)).clock.moving).toBe(true);
    // The other process died: its lease ends, and the walk goes on with the payment on the date it belongs to.
    world.passMs(30_000);
    await arrived;
    expect(await shop.inTx((tx) => findAttempt(tx, attemptId))).toMatchObject({
      status: 'succeeded',
      tries: 2,
    });
    const [repayment] = await world.db('repayments').where({ plan_id: order.plan_id });
    expect(repayment.finished_at.toISOString()).toBe(sandboxStart);
  });

  it('is not moved by a key without the scope', async () => {
    const shop = await openShop(world);
    await world
      .db('merchant_keys')
      .where({ merchant_id: shop.merchantId })
      .update({ scopes: ['read', 'orders'] });
    world.passMs(6000);
    const refused = await shop.refusal('POST', path, { to: '2026-03-02T00:00:00Z' });
    expect(refused).toMatchObject({ status: 403, code: 'scope_missing' });
  });
});
