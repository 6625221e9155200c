import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { addMerchant, type Bought, order } from './support/account-walk.ts';
import { actionsOf, newOperator } from './support/console.ts';
import { newMember } from './support/dashboard.ts';
import { formOf, newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

let world: PagesWorld;
let shop: Shop;
let reader: Reader;
let bought: Bought;
let account: string;

beforeAll(async () => {
  world = await openPagesWorld();
  shop = await world.openShop();
  reader = newReader(world.server, { 'Accept-Language': 'en' });
  bought = await order(reader, shop, { number: 4101 });
  account = `/account/${shop.environmentId}`;
});
afterAll(() => world.close());
beforeEach(() => expect(world.logged).toEqual([]));

const member = (role: 'owner' | 'developer' = 'owner', merchant = shop.merchant) =>
  newMember(world, { environmentId: shop.environmentId, merchant }, role);
const consoleAt = () => `/console/${shop.environmentId}/cases`;
const casesIn = () => world.context.db('cases').where({ environment_id: shop.environmentId });

/** Asks by the pages, as somebody does who finds no answer in the help; leads to the case. */
async function ask(values: Record<string, string>, by = reader): Promise<string> {
  await by.get(`${account}/cases/new`);
  await by.submit('/cases/look', values);
  await by.submit('/cases', values);
  return by.page.path.split('/').at(-1) ?? '';
}

const script = '<script>alert(1)</script> السلام عليكم 🫖';

describe('a question', { timeout: 60_000 }, () => {
  it('is answered by the help before it is sent, and by a person, the shop and the shopper after', async () => {
    await reader.get(`${account}/cases`);
    expect(reader.text).toContain('You have not asked anything yet.');
    await reader.get(`${account}/cases/new?about=${bought.orderId}`);
    expect(reader.page.html).toMatch(new RegExp(`<option value="${bought.orderId}" selected`));
    const question = {
      about: bought.orderId,
      subject: script,
      text: `How do I get my money back?\n${script}`,
    };
    await reader.submit('/cases/look', question);
    expect(reader.text).toContain('Does this answer it?');
    expect(reader.page.html).toContain('href="/help/refund"');
    expect(reader.page.html).not.toContain('<script>');
    expect(await casesIn()).toEqual([]);
    expect(reader.text).toContain('Morrow and Tea House');

    // Sent twice by a double click: one case.
    const form = formOf(reader.page.html, '/cases')!;
    await Promise.all(
      [1, 2].map(() => reader.post(form.action, { ...form.hidden, ...question, readers: 'shopper' })),
    );
    const [row, ...others] = await casesIn();
    expect(others).toEqual([]);
    expect(reader.text).toContain('السلام عليكم 🫖');
    expect(reader.page.html).toContain('&lt;script>alert(1)&lt;/script>');
    expect(reader.page.html).not.toContain('<script>alert');
    expect(reader.page.html).toContain('<div dir="auto">');
    const id: string = row.id;

    const owner = await member();
    await owner.reader.get('/dashboard/cases');
    expect(owner.reader.page.html).not.toContain(id);
    await owner.reader.get(`/dashboard/cases/${id}`);
    expect(owner.reader.page.status).toBe(404);

    const operator = await newOperator(world, ['support']);
    await operator.reader.get(consoleAt());
    expect(operator.reader.page.html).toContain(id);
    await operator.reader.get(`${consoleAt()}/${id}`);
    expect(operator.reader.page.html).not.toContain('<script>alert');
    expect(operator.reader.page.html).toMatch(/What fits this question"><option value="(?:refund|cash)"/);
    await operator.reader.submit('/take');
    expect(operator.reader.text).toContain('It is yours.');
    await operator.reader.submit('/messages', {
      text: 'Rude, be careful.',
      readers: 'internal',
      next: 'closed',
    });
    expect(operator.reader.text).toContain('The note is kept.');
    await operator.reader.submit('/messages', { text: 'Has it left you?', readers: 'merchant' });
    await operator.reader.submit('/messages', {
      text: 'We asked the shop.',
      readers: 'shopper',
      next: 'nobody',
      article: 'refund',
    });
    expect(operator.reader.text).toContain('Sent. Whoever it is for is told.');
    await operator.reader.submit('/messages', { text: 'x', readers: 'shopper', next: 'merchant' });
    expect(operator.reader.text).toContain('Nothing was sent');

    await owner.reader.get(`/dashboard/cases/${id}`);
    expect(owner.reader.text).toContain('Has it left you?');
    expect(owner.reader.text).toContain('About one of your orders');
    for (const hidden of ['Rude', 'money back', 'We asked the shop', 'السلام', 'Ada'])
      expect(owner.reader.text).not.toContain(hidden);
    const phone = /Signed in with ([^<]+)/.exec((await reader.get(`${account}/you`)).html)?.[1] ?? '';
    expect(phone.replaceAll(/\D/g, '').length).toBeGreaterThan(8);
    expect(owner.reader.page.html.replaceAll(/\D/g, '')).not.toContain(phone.replaceAll(/\D/g, '').slice(-8));
    await owner.reader.submit('/messages', { text: 'It left on Monday.', readers: 'all' });

    await reader.get(`${account}/cases/${id}`);
    for (const shown of [
      'We asked the shop.',
      'It left on Monday.',
      'From our help: How a refund reaches me',
    ])
      expect(reader.text).toContain(shown);
    for (const hidden of ['Rude', 'Has it left you?', 'Ada']) expect(reader.text).not.toContain(hidden);
    await reader.submit('/messages', { text: 'Thank you.', readers: 'all' });
    expect(reader.text).toContain('Your message is sent.');
    await reader.submit('/close');
    expect(reader.text).toContain('The question is closed.');
    await reader.submit('/messages', { text: 'One more thing.' });
    expect(reader.text).toContain('waits for us');
    expect(await actionsOf(world, operator.operatorId)).toEqual(
      expect.arrayContaining(['case_viewed', 'case_assigned', 'case_noted', 'case_answered']),
    );
  });

  it('is nothing to others, by its address or by the id of what it is about', async () => {
    const id = await ask({ about: bought.orderId, subject: 'Mine', text: 'Only mine', readers: 'all' });
    const stranger = newReader(world.server, { 'Accept-Language': 'en' });
    const theirs = await order(stranger, shop, { number: 4102 });
    await stranger.get(`${account}/cases/${id}`);
    expect(stranger.page.status).toBe(404);
    expect(stranger.text).not.toContain('Only mine');
    await stranger.get(`${account}/cases/new?about=${bought.orderId}`);
    expect(stranger.page.html).not.toContain(`value="${bought.orderId}"`);
    const form = formOf(stranger.page.html, '/cases/look')!;
    const steal = { ...form.hidden, about: bought.orderId, subject: 'x', text: 'x' };
    await stranger.post(`${account}/cases`, steal);
    expect(stranger.page.status).toBe(404);
    await stranger.post(`${account}/cases/${id}/messages`, { ...form.hidden, text: 'Let me in' });
    expect(stranger.page.status).toBe(404);
    await stranger.post(`${account}/cases/${id}/messages`, { form_token: 'forged', text: 'x' });
    expect(stranger.page.status).toBe(403);
    const nobody = newReader(world.server, { 'Accept-Language': 'en' });
    await nobody.get(`${account}/cases/${id}`);
    expect(nobody.text).toContain('Sign in with your mobile number');

    const neighbour = await member('owner', await addMerchant(shop, 'Bike Shed'));
    await neighbour.reader.get(`/dashboard/cases/${id}`);
    expect(neighbour.reader.page.status).toBe(404);
    await neighbour.reader.get('/dashboard/cases/new');
    await neighbour.reader.submit('/cases', {
      about: theirs.orderId,
      subject: 'x',
      text: 'kept',
      readers: 'all',
    });
    expect(neighbour.reader.text).toContain('There is no such order or dispute of yours.');
    expect(neighbour.reader.page.html).toContain('>kept</textarea>');
    const developer = await member('developer');
    await developer.reader.get(`/dashboard/cases/${id}`);
    expect(developer.reader.page.status).toBe(403);
    const treasury = await newOperator(world, ['treasury']);
    await treasury.reader.get(`${consoleAt()}/${id}`);
    expect(treasury.reader.page.status).toBe(403);
    expect(JSON.stringify(await casesIn().where({ id }))).not.toContain('Let me in');
  });

  it('of 10,000 characters is shown again as it was typed, in every place, and nothing is sent', async () => {
    const long = '长'.repeat(10_000);
    const before = (await casesIn()).length;
    await reader.get(`${account}/cases/new`);
    await reader.submit('/cases/look', { subject: 'Long', text: long });
    await reader.submit('/cases', { subject: 'Long', text: long });
    expect(reader.text).toContain('Nothing was sent.');
    expect(reader.page.html).toContain(long);
    const { reader: owner } = await member();
    await owner.get(`/dashboard/cases/new?about=${bought.orderId}`);
    await owner.submit('/cases', { about: bought.orderId, subject: 'Long', text: long, readers: 'merchant' });
    expect(owner.page.html).toContain(long);
    const { reader: operator } = await newOperator(world, ['support']);
    await operator.get(`${consoleAt()}/new?about=${bought.orderId}`);
    await operator.submit('/cases', { about: bought.orderId, subject: 'Long', text: long, readers: 'all' });
    expect(operator.page.html).toContain(long);
    expect((await casesIn()).length).toBe(before);
    await reader.get(`${account}/cases/new`);
    const status = await reader.submit('/cases/look', { subject: 'x', text: '长'.repeat(50_000) }).then(
      ({ status: code }) => code,
      (error: { code?: string }) => error.code,
    );
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(status);
  });

  it('that was not taken leads in the other language to the page that it was written on', async () => {
    const id = await ask({ about: bought.orderId, subject: 'Other', text: 'Words', readers: 'all' });
    const { reader: owner } = await member();
    const { reader: operator } = await newOperator(world, ['support']);
    const long = '长'.repeat(4_001);
    for (const [by, list, form, values] of [
      [
        owner,
        '/dashboard/cases',
        '/cases',
        { about: bought.orderId, subject: 'x', text: long, readers: 'all' },
      ],
      [owner, '/dashboard/cases', '/messages', { text: long, readers: 'all' }],
      [operator, consoleAt(), '/cases', { about: bought.orderId, subject: 'x', text: long, readers: 'all' }],
      [operator, consoleAt(), '/messages', { text: long, readers: 'all' }],
    ] as const) {
      const at = form === '/cases' ? `${list}/new?about=${bought.orderId}` : `${list}/${id}`;
      await by.get(at);
      await by.submit(form, values);
      expect(by.page.html).toContain(`>${long}</textarea>`);
      const [, other = ''] = /<a href="([^"]*)" lang="zh-CN"/.exec(by.page.html) ?? [];
      expect(other.replaceAll('&amp;', '&')).toBe(`${at}${at.includes('?') ? '&' : '?'}lang=zh-CN`);
      await by.get(other.replaceAll('&amp;', '&'));
      expect([by.page.status, by.page.html.slice(0, 40)]).toEqual([
        200,
        expect.stringContaining('lang="zh-CN"'),
      ]);
      await by.get(`${list}?lang=en`);
    }
  });

  it('is counted where its reader begins, as long as it waits for them', async () => {
    const about = { about: bought.orderId, subject: 'Count', text: 'Where is it?', readers: 'all' };
    const id = await ask(about);
    const { reader: owner } = await member();
    const { reader: operator } = await newOperator(world, ['support']);
    const { reader: treasury } = await newOperator(world, ['treasury']);
    const shown = async (by: Reader, path: string, name: string) => {
      await by.get(path);
      return Number(new RegExp(`${name}\\s+(\\d+)`).exec(by.text)?.[1] ?? 0);
    };
    const counts = async () => ({
      operator: await shown(operator, `/console/${shop.environmentId}`, 'Questions to answer'),
      owner: await shown(owner, '/dashboard', 'Questions to answer'),
      shopper: await shown(reader, account, 'Questions that wait for your answer:'),
    });
    const before = await counts();
    await operator.get(`${consoleAt()}/${id}`);
    expect(operator.page.html).toContain(`aria-label="Questions ${before.operator} waiting for you"`);
    await operator.submit('/messages', { text: 'When did it leave?', readers: 'all', next: 'merchant' });
    const atShop = await counts();
    expect(atShop).toEqual({ ...before, operator: before.operator - 1, owner: before.owner + 1 });
    expect(owner.page.html).toContain(`aria-label="Questions ${atShop.owner} waiting for you"`);
    await operator.get(`${consoleAt()}/${id}`);
    await operator.submit('/messages', { text: 'Is anybody home?', readers: 'all', next: 'shopper' });
    expect(await counts()).toEqual({ ...before, operator: before.operator - 1, shopper: before.shopper + 1 });
    await treasury.get(`/console/${shop.environmentId}`);
    expect(treasury.text).not.toContain('Questions');
  });

  it('begins at the shop and at Morrow too', async () => {
    const { reader: owner } = await member();
    await owner.get(`/dashboard/orders/${bought.orderId}`);
    const [, way = ''] = /href="(\/dashboard\/cases\/new\?about=ord_[0-9a-f]+)"/.exec(owner.page.html) ?? [];
    await owner.get(way);
    await owner.submit('/cases', {
      about: bought.orderId,
      subject: 'Colour',
      text: 'Red or blue?',
      readers: 'all',
    });
    expect(owner.text).toContain('Your question is sent.');
    const id = owner.page.path.split('/').at(-1)?.split('?')[0] ?? '';
    await reader.get(`${account}/cases/${id}`);
    expect(reader.text).toContain('Tea House you, Morrow and the shop');
    expect(formOf(reader.page.html, '/close')).toBeUndefined();
    await owner.submit('/close');
    expect(owner.text).toContain('The question is closed.');

    const { reader: operator } = await newOperator(world, ['risk']);
    await operator.get(`${consoleAt()}/new`);
    await operator.submit('/cases', { about: newId('ord'), subject: 'x', text: 'x', readers: 'all' });
    expect(operator.text).toContain('There is nothing of this id here.');
    await operator.submit('/cases', {
      about: bought.planId,
      subject: 'Your card',
      text: 'It expires.',
      readers: 'shopper',
    });
    expect(operator.text).toContain('waits for the shopper');
    await operator.submit('/close');
    expect(operator.text).toContain('It is closed.');
    await reader.get(`${account}/cases?lang=zh-CN`);
    expect(reader.text).toContain('已关闭');
    await reader.get(`${account}/cases?lang=en`);
  });
});

describe('the help', () => {
  it('is searched and read by everybody, in both languages', async () => {
    const anybody = newReader(world.server, { 'Accept-Language': 'en' });
    await anybody.get('/help?q=pay%20early');
    expect(anybody.text).toContain('Articles found for “pay early”');
    expect(anybody.page.html.indexOf('/help/pay-early')).toBeGreaterThan(0);
    await anybody.get('/help/pay-early');
    expect(anybody.text).toContain('You may pay at any time');
    await anybody.get('/help/pay-early?lang=zh-CN');
    expect(anybody.text).toContain('提前还款或多付一些');
    await anybody.get(`/help?q=${encodeURIComponent('退款')}`);
    expect(anybody.text).toContain('找到与“退款”相关的文章');
    await anybody.get(`/help?lang=en&q=${encodeURIComponent('<img src=x onerror=alert(1)>zzz')}`);
    expect(anybody.page.html).not.toContain('<img src=x');
    expect(anybody.page.headers['content-security-policy']).toContain("default-src 'none'");
    await anybody.get('/help/nothing-here');
    expect(anybody.page.status).toBe(404);
    await anybody.get('/help/__proto__');
    expect(anybody.page.status).toBe(404);
  });
});
