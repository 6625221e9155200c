import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sequenceEvents } from '../src/events/sequence.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { queueMessage } from '../src/notifications/messages.ts';
import { order } from './support/account-walk.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;
let shop: Shop;
let page: string;
beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  page = `/account/${shop.environmentId}/messages`;
});
afterAll(() => world.close());
beforeEach(() => expect(world.logged).toEqual([]));

/** Somebody who has bought something, and whom we have told so. */
async function told(number: number, reference: string): Promise<Reader> {
  const reader = newReader(world.server, { 'Accept-Language': 'en' });
  await order(reader, shop, { number, reference });
  await tell();
  return reader;
}

async function tell(): Promise<void> {
  await sequenceEvents(world.context);
  while ((await notifyFromEvents(world.context)) > 0);
}

const inbox = async () => (await shop.inTx((tx) => listInbox(tx, { limit: 50 }), 'read')).messages;

test('a shopper reads what they were told, in their language, and nothing of anybody else', async () => {
  const reader = await told(8101, 'first');
  const stranger = await told(8102, 'second');
  await reader.get(`/account/${shop.environmentId}/you`);
  expect(reader.page.html).toContain(`href="${page}"`);
  await reader.get(page);
  expect(reader.text).toContain('Your order is confirmed');
  expect(reader.text).toContain('Your order of ¥100.00 at Tea House is confirmed.');
  expect(reader.page.html.match(/class="consent"/g)).toHaveLength(1);
  expect(reader.text).not.toMatch(/code is \d/);
  await reader.get(`${page}?lang=zh-CN`);
  expect(reader.text).toContain('订单已确认');
  await reader.get(`${page}?lang=en`);
  const [own] = await world.context.db('messages').where({ template: 'order_confirmed' }).orderBy('id');
  await stranger.get(`${page}?before=${own.id}`);
  expect(stranger.text).toContain('There is no message yet.');
  const nobody = newReader(world.server, { 'Accept-Language': 'en' });
  await nobody.get(page);
  expect(nobody.page.html).toContain('name="phone"');
});

test('what a shopper does without is kept in the account and not sent; the rest is sent as before', async () => {
  const reader = await told(8103, 'third');
  const before = (await inbox()).length;
  await reader.get(page);
  expect(reader.page.html.match(/name="send" value="\w+" checked/g)).toHaveLength(4);
  await reader.submit('/messages', { send: ['ahead', 'limits', 'everything'] });
  expect(reader.text).toContain('Your choice is kept.');
  expect(reader.page.html).toMatch(/value="ahead" checked/);
  expect(reader.page.html).not.toMatch(/value="orders" checked/);
  await order(reader, shop, { number: 8103, reference: 'fourth', amount: 4_200 });
  await tell();
  expect((await inbox()).length).toBe(before);
  await reader.get(page);
  expect(reader.text).toContain('Your order of ¥42.00 at Tea House is confirmed.');
  expect(reader.text).toContain('not sent, as you chose');
  const shopperId = (await world.context.db('messages').where({ muted: true }).first('shopper_id'))
    .shopper_id;
  await shop.inTx((tx) =>
    queueMessage(tx, {
      channel: 'sms',
      recipient: '+8613800138000',
      locale: 'en',
      shopperId,
      template: 'line_restored',
      data: {},
    }),
  );
  expect((await inbox()).length).toBe(before + 1);
  expect(await world.context.db('messages').where({ muted: true })).toMatchObject([{ status: 'kept' }]);
});

test('a muted message is never sent in live either, and old ones are a link away', async () => {
  const reader = await told(8104, 'fifth');
  const { shopper_id: shopperId } = await world.context
    .db('messages')
    .where({ template: 'order_confirmed' })
    .orderBy('id', 'desc')
    .first('shopper_id');
  await shop.inTx(async (tx) => {
    const live = { ...tx, environment: { ...tx.environment, kind: 'live' as const } };
    const one = { channel: 'sms', recipient: '+8613800138000', locale: 'en', shopperId } as const;
    await queueMessage(live, { ...one, template: 'line_restored', data: {}, muted: true });
    for (let made = 0; made < 30; made += 1)
      await queueMessage(tx, { ...one, template: 'line_restored', data: {} });
  });
  const muted = await world.context.db('messages').where({ shopper_id: shopperId, muted: true });
  expect(muted).toMatchObject([{ status: 'kept', next_try_at: null }]);
  await reader.get(page);
  expect(reader.text).not.toContain('Your order is confirmed');
  const [, older = ''] = /href="([^"]*before=msg_[^"]*)"/.exec(reader.page.html) ?? [];
  await reader.get(older);
  expect(reader.text).toContain('Your order is confirmed');
  expect(reader.text).not.toContain('Older messages');
});
