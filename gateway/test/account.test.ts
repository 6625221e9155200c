import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashSnapshot } from '../src/plans/snapshot.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import {
  addMerchant,
  advanceTo,
  buy,
  order,
  pay,
  runAttempts,
  ship,
  takenFor,
} from './support/account-walk.ts';
import { newReader, textOf } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';
import { signIn } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const newEnglishReader = () => newReader(world.server, { 'Accept-Language': 'en' });
const phoneOf = (number: number) => findTestPerson(`good-${number}`)!.phone;

test('what is owed to two shops stands in one calendar and one table, by date', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const books = await addMerchant(shop, 'Book Barn');
  const tea = await buy(world, reader, shop, { number: 1001 });
  await buy(world, reader, shop, { number: 1001, plan: 'pay_in_3', amount: 6_000, merchant: books });

  await reader.get(tea.account);
  expect(reader.page.status).toBe(200);
  expect(reader.text).toContain('You owe in all ¥115.00');
  expect(reader.text).toContain('Next: ¥25.00 to Tea House on March 15, 2026');
  expect(reader.text).toContain(
    'March 15, 2026 Tea House ¥25.00 March 29, 2026 Tea House ¥25.00 April 1, 2026 Book Barn ¥20.00 ' +
      'April 12, 2026 Tea House ¥25.00 May 1, 2026 Book Barn ¥20.00 In all ¥115.00',
  );
  const svg = /<svg class="months".*?<\/svg>/s.exec(reader.page.html)?.[0] ?? '';
  expect(svg).toContain('role="img" aria-label="Calendar of the payments in the table"');
  expect(textOf(svg)).toContain('March 2026 M T W T F S S 1 2 3');
  expect(svg.match(/class="dot"/g)).toHaveLength(5);
  expect(svg.match(/class="ring"/g)).toHaveLength(1);
  expect(reader.text).toContain('Tea House, ¥100.00 Pay in 4 parts · ¥75.00 left to pay');
  expect(reader.text).toContain('Book Barn, ¥60.00 Pay in 3 parts · ¥40.00 left to pay');
});

test('the done page leads to the account, where who agreed is signed in already', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { checkout } = await order(reader, shop, { number: 1002 });
  await reader.get(checkout);
  const link = /<a href="([^"]*)">See what you owe<\/a>/.exec(reader.page.html)?.[1] ?? '';
  await reader.get(link);
  expect(reader.text).toContain('You owe nothing.');
  expect(reader.text).toContain('Not shipped yet: nothing is owed, and the dates begin when it ships.');
});

test('a shopper signs in at the page that they wanted to see', async () => {
  const shop = await world.openShop();
  const { account, page } = await buy(world, newEnglishReader(), shop, { number: 1003 });
  const reader = newEnglishReader();
  await signIn(reader, shop, page, phoneOf(1003));
  expect(reader.page.path).toBe(page);
  expect(reader.text).toContain('Pay in 4 parts · Purchase of ¥100.00');
  expect(reader.cookies.find(({ name }) => name === '__Secure-account')?.path).toBe(account);
});

test('an installment is paid early: the next one, once, and the limit is free again', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page, account } = await buy(world, reader, shop, { number: 1004 });
  await reader.get(`${account}/score`);
  expect(reader.text).toContain('You owe now ¥75.00');

  await reader.get(page);
  expect(reader.text).toContain('Taken at once from Visa, ends in 4242.');
  expect(reader.text).toContain('Pay the next payment early: ¥25.00');
  await pay(reader, page);
  expect(reader.page.path).toMatch(/\?repayment=rep_[0-9a-f]{32}$/);
  expect(reader.page.html).toContain('<p class="notice good" role="status">Paid: ¥25.00. Thank you.</p>');
  expect(reader.text).toContain('2 March 15, 2026 paid ¥25.00 3 March 29, 2026 ¥25.00');
  expect(reader.text).toContain('Left to pay ¥50.00');
  expect(reader.text).toContain('March 1, 2026 paid ¥25.00 March 1, 2026 paid ¥25.00');
  expect(await takenFor(world, shop, planId)).toEqual([2500, 2500]);

  await reader.get(`${account}/score`);
  expect(reader.text).toContain('You owe now ¥50.00');
  expect(reader.text).toContain('You have made 2 payments in full, 1 of them early. +25');
});

test('all that is owed is paid at once, and the plan is finished', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page, account } = await buy(world, reader, shop, { number: 1005 });
  await reader.get(page);
  expect(reader.text).toContain('Pay the next payment early: ¥25.00 Pay everything off: ¥75.00');
  await pay(reader, page, 'all');
  expect(reader.text).toContain('Paid: ¥75.00. Thank you.');
  expect(reader.text).toContain('Paid in full');
  expect(reader.page.html).not.toContain(`${page}/payment`);
  expect(reader.page.html).not.toContain(`${page}/card"`);
  expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({ status: 'paid' });
  await reader.get(account);
  expect(reader.text).toContain('You owe nothing.');
  expect(reader.text).toContain('Finished plans: 1');
});

test('what is due and overdue is told first, and paid with one button', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { account, page, checkout } = await buy(world, reader, shop, {
    number: 1006,
    method: 'test:insufficient_funds',
  });
  await advanceTo(world, shop, '2026-03-20');
  await reader.get(account);
  expect(reader.text).toContain('Due now: ¥50.00 Pay ¥50.00 to Tea House');
  expect(reader.text).toContain('March 1, 2026 overdue Tea House ¥25.00 March 15, 2026 overdue');
  expect(reader.page.html.match(/<rect class="square"/g)).toHaveLength(2);

  await reader.get(page);
  await reader.submit('/card', { method: 'test:ok_unionpay' });
  expect(reader.text).toContain('From now on the payments are taken from the new card.');
  expect(reader.text).toContain('Taken at once from UnionPay, ends in 0005. Pay what is due: ¥50.00');
  await pay(reader, page, 'due');
  expect(reader.text).toContain('Paid: ¥50.00. Thank you.');
  await reader.get(account);
  expect(reader.text).toContain('Next: ¥25.00 to Tea House on March 29, 2026');
  await reader.get(checkout);
  expect(reader.text).toContain('Tea House has your order.');
});

test('the sweep goes on collecting what is left, from the new card', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 1007 });
  await reader.get(page);
  await pay(reader, page);
  await reader.submit('/card', { method: 'test:ok_unionpay' });
  await advanceTo(world, shop, '2026-03-30');
  await reader.get(page);
  expect(reader.text).toContain('3 March 29, 2026 paid ¥25.00 4 April 12, 2026 ¥25.00');
  expect(await takenFor(world, shop, planId)).toEqual([2500, 2500, 2500]);
});

test('an answer that is lost says so, and shows as paid when it is found', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 1008 });
  await reader.get(page);
  await reader.submit('/card', { method: 'test:answer_lost' });
  await pay(reader, page);
  expect(reader.text).toContain('Waiting for the bank We asked the bank for ¥25.00');
  expect(reader.page.html).not.toContain(`${page}/payment`);
  world.passMinutes(1);
  await runAttempts(world);
  await reader.get(/class="button" href="([^"]*repayment=[^"]*)"/.exec(reader.page.html)?.[1] ?? '');
  expect(reader.text).toContain('Paid: ¥25.00. Thank you.');
  expect(await takenFor(world, shop, planId)).toEqual([2500, 2500]);
});

test('the agreement can be read and its fingerprint checked', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { planId, page } = await buy(world, reader, shop, { number: 1009 });
  const plan = await shop.inTx((tx) => findPlan(tx, { planId }), 'read');
  await reader.get(page);
  await reader.get(`${page}/agreement`);
  expect(reader.text).toContain(
    'What you agreed to on March 1, 2026 for your purchase at Tea House. It cannot change',
  );
  expect(reader.text).toContain('There is no late fee.');
  expect(reader.page.html).toContain(`<code>${plan.snapshotHash}</code>`);
  const data = /<pre class="data" lang="en">(.*?)<\/pre>/s.exec(reader.page.html)?.[1] ?? '';
  const text = textOf(data);
  expect(createHash('sha256').update(text).digest('hex')).toBe(hashSnapshot(plan.snapshot));
});

test('the score is the sum of its reasons, with the limit and what is free of it', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const bought = await order(reader, shop, { number: 1010 });
  const { environmentId } = shop;
  await reader.get(`/account/${environmentId}/score`);
  expect(reader.text).toContain('You may owe at most ¥2,000.00 You owe now ¥0.00');
  expect(reader.text).toContain('Reserved for orders that have not shipped ¥100.00');
  expect(reader.text).toContain('Available for a purchase now ¥1,900.00');
  await ship(world, shop, bought);
  await reader.get(`/account/${environmentId}/score`);
  const points = [...reader.page.html.matchAll(/<td class="number(?: minus)?">([+−]?\d+)<\/td>/g)].map(
    ([, text = '']) => Number(text.replace('−', '-')),
  );
  const sum = points.pop();
  expect(points.length).toBe(7);
  expect(points.reduce((total, value) => total + value, 0)).toBe(sum);
  const assessments = await shop.inTx((tx) => tx.sql('assessments').where({ environment_id: environmentId }));
  expect(assessments).toHaveLength(1);
});

test('consents are shown with the text that was read, in its language', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const { account } = await buy(world, reader, shop, { number: 1011 });
  await reader.get(`${account}/you?lang=zh-CN`);
  expect(reader.text).toContain('已用 +86');
  expect(reader.page.html).toContain('<p lang="en">I want to pay for purchases later with Morrow.');
  expect(reader.text).toContain('谁为我向商家付款：Lantern Bank');
  expect(reader.page.html.match(/<code>[0-9a-f]{64}<\/code>/g)).toHaveLength(4);
});

test('everything reads in Chinese, too', async () => {
  const shop = await world.openShop({ name: '茶馆' });
  const reader = newReader(world.server, { 'Accept-Language': 'zh-CN' });
  const { account, page } = await buy(world, reader, shop, { number: 1012 });
  const titles: string[] = [];
  for (const address of [account, page, `${page}/agreement`, `${account}/score`, `${account}/you`]) {
    await reader.get(address);
    expect(reader.page.html).toContain('<html lang="zh-CN">');
    titles.push(/<h1>(.*?)<\/h1>/.exec(reader.page.html)?.[1] ?? '');
  }
  expect(titles).toEqual(['您的欠款', '茶馆', '您的协议', '付款分与额度', '我']);
  await reader.get(page);
  expect(reader.text).toContain('提前支付下一期：¥25.00');
  await pay(reader, page);
  expect(reader.text).toContain('已支付 ¥25.00。谢谢。');
  expect(reader.page.html).toMatch(/href="[^"]*\?repayment=rep_[0-9a-f]{32}&amp;lang=en"/);
});

test('signing out ends this sign-in, and everywhere ends all of them', async () => {
  const shop = await world.openShop();
  const [one, two] = [newEnglishReader(), newEnglishReader()];
  const { account } = await buy(world, one, shop, { number: 1013 });
  await signIn(two, shop, account, phoneOf(1013));
  expect(two.text).toContain('You owe in all ¥75.00');
  await two.submit('/sign-out');
  expect(two.text).toContain('You are signed out.');
  expect(two.page.html).not.toContain('<title>Problem');
  await one.get(account);
  expect(one.text).toContain('You owe in all ¥75.00');

  await signIn(two, shop, `${account}/you`, phoneOf(1013));
  await two.submit('/sign-out/everywhere');
  expect(two.text).toContain('You are signed out everywhere.');
  await one.get(account);
  expect(one.text).toContain('Sign in with your mobile number');
});

test('somebody new has an account in which nothing is', async () => {
  const shop = await world.openShop();
  const reader = newEnglishReader();
  const account = `/account/${shop.environmentId}`;
  await signIn(reader, shop, account, '13700137000');
  expect(reader.text).toContain('You owe nothing.');
  await reader.get(`${account}/score`);
  expect(reader.text).toContain('There is no score yet.');
  await reader.get(`${account}/you`);
  expect(reader.text).toContain('Signed in with +86 137 •••• 7000 What you agreed to Nothing yet.');
});
