import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordEvent } from '../src/events/record.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import type { EventData, EventType } from '../src/events/types.ts';
import { type Id, newId } from '../src/lib/ids.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { queueMessage } from '../src/notifications/messages.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { saveMail } from '../src/shoppers/profile.ts';
import {
  createEnvironment,
  createTestMerchant,
  inside,
  testHost,
  type TestHost,
} from './support/events-world.ts';
import { insertOrder, type OrderRows } from './support/order-rows.ts';
import { createShopper, someonesPhone } from './support/shoppers-world.ts';

let database: TestDatabase;
let host: TestHost;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
});
afterAll(() => database.drop());

type World = { sandbox: string; merchantId: string; shopperId: Id<'shp'>; phone: string; order: OrderRows };

async function createWorld(locale: 'en' | 'zh-CN' = 'en'): Promise<World> {
  const sandbox = await createEnvironment(host, 'sandbox');
  const merchantId = await createTestMerchant(host, sandbox);
  const phone = someonesPhone();
  const shopperId = await createShopper(host, sandbox, { phone, locale });
  const order = await inside(host, sandbox, (tx) =>
    insertOrder(tx, { merchantId, shopperId, currency: 'CNY' }),
  );
  return { sandbox, merchantId, shopperId, phone, order };
}

function record(
  world: World,
  type: EventType,
  objectId: string,
  { shopperId = world.shopperId, data = {} }: { shopperId?: Id<'shp'>; data?: EventData } = {},
) {
  return inside(host, world.sandbox, (tx) =>
    recordEvent(tx, { streams: [world.merchantId, shopperId], type, objectId, objectVersion: 1, data }),
  );
}

async function inboxOf(sandbox: string) {
  const { messages } = await inside(host, sandbox, (tx) => listInbox(tx, { limit: 100 }));
  return messages.toReversed();
}

describe('the shopper is told', () => {
  it('of an order, what is due and late, repayments, a refund and the end, in this order and once', async () => {
    const world = await createWorld();
    const { order, phone, shopperId } = world;
    const [due, late, paid] = order.installmentIds;
    const of = (number: number, dueDate: string, days: number): EventData => ({
      plan_id: order.planId,
      number,
      due_date: dueDate,
      days,
      amount: 3333,
    });
    const facts: [EventType, string, EventData?][] = [
      ['order.authorized', order.orderId],
      ['plan.active', order.planId],
      ['installment.due', due ?? ''],
      ['installment.reminder', due ?? '', of(1, '2026-03-03', 0)],
      ['installment.reminder', paid ?? '', of(3, '2026-05-03', -3)],
      ['installment.reminder', late ?? '', of(2, '2026-04-03', 1)],
      ['installment.paid', paid ?? ''],
      ['repayment.failed', order.repaymentId],
      ['repayment.succeeded', order.repaymentId],
      ['refund.created', order.refundId],
      ['refund.succeeded', order.refundId],
      ['plan.paid', order.planId],
    ];
    for (const [type, objectId, data] of facts) await record(world, type, objectId, data && { data });
    expect(await notifyFromEvents(host)).toBe(0); // not numbered yet
    await sequenceEvents(host);
    expect(await notifyFromEvents(host)).toBe(facts.length);
    expect(await notifyFromEvents(host)).toBe(0);
    const told = await inboxOf(world.sandbox);
    expect(told.map(({ template, body }) => [template, body])).toEqual([
      ['order_confirmed', expect.stringContaining('order of ¥100.00 at Shop is confirmed')],
      [
        'installment_due',
        expect.stringContaining('Payment 1 of 3 for your order at Shop is due on March 3, 2026: ¥33.33'),
      ],
      ['installment_overdue', expect.stringContaining('was due on April 3, 2026, and ¥23.33 is still open')],
      ['repayment_failed', expect.stringContaining('could not charge ¥43.34')],
      ['repayment_succeeded', expect.stringContaining('received ¥43.34')],
      ['refund_made', expect.stringMatching(/refunded ¥25\.00\. .*: ¥20\.00\. .*: ¥5\.00\./)],
      ['plan_paid', expect.stringContaining('paid in full')],
    ]);
    for (const message of told) {
      expect(message).toMatchObject({ channel: 'sms', recipient: phone, shopperId, subject: null });
    }
  });

  it('by mail once an address is known, and in the language they read', async () => {
    const world = await createWorld('zh-CN');
    await inside(host, world.sandbox, (tx) =>
      saveMail(tx, { shopperId: world.shopperId, mail: 'a@example.com' }),
    );
    await record(world, 'plan.paid', world.order.planId);
    await sequenceEvents(host);
    await notifyFromEvents(host);
    expect(await inboxOf(world.sandbox)).toMatchObject([
      {
        channel: 'mail',
        recipient: 'a@example.com',
        subject: '已全部付清',
        body: expect.stringContaining('已全部付清'),
      },
    ]);
  });

  it('at the time of the event, also while the sandbox’s clock moves', async () => {
    const world = await createWorld();
    await record(world, 'plan.paid', world.order.planId);
    await sequenceEvents(host);
    const then = host.clock.now();
    const environment = () => database.db('environments').where({ id: world.sandbox });
    await environment().update({ clock_at: new Date('2098-01-01'), clock_target: new Date('2098-02-01') });
    await notifyFromEvents(host);
    await environment().update({ clock_target: null });
    expect(await inboxOf(world.sandbox)).toMatchObject([{ occurredAt: then }]);
  });

  it('once, however many processes look at the same time', async () => {
    const world = await createWorld();
    for (let round = 1; round <= 2; round += 1) {
      for (let fact = 0; fact < 3; fact += 1) await record(world, 'plan.paid', world.order.planId);
      await sequenceEvents(host);
      const looked = await Promise.all([1, 2, 3, 4].map(() => notifyFromEvents(host)));
      expect(looked.reduce((sum, count) => sum + count, 0)).toBe(3);
      expect(await inboxOf(world.sandbox)).toHaveLength(3 * round);
    }
  });

  it('although another shopper’s event cannot be told, which is tried again', async () => {
    const world = await createWorld();
    const unlucky = await createShopper(host, world.sandbox);
    const missing = newId('pln');
    await record(world, 'plan.paid', missing, { shopperId: unlucky });
    await record(world, 'plan.paid', world.order.planId);
    await sequenceEvents(host);
    const errors: unknown[] = [];
    const log = Object.assign(Object.create(host.log) as typeof host.log, {
      error: (fields: unknown) => void errors.push(fields),
    });
    expect(await notifyFromEvents({ ...host, log })).toBe(1);
    expect(await inboxOf(world.sandbox)).toMatchObject([{ shopperId: world.shopperId }]);
    expect(errors).toMatchObject([
      { stream: unlucky, err: { message: `there is no ${missing} to tell of` } },
    ]);
    await notifyFromEvents({ ...host, log });
    expect(errors).toHaveLength(1);
    host.clock.advance(10_000);
    await notifyFromEvents({ ...host, log });
    expect(errors).toHaveLength(2);
    await database.db('stream_looks').where({ stream: unlucky }).delete();
    await database.db('notification_marks').where({ stream: unlucky }).delete();
    await database.db('event_streams').where({ stream: unlucky }).delete();
  });
});

describe('a message', () => {
  it('of an event is written once for a channel', async () => {
    const world = await createWorld();
    await record(world, 'plan.paid', world.order.planId);
    const [event] = await database
      .db<{ id: string; stream: string }>('events')
      .where({ stream: world.shopperId });
    const write = (channel: 'sms' | 'mail') =>
      inside(host, world.sandbox, (tx) =>
        queueMessage(tx, {
          channel,
          recipient: channel === 'sms' ? world.phone : 'a@example.com',
          locale: 'en',
          shopperId: world.shopperId,
          template: 'plan_paid',
          data: { purchase: { merchant: 'Shop' } },
          cause: { eventId: event?.id ?? '', occurredAt: host.clock.now() },
        }),
      );
    expect(await write('sms')).toMatch(/^msg_/);
    expect(await write('sms')).toBeUndefined();
    expect(await write('mail')).toMatch(/^msg_/);
  });
});

describe('the inbox', () => {
  async function fill(sandbox: string, count: number): Promise<string[]> {
    const codes = Array.from({ length: count }, (_, index) => String(index).padStart(6, '0'));
    for (const code of codes) {
      await inside(host, sandbox, (tx) =>
        queueMessage(tx, {
          channel: 'sms',
          recipient: '+8613800138000',
          locale: 'en',
          template: 'sign_in_code',
          data: { code, minutes: 5 },
        }),
      );
    }
    return codes.toReversed();
  }

  it('shows what a sandbox keeps, the newest first and page by page', async () => {
    const sandbox = await createEnvironment(host, 'sandbox');
    const codes = await fill(sandbox, 5);
    const seen: string[] = [];
    let cursor: string | undefined;
    const sizes: number[] = [];
    do {
      const page = await inside(host, sandbox, (tx) => listInbox(tx, { cursor, limit: 2 }));
      seen.push(...page.messages.map(({ body }) => /\d{6}/.exec(body)?.[0] ?? ''));
      sizes.push(page.messages.length);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(codes);
    expect(sizes).toEqual([2, 2, 1]);
    const statuses = (await database
      .db('messages')
      .where({ environment_id: sandbox })
      .pluck('status')) as string[];
    expect(new Set(statuses)).toEqual(new Set(['kept']));
  });

  it('has no further page after one that is just full', async () => {
    const sandbox = await createEnvironment(host, 'sandbox');
    await fill(sandbox, 2);
    const page = await inside(host, sandbox, (tx) => listInbox(tx, { limit: 2 }));
    expect(page).toMatchObject({ messages: [{}, {}], nextCursor: null });
  });

  it('belongs to its sandbox and refuses a cursor that is none', async () => {
    const sandbox = await createEnvironment(host, 'sandbox');
    await fill(sandbox, 1);
    const elsewhere = await createEnvironment(host, 'sandbox');
    expect(await inboxOf(elsewhere)).toEqual([]);
    await expect(
      inside(host, sandbox, (tx) => listInbox(tx, { cursor: "msg_' or 1=1", limit: 1 })),
    ).rejects.toMatchObject({ code: 'cursor_invalid' });
  });

  it('does not exist outside of sandboxes', async () => {
    const live = await createEnvironment(host, 'live', 'live');
    await expect(inside(host, live, (tx) => listInbox(tx, { limit: 1 }))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
