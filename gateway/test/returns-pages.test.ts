import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sequenceEvents } from '../src/events/sequence.ts';
import { listInbox } from '../src/notifications/inbox.ts';
import { notifyFromEvents } from '../src/notifications/notify.ts';
import { acceptReturn, rejectReturn } from '../src/orders/returns-answer.ts';
import { listReturnsOf } from '../src/orders/returns.ts';
import { listInstallments } from '../src/repayments/installments.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { advanceTo, buy, order, ship } from './support/account-walk.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';

// Each order is one line of tea over ¥100, shipped on 1 March and paid in four parts of ¥25.

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const newEnglishReader = () => newReader(world.server, { 'Accept-Language': 'en' });
const phoneOf = (number: number) => findTestPerson(`good-${number}`)!.phone;
const datesOf = async (shop: Shop, planId: string) =>
  (await shop.inTx((tx) => listInstallments(tx, planId), 'read')).map(({ dueDate }) => dueDate);
const returnsOf = (shop: Shop, orderId: string) => shop.inTx((tx) => listReturnsOf(tx, orderId), 'read');

async function bought(number: number) {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  return { shop, reader, ...(await buy(world, reader, shop, { number })) };
}

/** Fills in what goes back and sees what would happen. */
const propose = (reader: Reader, page: string, query: string) => reader.get(`${page}/return?${query}`);

async function tellAll(): Promise<void> {
  await sequenceEvents(world.context);
  while ((await notifyFromEvents(world.context)) > 0);
}

const messagesOf = async (shop: Shop): Promise<string[]> => {
  await tellAll();
  const { messages } = await shop.inTx((tx) => listInbox(tx, { limit: 100 }), 'read');
  return messages.map(({ subject, body }) => `${subject ?? ''}: ${body}`);
};

describe('a return in the account', () => {
  it('shows what would happen before it is declared, and then waits for the shop', async () => {
    const { shop, reader, page, planId, orderId } = await bought(2101);
    await reader.get(page);
    expect(reader.text).toContain('Sending something back?');
    await reader.get(`${page}/return`);
    expect(reader.text).toContain('What goes back to Tea House?');
    expect(reader.text).toContain('Tea ¥100.00');
    expect(reader.page.html).not.toContain('role="alert"');

    await propose(reader, page, 'sum=40&reason=damaged');
    expect(reader.text).toContain(
      'If the shop accepts it and refunds ¥40.00 today: Taken off what you owe ¥40.00',
    );
    expect(reader.text).toContain(
      'March 15, 2026 ¥25.00 ¥25.00 March 29, 2026 ¥25.00 ¥10.00 April 12, 2026 ¥25.00 nothing',
    );
    expect(reader.text).toContain('Without an answer your payments go on from March 15, 2026');
    expect(await returnsOf(shop, orderId)).toEqual([]);

    await reader.submit('/returns');
    expect(reader.page.path).toBe(page);
    expect(reader.text).toContain('Your return is declared. Your payments wait until the shop has answered.');
    expect(reader.text).toContain(
      'You are sending back goods for ¥40.00. Tea House has until March 15, 2026 to answer',
    );
    expect(await returnsOf(shop, orderId)).toMatchObject([
      { status: 'declared', declaredBy: 'shopper', amount: 4000n, reason: 'damaged', items: [] },
    ]);
    expect(await messagesOf(shop)).toContainEqual(
      expect.stringContaining('Goods for ¥40.00 are on their way back to Tea House.'),
    );
    const [declared] = await returnsOf(shop, orderId);
    const merchantId = shop.merchant.id;
    await advanceTo(world, shop, '2026-03-05');
    await shop.inTx((tx) =>
      acceptReturn(tx, { returnId: declared!.id, merchantId, reference: 'r-1', amount: 4000n }),
    );
    await reader.get(page);
    expect(reader.text).toContain('March 5, 2026: ¥40.00, accepted and refunded');
    expect(await datesOf(shop, planId)).toEqual(['2026-03-01', '2026-03-15', '2026-03-29', '2026-04-12']);
    expect(await messagesOf(shop)).toContainEqual(
      expect.stringContaining('Tea House accepted your return of ¥40.00'),
    );
  });

  it('is withdrawn with one button, once', async () => {
    const { shop, reader, page, orderId, planId } = await bought(2102);
    await advanceTo(world, shop, '2026-03-10');
    await propose(reader, page, 'line=0&reason=changed_mind');
    await reader.submit('/returns');
    expect(await returnsOf(shop, orderId)).toMatchObject([
      { amount: 10_000n, items: [{ name: 'Tea', quantity: 1, amount: 10_000 }] },
    ]);
    expect(await datesOf(shop, planId)).toEqual(['2026-03-01', '2026-03-29', '2026-04-12', '2026-04-26']);
    const { html } = reader.page;
    await reader.submit('/withdraw');
    expect(reader.text).toContain('Your return is withdrawn. Your payments go on.');
    expect(reader.text).toContain('¥100.00, withdrawn by you');
    expect(await datesOf(shop, planId)).toEqual(['2026-03-01', '2026-03-15', '2026-03-29', '2026-04-12']);
    // The same form in another tab.
    const stale = formOf(html, '/withdraw');
    await reader.post(stale!.action, stale!.hidden);
    expect(reader.text).toContain('This return is over already');
    expect(await returnsOf(shop, orderId)).toMatchObject([{ status: 'withdrawn', version: 2 }]);
  });

  it('is declared once by a form that is sent twice, and not again after the shop refused it', async () => {
    const { shop, reader, page, orderId } = await bought(2103);
    await propose(reader, page, 'line=0&reason=late');
    const form = formOf(reader.page.html, '/returns');
    await reader.post(form!.action, { ...form!.hidden });
    await reader.post(form!.action, { ...form!.hidden });
    expect(reader.text).toContain('A return of this order is open already; nothing more was declared.');
    const [declared, ...more] = await returnsOf(shop, orderId);
    expect(more).toEqual([]);
    const { id: merchantId } = shop.merchant;
    await shop.inTx((tx) =>
      rejectReturn(tx, { returnId: declared!.id, merchantId, reason: 'not_returnable' }),
    );
    await reader.get(page);
    expect(reader.text).toContain('refused by the shop The shop says that these goods cannot be returned.');
    expect(reader.text).toContain('If you do not agree, you can dispute it');
    expect(reader.page.html).not.toContain(`${page}/return"`);
    await propose(reader, page, 'line=0&reason=late');
    expect(reader.text).toContain('Nothing of this order can be declared as a return now.');
    await reader.post(form!.action, { ...form!.hidden });
    expect(reader.text).toContain('This can no longer be declared as a return');
    expect(await messagesOf(shop)).toContainEqual(
      expect.stringContaining('Tea House refused your return of ¥100.00'),
    );
  });

  it('is told of when the shop does not answer', async () => {
    const { shop, reader, page } = await bought(2104);
    await propose(reader, page, 'sum=12.50&reason=other');
    await reader.submit('/returns');
    await advanceTo(world, shop, '2026-03-16');
    await reader.get(page);
    if (reader.text.includes('Sign in')) await signIn(reader, shop, page, phoneOf(2104));
    expect(reader.text).toContain('¥12.50, not answered in time');
    expect(await messagesOf(shop)).toContainEqual(
      expect.stringContaining('Tea House has not answered your return of ¥12.50 in time'),
    );
  });

  it.each([
    ['line=0', 'Choose a reason.', 'reason'],
    ['reason=late', 'Choose an item, or write an amount.', 'sum'],
    ['sum=0&reason=late', 'Write an amount like 12.50, above zero and at most ¥100.00.', 'sum'],
    ['sum=1.005&reason=late', 'Write an amount like 12.50, above zero and at most ¥100.00.', 'sum'],
    ['sum=100.01&reason=late', 'At most ¥100.00 of this order can still be refunded.', 'sum'],
    ['line=7&line=x&reason=late', 'Choose an item, or write an amount.', 'sum'],
  ])('is asked for again with %s', async (query, text, field) => {
    const { reader, page, shop, orderId } = await bought(2110);
    await propose(reader, page, query);
    expect(reader.page.html).toContain(`<a href="#${field}">${text}</a>`);
    expect(formOf(reader.page.html, '/returns')).toBeUndefined();
    // Neither does a form that was made up.
    const forged = { form_token: formOf(reader.page.html, '/sign-out')!.hidden.form_token ?? '' };
    await reader.post(`${page}/returns`, { ...forged, ...Object.fromEntries(new URLSearchParams(query)) });
    expect(await returnsOf(shop, orderId)).toEqual([]);
  });

  it('is only of one’s own orders, and of what has shipped', async () => {
    const shop = await world.openShop();
    const owner = newEnglishReader();
    const { page, planId } = await buy(world, owner, shop, { number: 2120 });
    await propose(owner, page, 'line=0&reason=late');
    const form = formOf(owner.page.html, '/returns');
    const stranger = newEnglishReader();
    const own = await order(stranger, shop, { number: 2121 });
    await stranger.get(`${page}/return`);
    expect(stranger.page.status).toBe(404);
    const notShipped = page.replace(planId, own.planId);
    await stranger.get(`${notShipped}/return`);
    expect(stranger.text).toContain('Nothing of this order can be declared as a return now.');
    const token = formOf(stranger.page.html, '/sign-out')!.hidden.form_token ?? '';
    await stranger.post(form!.action, { ...form!.hidden, form_token: token });
    expect(stranger.page.status).toBe(404);
    await ship(world, shop, own);
    await stranger.get(notShipped);
    expect(stranger.text).toContain('Sending something back?');
    const nobody = newEnglishReader();
    await nobody.get(`${page}/return`);
    expect(nobody.text).toContain('Sign in with your mobile number');
  });

  it('is offered in Chinese', async () => {
    const { reader, page } = await bought(2130);
    await reader.get(`${page}/return?lang=zh-CN`);
    expect(reader.text).toContain('哪些商品要退回 Tea House？');
    await propose(reader, page, 'line=0&reason=damaged&lang=zh-CN');
    expect(reader.text).toContain('登记退货 ¥100.00');
  });
});
