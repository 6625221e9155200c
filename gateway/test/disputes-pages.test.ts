import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerDispute } from '../src/disputes/answer.ts';
import { listDisputesOf } from '../src/disputes/disputes.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { capture } from '../src/orders/capture.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { buy, order, runAttempts } from './support/account-walk.ts';
import { actionsOf, newOperator } from './support/console.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

// One line of tea over ¥100, shipped on 1 March and paid in four parts of ¥25.

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());
beforeEach(() => expect(world.logged).toEqual([]));

const photo = { name: 'cup.jpg', bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]) };

async function bought(
  number: number,
): Promise<{ shop: Shop; reader: Reader; page: string; orderId: string }> {
  const shop = await world.openShop();
  const reader = newReader(world.server, { 'Accept-Language': 'en' });
  const { page, orderId } = await buy(world, reader, shop, { number });
  return { shop, reader, page, orderId };
}

const wish = { reason: 'damaged', sum: '40', words: 'The <b>cup</b> was broken.' };

async function bodiesOf(shop: Shop): Promise<string[]> {
  await sequenceEvents(world.context);
  while ((await notifyFromEvents(world.context)) > 0);
  const { messages } = await shop.inTx((tx) => listInbox(tx, { limit: 100 }), 'read');
  return messages.map(({ body }) => body);
}

describe('a dispute in the account', { timeout: 120_000 }, () => {
  it('is opened with a file, answered, decided in the console, and read by its shopper', async () => {
    const { shop, reader, page, orderId } = await bought(3101);
    await reader.get(page);
    expect(reader.text).toContain('Something wrong with this order?');
    await reader.get(`${page}/dispute`);
    expect(reader.text).toContain('All that can still be refunded is ¥100.00.');
    await reader.upload('/disputes', wish, photo);
    expect(reader.text).toContain('The dispute is open. Your payments wait until it is decided.');
    expect(reader.text).toContain('You dispute ¥40.00. Tea House has until March 15, 2026 to answer');
    expect(reader.text).toContain('The <b>cup</b> was broken.');
    expect(reader.page.html).not.toContain('<b>cup');
    const [dispute] = await shop.inTx((tx) => listDisputesOf(tx, orderId), 'read');
    expect(dispute).toMatchObject({ status: 'open', amount: 4000n });

    expect(await bodiesOf(shop)).toContainEqual(
      expect.stringContaining('Your payments for it stand still. The shop has until March 15, 2026'),
    );

    const href = /href="([^"]*\/files\/evi_[0-9a-f]{32})"/.exec(reader.page.html)![1]!;
    await reader.get(href);
    expect(reader.page.headers).toMatchObject({
      'content-disposition': 'attachment; filename=cup.jpg',
      'x-content-type-options': 'nosniff',
      'content-type': 'image/jpeg',
    });
    const stranger = await bought(3102);
    await stranger.reader.get(href.replace(shop.environmentId, stranger.shop.environmentId));
    expect(stranger.reader.page.status).toBe(404);

    // The same form again opens nothing more, another file is added, and what is no file is not.
    await reader.get(`${page}/dispute`);
    await reader.upload('/files', {}, { name: 'note.txt', bytes: Buffer.from('Signed for by a stranger') });
    expect(reader.text).toContain('The file is added.');
    await reader.upload('/files', {}, { name: 'cup.exe', bytes: Buffer.from('MZ\u0000\u0001') });
    expect(reader.text).toContain('That file was not taken');
    expect(reader.text).toContain('note.txt');

    const operator = await newOperator(world, ['risk']);
    const support = await newOperator(world, ['support']);
    const console = `/console/${shop.environmentId}/disputes`;
    await operator.reader.get(`${console}?status=unanswered`);
    expect(operator.reader.text).toContain('waiting for the shop');
    // A name that every object has is no filter.
    await operator.reader.get(`${console}?status=constructor`);
    expect(operator.reader.page.status).toBe(200);
    expect(operator.reader.text).not.toContain('waiting for the shop');
    await shop.inTx((tx) =>
      answerDispute(tx, { disputeId: dispute!.id, merchantId: shop.merchant.id, text: 'It left us whole.' }),
    );
    await support.reader.get(`${console}/${dispute!.id}`);
    expect(support.reader.text).toContain('Risk decides disputes.');
    await support.reader.get(`${console}/${dispute!.id}/files/${href.split('/').at(-1)}`);
    expect(support.reader.page.headers['content-disposition']).toBe('attachment; filename=cup.jpg');
    await operator.reader.get(console);
    expect(operator.reader.text).toContain('to decide');
    await operator.reader.get(`${console}/${dispute!.id}`);
    expect(operator.reader.text).toContain('It left us whole.');
    expect(operator.reader.text).toContain('Other disputes of the last 180 days');
    const decision = { outcome: 'partly_won', part: '15.50', note: 'One of two cups was broken.' };
    await operator.reader.submit(`/${dispute!.id}`, { ...decision, part: '40' });
    expect(operator.reader.text).toContain('a part is more than nothing and less than all');
    await operator.reader.submit(`/${dispute!.id}`, decision);
    expect(operator.reader.text).toContain('The dispute is decided. Both sides are told.');
    expect(operator.reader.text).toContain('¥15.50');
    expect(await actionsOf(world, operator.operatorId)).toContain('dispute_decided');
    expect(await actionsOf(world, support.operatorId)).toEqual(
      expect.arrayContaining(['dispute_viewed', 'dispute_file_read']),
    );

    await reader.get(`${page}/dispute`);
    expect(reader.text).toContain('One of two cups was broken.');
    expect(reader.text).toContain('Refunded to you ¥15.50');
    expect(await bodiesOf(shop)).toContainEqual(
      expect.stringContaining('Of your purchase at Tea House, ¥15.50 is refunded to you.'),
    );
  });

  it('is refused with the page and not half opened, when the form is incomplete, forged or far too large', async () => {
    const { shop, reader, page, orderId } = await bought(3103);
    await reader.get(`${page}/dispute`);
    await reader.upload('/disputes', { ...wish, sum: '100.01' }, photo);
    expect(reader.text).toContain('an amount that can still be refunded');
    await reader.upload('/disputes', { ...wish, form_token: 'forged' }, photo);
    expect(reader.page.status).toBe(403);
    await reader.get(`${page}/dispute`);
    // The server may close the connection before all 50 MB are sent, which is an answer too.
    const large = { name: 'large.pdf', bytes: Buffer.alloc(50 * 1024 * 1024, '%PDF-') };
    const status = await reader.upload('/disputes', wish, large).then(
      (answer) => answer.status,
      (error: { code?: string }) => error.code,
    );
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(status);
    expect(await shop.inTx((tx) => listDisputesOf(tx, orderId), 'read')).toEqual([]);

    await reader.get(`${page}/dispute`);
    await reader.upload('/disputes', wish, photo);
    await reader.submit('/withdraw');
    expect(reader.text).toContain('The dispute is withdrawn. Your payments go on.');
  });
});

describe('how the goods went', { timeout: 120_000 }, () => {
  it('is seen by their shopper, and by whoever decides a dispute', async () => {
    const shop = await world.openShop();
    const reader = newReader(world.server, { 'Accept-Language': 'en' });
    const { orderId, planId, merchantId } = await order(reader, shop, { number: 3103 });
    const shipment = { carrier: '<i>SF</i> Express', trackingNumber: 'SF1234567890' };
    await shop.inTx((tx) =>
      capture(tx, { orderId, merchantId, reference: 'one', amount: 10_000n, shipment }),
    );
    await runAttempts(world);
    const page = `${accountPath({ id: shop.environmentId })}/plans/${planId}`;
    await reader.get(page);
    expect(reader.text).toContain('On its way');
    expect(reader.text).toContain(shipment.carrier);
    expect(reader.text).toContain(shipment.trackingNumber);
    expect(reader.page.html).not.toContain('<i>SF');
    await reader.get(`${page}/dispute`);
    await reader.upload('/disputes', wish, photo);
    const [dispute] = await shop.inTx((tx) => listDisputesOf(tx, orderId), 'read');
    const operator = await newOperator(world, ['risk']);
    await operator.reader.get(`/console/${shop.environmentId}/disputes/${dispute!.id}`);
    expect(operator.reader.text).toContain(shipment.trackingNumber);
    expect(operator.reader.page.html).not.toContain('<i>SF');
  });
});
