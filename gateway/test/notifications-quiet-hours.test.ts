import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordEvent } from '../src/events/record.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import type { EventType } from '../src/events/types.ts';
import { hourIn } from '../src/lib/dates.ts';
import type { Id } from '../src/lib/ids.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { queueMessage } from '../src/notifications/messages.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { nextWakingInstant } from '../src/notifications/quiet-hours.ts';
import { sendQueuedMessages } from '../src/notifications/send.ts';
import { setTimeZone } from '../src/shoppers/profile.ts';
import {
  createEnvironment,
  createTestMerchant,
  inside,
  testHost,
  type TestHost,
} from './support/events-world.ts';
import { insertOrder, type OrderRows } from './support/order-rows.ts';
import { createShopper, someonesPhone } from './support/shoppers-world.ts';

const zones = ['Asia/Shanghai', 'Europe/London', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];
const instants = fc
  .integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) })
  .map((ms) => new Date(ms));

describe('the next waking instant', () => {
  it('lies between 8 and 21 by the clock where somebody is, and is the first such one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (zone, instant) => {
        const waking = nextWakingInstant(zone, instant);
        expect(waking.getTime()).toBeGreaterThanOrEqual(instant.getTime());
        expect(hourIn(zone, waking)).toBeGreaterThanOrEqual(8);
        expect(hourIn(zone, waking)).toBeLessThan(21);
        expect(nextWakingInstant(zone, waking)).toEqual(waking);
        if (waking > instant) {
          const before = hourIn(zone, new Date(waking.getTime() - 1));
          expect(before < 8 || before >= 21).toBe(true);
          expect(waking.getTime() - instant.getTime()).toBeLessThanOrEqual(12 * 3_600_000);
        }
      }),
    );
  });

  it.each([
    ['2026-03-01T12:59:59Z', '2026-03-01T12:59:59Z'],
    ['2026-03-01T13:00:00Z', '2026-03-02T00:00:00Z'],
    ['2026-03-01T16:00:00Z', '2026-03-02T00:00:00Z'],
    ['2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z'],
    ['2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z'],
  ])('after %s in Shanghai is %s', (instant, waking) => {
    expect(nextWakingInstant('Asia/Shanghai', new Date(instant))).toEqual(new Date(waking));
  });
});

let database: TestDatabase;
let host: TestHost;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
});
afterAll(() => database.drop());

type World = { id: string; shopperId: Id<'shp'>; order: OrderRows };

async function createWorld(kind: 'live' | 'sandbox', id?: string): Promise<World> {
  const environment = await createEnvironment(host, kind, id);
  const merchantId = await createTestMerchant(host, environment);
  const shopperId = await createShopper(host, environment, { phone: someonesPhone(), locale: 'en' });
  const order = await inside(host, environment, (tx) =>
    insertOrder(tx, { merchantId, shopperId, currency: 'CNY' }),
  );
  return { id: environment, shopperId, order };
}

async function tell(world: World, type: EventType, objectId: string): Promise<void> {
  await inside(host, world.id, (tx) =>
    recordEvent(tx, { streams: [world.shopperId], type, objectId, objectVersion: 1, data: {} }),
  );
  await sequenceEvents(host);
  await notifyFromEvents(host);
}

const clockTo = (world: World, at: string) =>
  database
    .db('environments')
    .where({ id: world.id })
    .update({ clock_at: new Date(at) });

async function newest(world: World) {
  const { messages } = await inside(host, world.id, (tx) => listInbox(tx, { limit: 1 }));
  return messages[0];
}

describe('in a sandbox', () => {
  it('what the calendar brings about at night says when it goes out, in the environment’s zone or the shopper’s', async () => {
    const world = await createWorld('sandbox');
    await clockTo(world, '2026-03-01T22:00:00Z');
    await tell(world, 'repayment.succeeded', world.order.repaymentId);
    expect(await newest(world)).toMatchObject({ notBefore: new Date('2026-03-02T08:00:00Z') });
    await inside(host, world.id, (tx) =>
      setTimeZone(tx, { shopperId: world.shopperId, timeZone: 'America/New_York' }),
    );
    await tell(world, 'repayment.succeeded', world.order.repaymentId);
    expect(await newest(world)).toMatchObject({ notBefore: null }); // five in the afternoon there
    await clockTo(world, '2026-03-02T03:30:00Z');
    await tell(world, 'repayment.succeeded', world.order.repaymentId);
    expect(await newest(world)).toMatchObject({ notBefore: new Date('2026-03-02T13:00:00Z') });
  });

  it('what somebody does themselves is answered at once, in the night too', async () => {
    const world = await createWorld('sandbox');
    await clockTo(world, '2026-03-01T23:30:00Z');
    await tell(world, 'order.authorized', world.order.orderId);
    expect(await newest(world)).toMatchObject({ template: 'order_confirmed', notBefore: null });
    await database.db('repayments').where({ id: world.order.repaymentId }).update({ by_shopper: true });
    await tell(world, 'repayment.succeeded', world.order.repaymentId);
    expect(await newest(world)).toMatchObject({ template: 'repayment_succeeded', notBefore: null });
    await inside(host, world.id, (tx) =>
      queueMessage(tx, {
        channel: 'sms',
        recipient: '+8613800138000',
        locale: 'en',
        template: 'sign_in_code',
        data: { code: '012345', minutes: 5 },
      }),
    );
    expect(await newest(world)).toMatchObject({ template: 'sign_in_code', notBefore: null });
  });

  it('a time zone that there is not is refused', async () => {
    const world = await createWorld('sandbox');
    await expect(
      inside(host, world.id, (tx) => setTimeZone(tx, { shopperId: world.shopperId, timeZone: 'Moon/Base' })),
    ).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

describe('live', () => {
  it('what came about at night waits for the morning, and what is no longer so by then is dropped', async () => {
    const world = await createWorld('live', 'live');
    host.clock.advance(nightOf(host.clock.now()) - host.clock.now().getTime());
    const [due] = world.order.installmentIds;
    const record = (days: number, installmentId: string | undefined, dueDate: string) =>
      inside(host, world.id, (tx) =>
        recordEvent(tx, {
          streams: [world.shopperId],
          type: 'installment.reminder',
          objectId: installmentId ?? '',
          objectVersion: 1,
          data: { plan_id: world.order.planId, number: 1, due_date: dueDate, days, amount: 3333 },
        }),
      );
    await record(0, due, '2026-03-03');
    await tell(world, 'repayment.failed', world.order.repaymentId);
    const messages = () => database.db('messages').where({ environment_id: 'live' }).orderBy('id');
    expect(await messages()).toMatchObject([{ status: 'queued' }, { status: 'queued' }]);
    expect(await sendQueuedMessages(host)).toBe(0);
    await database
      .db('installments')
      .where({ id: due })
      .update({ paid_amount: 3333n, paid_principal: 3333n, status: 'paid' });
    host.clock.advance(12 * 3_600_000);
    expect(await sendQueuedMessages(host)).toBe(1);
    expect(await messages()).toMatchObject([
      { template: 'installment_due', status: 'dropped' },
      { template: 'repayment_failed', status: 'failed', failure: 'no_sms_carrier' },
    ]);
  });
});

/** Ten in the evening, by UTC, of the day after. */
function nightOf(now: Date): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1, 22);
}
