import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../src/lib/ids.ts';
import { refund } from '../src/orders/refund.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { buy, order, pay, paymentOf, takenFor } from './support/account-walk.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const newEnglishReader = (headers: Record<string, string> = {}) =>
  newReader(world.server, { 'Accept-Language': 'en', ...headers });
const phoneOf = (number: number) => findTestPerson(`good-${number}`)!.phone;
const cardOf = async (shop: Shop, planId: string) =>
  (await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).paymentMethodId;

/** The same browser in another tab. */
async function tabOf(reader: Reader, address: string): Promise<Reader> {
  const tab = newEnglishReader();
  tab.cookies.push(...reader.cookies);
  await tab.get(address);
  return tab;
}

test.each([
  '/account/nowhere',
  '/account/sbx_0',
  `/account/${newId('sbx')}`,
  `/account/${newId('sbx')}/score`,
])('the account %s is nobody’s', async (address) => {
  const reader = newEnglishReader();
  await reader.get(address);
  expect(reader.page.status).toBe(404);
  expect(reader.text).toContain('There is nothing of yours at this address.');
  expect(reader.page.html).not.toContain('class="button"');
});

test('another shopper’s plan is a page that says nothing of it, whatever is asked of it', async () => {
  const shop = await world.openShop();
  const owner = newEnglishReader();
  const { planId, page, account } = await buy(world, owner, shop, { number: 2001 });
  await owner.get(page);
  const card = await cardOf(shop, planId);

  const other = newEnglishReader();
  await signIn(other, shop, account, phoneOf(2002));
  const token = /name="form_token" value="([^"]*)"/.exec(other.page.html)?.[1] ?? '';
  for (const address of [
    page,
    `${page}/agreement`,
    `${account}/plans/${newId('pln')}`,
    `${account}/plans/x`,
  ]) {
    await other.get(address);
    expect(other.page.status).toBe(404);
    expect(other.text).not.toContain('Tea House');
    expect(other.page.html).toContain(`<a class="button" href="${account}">`);
  }
  for (const [form, values] of [
    ['pay', { amount: '2500', card, after: '' }],
    ['card', { method: 'test:declined' }],
    ['card', { method: card }],
  ] as const) {
    await other.post(`${page}/${form}`, { form_token: token, ...values });
    expect(other.page.status).toBe(404);
  }
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
  expect(await cardOf(shop, planId)).toBe(card);
  const methods = await shop.inTx((tx) =>
    tx.sql('payment_methods').where({ environment_id: shop.environmentId }),
  );
  expect(methods).toHaveLength(1);
});

test('another shopper’s card cannot be chosen', async () => {
  const shop = await world.openShop();
  const [one, two] = [newEnglishReader(), newEnglishReader()];
  const mine = await buy(world, one, shop, { number: 2003 });
  const foreign = await buy(world, two, shop, { number: 2004 });
  await one.get(mine.page);
  for (const method of [await cardOf(shop, foreign.planId), 'test:gold', '', 'pm_1']) {
    await one.submit('/card', { method });
    expect(one.text).toContain('Choose a card for the payments.');
    expect(one.page.html).toContain('<details open>');
  }
  expect(await cardOf(shop, mine.planId)).not.toBe(await cardOf(shop, foreign.planId));
});

test('who is signed in to one sandbox is nobody in another', async () => {
  const [here, there] = [await world.openShop(), await world.openShop()];
  const reader = newEnglishReader();
  const { planId } = await buy(world, reader, here, { number: 2005 });
  for (const page of ['', `/plans/${planId}`, '/score', '/you']) {
    await reader.get(`/account/${there.environmentId}${page}`);
    expect(reader.page.status).toBe(200);
    expect(reader.text).toContain('Sign in with your mobile number');
  }
});

test.each([
  ['no token', { form_token: '' }, {}],
  ['a forged token', { form_token: 'A'.repeat(43) }, {}],
  ['another origin', {}, { Origin: 'https://evil.example' }],
  ['another site', {}, { 'Sec-Fetch-Site': 'cross-site' }],
])('a payment with %s takes nothing', async (_, values, headers) => {
  const shop = await world.openShop();
  const sent: Record<string, string> = {};
  const reader = newReader(world.server, sent);
  const { planId, page, account } = await buy(world, reader, shop, { number: 2006 });
  await reader.get(paymentOf(page));
  Object.assign(sent, headers);
  await reader.submit('/pay', values);
  expect(reader.page.status).toBe(403);
  expect(reader.text).toContain('Please reload this page');
  expect(reader.page.html).toContain(`href="${account}"`);
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
});

test('a checkout’s form token does not pay', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2007 });
  await reader.get((await shop.openCheckout()).path);
  const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
  await pay(reader, page, 'next', { form_token: token });
  expect(reader.page.status).toBe(403);
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
});

test('a payment that is sent three times at once is taken once', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2008 });
  const at = paymentOf(page);
  const tabs = [await tabOf(reader, at), await tabOf(reader, at), await tabOf(reader, at)];
  const answers = await Promise.all(tabs.map((tab) => tab.submit('/pay')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await takenFor(world, shop, planId)).toEqual([2500, 2500]);
  const told = tabs.filter(({ text }) => text.includes('othing more was taken'));
  expect(told).toHaveLength(2);
});

test('a payment that is sent again later is taken once, and says how the plan stands', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2009 });
  const old = await tabOf(reader, paymentOf(page));
  await pay(reader, page);
  await old.submit('/pay');
  expect(old.text).toContain('Something happened on this plan since you opened the page.');
  expect(old.text).toContain('Paid: ¥25.00. Thank you.');
  expect(old.text).toContain('Left to pay ¥50.00');
  expect(await takenFor(world, shop, planId)).toEqual([2500, 2500]);
});

test('a payment from a page that showed another card takes nothing', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2010 });
  const old = await tabOf(reader, paymentOf(page));
  await reader.get(page);
  await reader.submit('/card', { method: 'test:ok_unionpay' });
  await old.submit('/pay');
  expect(old.text).toContain('Something happened on this plan since you opened the page.');
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
});

test.each([
  ['declined', 'The bank declined ¥25.00.'],
  ['insufficient_funds', 'There is not enough money on the card for ¥25.00.'],
  ['expired_card', 'The card has expired, so ¥25.00 was not taken.'],
])('a card that is %s says what to do, and another one pays', async (name, text) => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2011 });
  await reader.get(page);
  await reader.submit('/card', { method: `test:${name}` });
  await pay(reader, page);
  expect(reader.text).toContain(text);
  expect(reader.page.html).toContain('<title>Problem: Tea House');
  expect(reader.page.html).toMatch(/<p class="notice" role="alert">/);
  expect(reader.page.html).toContain('<details open>');
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
  await reader.submit('/card', { method: 'test:ok_unionpay' });
  await pay(reader, page);
  expect(reader.text).toContain('Paid: ¥25.00. Thank you.');
  expect(await takenFor(world, shop, planId)).toEqual([2500, 2500]);
});

test.each(['9'.repeat(15), '7501'])('more than is owed, %s, is not taken', async (amount) => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2012 });
  await pay(reader, page, 'next', { amount });
  expect(reader.text).toContain('By now less than this is owed. Nothing was taken.');
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
});

test.each(['0', '-1', '1.5', '1e3', '', 'all', '9'.repeat(16)])('the amount %j is none', async (amount) => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2013 });
  await pay(reader, page, 'next', { amount });
  expect(reader.text).toContain('Nothing more was taken');
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
});

test('a plan that a refund has paid meanwhile is not paid again', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, orderId, merchantId, page } = await buy(world, reader, shop, { number: 2014 });
  const [old, cards] = [await tabOf(reader, paymentOf(page, 'all')), await tabOf(reader, page)];
  await shop.inTx((tx) => refund(tx, { orderId, merchantId, reference: 'r1', amount: 7500n }));
  await old.submit('/pay');
  expect(old.text).toContain('Nothing is owed on this plan any more. Nothing was taken.');
  expect(old.page.html).not.toContain(`${page}/payment`);
  await cards.submit('/card', { method: 'test:ok_unionpay' });
  expect(cards.text).toContain('Nothing is collected on this plan any more');
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
});

test('what has not shipped cannot be paid, but its card can be changed', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId } = await order(reader, shop, { number: 2015 });
  const page = `/account/${shop.environmentId}/plans/${planId}`;
  await reader.get(page);
  const before = await cardOf(shop, planId);
  expect(reader.page.html).not.toContain(`${page}/payment`);
  const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
  await reader.post(`${page}/pay`, { form_token: token, amount: '2500', card: before, after: '' });
  expect(reader.text).toContain('Nothing is owed on this plan any more.');
  await reader.submit('/card', { method: 'test:ok_unionpay' });
  expect(await cardOf(shop, planId)).not.toBe(before);
});

test('the same card chosen in two tabs is kept once', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { page } = await buy(world, reader, shop, { number: 2016 });
  const tabs = [await tabOf(reader, page), await tabOf(reader, page)];
  await Promise.all(tabs.map((tab) => tab.submit('/card', { method: 'test:ok_unionpay' })));
  const methods = await shop.inTx((tx) =>
    tx.sql('payment_methods').where({ environment_id: shop.environmentId }).orderBy('id').select('brand'),
  );
  expect(methods.map(({ brand }) => brand as string)).toEqual(['visa', 'unionpay']);
});

test('after fifteen idle minutes nothing is paid; one signs in on the same page', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2017 });
  await reader.get(paymentOf(page));
  world.passMinutes(15);
  await reader.submit('/pay');
  expect(reader.page.path).toBe(page);
  expect(reader.text).toContain('You were signed out because nothing happened for 15 minutes.');
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
  await reader.submit('/phone', { phone: phoneOf(2017) });
  await reader.submit('/code', { code: await shop.newestCode() });
  expect(reader.page.path).toBe(page);
  expect(reader.text).toContain('Pay the next payment early: ¥25.00');
});

test('the sign-in counts wrong codes, and leads to no page but ours', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const account = `/account/${shop.environmentId}`;
  await reader.get(account);
  await reader.submit('/phone', { phone: 'hello' });
  expect(reader.text).toContain('This is not a mobile number that we can reach.');
  for (const next of ['//evil.example', 'https://evil.example', '../../c/x', 'plans/x', 'sign-out']) {
    await reader.submit('/phone', { phone: '13800138000', next });
    expect(reader.page.path).toBe(account);
    await reader.submit('/phone/other');
    world.passMinutes(11);
  }
  await reader.submit('/phone', { phone: '13800138000' });
  const code = await shop.newestCode();
  await reader.submit('/code', { code: code === '111111' ? '222222' : '111111' });
  expect(reader.text).toContain('tries left: 4.');
  await reader.submit('/code', { code });
  expect(reader.text).toContain('What you owe');
});

test('a code of a checkout does not open the account', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const account = `/account/${shop.environmentId}`;
  await reader.get(account);
  await reader.submit('/phone', { phone: '13800138000' });
  await reader.get((await shop.openCheckout()).path);
  await reader.submit('/phone', { phone: '13800138001' });
  const code = await shop.newestCode();
  await reader.get(account);
  await reader.submit('/code', { code });
  expect(reader.text).toMatch(/This code is not right|This code is no longer good/);
});

test('a form that is loaded by its address leads to the account', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { account, page } = await buy(world, reader, shop, { number: 2018 });
  for (const address of [`${page}/pay`, `${page}/card`, `${account}/sign-out`, `${account}/code`]) {
    await reader.get(address);
    expect(reader.page.path).toBe(account);
    expect(reader.page.status).toBe(200);
  }
});

test('while the sandbox’s clock moves nothing is taken', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 2019 });
  await reader.get(paymentOf(page));
  await world.context
    .db('environments')
    .where({ id: shop.environmentId })
    .update({ clock_target: new Date('2026-04-01') });
  await reader.submit('/pay');
  expect(reader.text).toContain('Please repeat your last step.');
  expect(await takenFor(world, shop, planId)).toEqual([2500]);
});

test('a repayment of another plan is not told on this one', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const one = await buy(world, reader, shop, { number: 2020 });
  const two = await buy(world, reader, shop, { number: 2020 });
  await pay(reader, one.page);
  const [, query = ''] = reader.page.path.split('?');
  await reader.get(`${two.page}?${query}`);
  expect(reader.text).not.toContain('Thank you.');
  expect(reader.text).toContain('Left to pay ¥75.00');
});

test('the pages of the account forbid whatever they do not need', async () => {
  const shop = await world.openShop({ name: '<script>alert(1)</script>' });
  const reader = newEnglishReader();
  const { account, page } = await buy(world, reader, shop, { number: 2021 });
  for (const address of [account, page, `${page}/agreement`, `${account}/score`, `${account}/you`]) {
    await reader.get(address);
    expect(reader.page.status).toBe(200);
    expect(reader.page.html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i);
    expect(reader.page.headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
    expect(reader.page.headers['content-security-policy']).toContain("form-action 'self' 'self';");
  }
});
