import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account } from '../src/ledger/accounts.ts';
import { balance } from '../src/ledger/balances.ts';
import { checkBooks } from '../src/ledger/check-books.ts';
import { refund } from '../src/orders/refund.ts';
import { enterOnPlan } from '../src/repayments/enter.ts';
import { findPlan } from '../src/repayments/plans.ts';
import { advanceTo, buy, pay, paymentOf, runAttempts, takenFor } from './support/account-walk.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

// Amounts are cents. money.md rule 6: ¥1,200 at 12 % nominal over 6 months, 30/360, is 207.06 × 5 and 207.05.

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const newEnglishReader = () => newReader(world.server, { 'Accept-Language': 'en' });

/** The plan of money.md rule 6, shipped on 1 March, in a sandbox whose funders ask for 2.4 % less than the policy. */
async function example(reader: Reader, number: number) {
  const shop = await world.openShop();
  await world.context
    .db('funders')
    .where({ environment_id: shop.environmentId })
    .update({ rate_adjustment_ppm: -24_000 });
  const bought = await buy(world, reader, shop, { number, plan: 'monthly_6', amount: 120_000 });
  return { shop, ...bought };
}

async function expectSoundBooks(shop: Shop): Promise<void> {
  const checked = await shop.inTx(checkBooks, 'read');
  expect(checked.flatMap(({ broken }) => broken)).toEqual([]);
}

const principalOf = (shop: Shop, planId: string) =>
  shop.inTx(async (tx) => {
    const { funderId } = await findPlan(tx, { planId });
    return balance(tx, account('principal', planId, funderId), 'CNY');
  }, 'read');

describe('a plan with interest', () => {
  test('shows each payment with its parts, in a table and as bars', async () => {
    const reader = newEnglishReader();
    const { page } = await example(reader, 4001);
    await reader.get(page);
    expect(reader.text).toContain('Date Principal Interest To pay Apr 1, 2026 ¥195.06 ¥12.00 ¥207.06');
    expect(reader.text).toContain('Sep 1, 2026 ¥205.00 ¥2.05 ¥207.05 Left to pay ¥1,242.35');
    expect(reader.text).toContain('What paying everything off costs today Principal ¥1,200.00');
    const svg = /<svg class="calendar".*?<\/svg>/s.exec(reader.page.html)?.[0] ?? '';
    expect(svg).toContain('aria-label="The payments as bars: what is paid, and what is left"');
    expect(svg.match(/class="bar principal"/g)).toHaveLength(6);
    expect(svg.match(/class="bar interest"/g)).toHaveLength(6);
  });

  test('is paid off ten days into the third month for ¥810.62, with the interest of ten days', async () => {
    const reader = newEnglishReader();
    const { shop, planId, page } = await example(reader, 4002);
    await advanceTo(world, shop, '2026-05-11');
    await reader.get(page);
    expect(reader.text).toContain(
      'Principal ¥807.93 Interest until today ¥2.69 In all ¥810.62 ¥17.61 of interest less than by the schedule',
    );
    await reader.get(paymentOf(page, 'all'));
    expect(reader.text).toContain('Pay ¥810.62 now?');
    expect(reader.text).toContain(
      'Interest until today ¥2.69 Principal ¥807.93 Interest that you save ¥17.61 ' +
        'Paying everything off afterwards costs ¥0.00',
    );
    expect(reader.text).toContain('Now Afterwards June 1, 2026 ¥207.06 paid July 1, 2026 ¥207.06 paid');
    expect(await takenFor(world, shop, planId)).toEqual([20_706, 20_706]);
    await reader.submit('/pay');
    expect(reader.text).toContain('Paid: ¥810.62. Thank you.');
    expect(reader.text).toContain('Paid in full');
    expect(reader.text).toContain('May 11, 2026 paid of which interest ¥2.69 ¥810.62');
    expect(await takenFor(world, shop, planId)).toEqual([20_706, 20_706, 81_062]);
    expect(await principalOf(shop, planId)).toBe(0n);
    await expectSoundBooks(shop);
    await advanceTo(world, shop, '2026-10-01');
    expect(await takenFor(world, shop, planId)).toHaveLength(3);
    await expectSoundBooks(shop);
  });

  test('a part that is paid early does to the dates what was shown before', async () => {
    const reader = newEnglishReader();
    const { shop, planId, page } = await example(reader, 4003);
    await advanceTo(world, shop, '2026-04-10');
    await reader.get(`${page}/payment?sum=500`);
    expect(reader.text).toContain('Pay ¥500.00 now?');
    const rows = [
      ...reader.page.html.matchAll(
        /<th scope="row">([^<]*)<\/th><td class="number">[^<]*<\/td><td class="number">([^<]*)</g,
      ),
    ];
    const shown = new Map(rows.map(([, date = '', left = '']) => [date, left]));
    expect([...shown.values()].filter((left) => left === 'paid').length).toBeGreaterThanOrEqual(2);
    await reader.submit('/pay');
    expect(reader.text).toContain('Paid: ¥500.00. Thank you.');
    await reader.get(`${page}/payment?sum=0.01`);
    const after = [
      ...reader.page.html.matchAll(/<th scope="row">([^<]*)<\/th><td class="number">([^<]*)<\/td>/g),
    ];
    expect(after.map(([, date = '', left = '']) => [date, left])).toEqual(
      [...shown].filter(([, left]) => left !== 'paid'),
    );
    await expectSoundBooks(shop);
    await advanceTo(world, shop, '2026-09-02');
    expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({ status: 'paid' });
    expect(await principalOf(shop, planId)).toBe(0n);
    await expectSoundBooks(shop);
  });

  test('says what a payment does in Chinese, too, and reads what a Chinese keyboard types', async () => {
    const reader = newReader(world.server, { 'Accept-Language': 'zh-CN' });
    const { shop, page } = await example(reader, 4004);
    await advanceTo(world, shop, '2026-05-11');
    await reader.get(page);
    expect(reader.text).toContain('今天付清全部需要多少 本金 ¥807.93 截至今天的利息 ¥2.69 合计 ¥810.62');
    await reader.get(`${page}/payment?sum=${encodeURIComponent('１００．５元')}`);
    expect(reader.text).toContain('现在支付 ¥100.50？');
    expect(reader.page.html).toMatch(/href="[^"]*payment\?sum=[^"]*&amp;lang=en"/);
    await reader.submit('/pay');
    expect(reader.text).toContain('已支付 ¥100.50。谢谢。');
  });
});

describe('the page before a payment', () => {
  test.each([
    ['12,5', 'Write an amount like 12.50'],
    ['0', 'Write an amount like 12.50'],
    ['all', 'Write an amount like 12.50'],
    ['75.01', 'Paying everything off costs ¥75.00 today.'],
  ])('asks again for an amount instead of %j, which stays in its field', async (sum, text) => {
    const reader = newEnglishReader();
    const shop = await world.openShop();
    const { page } = await buy(world, reader, shop, { number: 4005 });
    await reader.get(`${page}/payment?sum=${encodeURIComponent(sum)}`);
    expect(reader.text).toContain(text);
    expect(reader.page.html).toContain('<title>Problem: ');
    expect(reader.page.html).toContain(`value="${sum}"`);
    expect(reader.page.html).toContain('aria-invalid="true"');
    expect(reader.page.html).not.toContain(`${page}/pay"`);
  });

  test('without a choice asks how much', async () => {
    const reader = newEnglishReader();
    const shop = await world.openShop();
    const { page } = await buy(world, reader, shop, { number: 4006 });
    await reader.get(`${page}/payment`);
    expect(reader.text).toContain('How much do you want to pay? At most ¥75.00');
    expect(reader.page.html).not.toContain('aria-invalid');
    await reader.get(`${page}/payment?pay=nothing&sum=1&sum=2`);
    expect(reader.text).toContain('How much do you want to pay?');
  });

  test('holds for its day only: the next day nothing is taken, and it is shown anew', async () => {
    const reader = newEnglishReader();
    const { shop, planId, page } = await example(reader, 4007);
    await advanceTo(world, shop, '2026-03-10');
    await reader.get(paymentOf(page, 'all'));
    await advanceTo(world, shop, '2026-03-11');
    await reader.submit('/pay');
    expect(reader.text).toContain('Something happened on this plan since you opened the page.');
    expect(await takenFor(world, shop, planId)).toEqual([]);
    await pay(reader, page, 'all');
    // Ten of thirty days of 1 % on ¥1,200.
    expect(reader.text).toContain('Paid: ¥1,204.00. Thank you.');
  });

  test('holds for the schedule that it showed: a refund in between takes nothing', async () => {
    const reader = newEnglishReader();
    const shop = await world.openShop();
    const { planId, orderId, merchantId, page } = await buy(world, reader, shop, { number: 4008 });
    await reader.get(paymentOf(page));
    await shop.inTx((tx) => refund(tx, { orderId, merchantId, reference: 'r1', amount: 3_000n }));
    await reader.submit('/pay');
    expect(reader.text).toContain('Something happened on this plan since you opened the page.');
    expect(await takenFor(world, shop, planId)).toEqual([2_500]);
  });

  test('while the bank has not answered offers nothing to pay', async () => {
    const reader = newEnglishReader();
    const shop = await world.openShop();
    const { page } = await buy(world, reader, shop, { number: 4009 });
    await reader.get(page);
    await reader.submit('/card', { method: 'test:answer_lost' });
    await pay(reader, page);
    await reader.get(paymentOf(page, 'all'));
    expect(reader.text).toContain('A payment of this plan waits for the bank.');
    expect(reader.page.html).not.toContain(`${page}/pay"`);
    world.passMinutes(1);
    await runAttempts(world);
    await reader.get(paymentOf(page, 'all'));
    expect(reader.text).toContain('Pay ¥50.00 now?');
  });
});

test('paused payments say until when, are not due, and can be paid all the same', async () => {
  const reader = newEnglishReader();
  const shop = await world.openShop();
  const { planId, account: first, page } = await buy(world, reader, shop, { number: 4010 });
  await shop.inTx((tx) =>
    enterOnPlan(tx, { planId, entry: { kind: 'pause', until: '2026-04-20' }, sourceId: 'ret_1' }),
  );
  await advanceTo(world, shop, '2026-04-01');
  await reader.get(page);
  expect(reader.text).toContain(
    'The payments are paused. As far as is known today they go on from April 20, 2026.',
  );
  expect(reader.text).not.toContain('Pay what is due');
  expect(reader.text).toContain('paused ¥25.00');
  expect(await takenFor(world, shop, planId)).toEqual([2_500]);
  await reader.get(first);
  expect(reader.text).not.toContain('overdue');
  await pay(reader, page, 'all');
  expect(reader.text).toContain('Paid: ¥75.00. Thank you.');
  await expectSoundBooks(shop);
});

test('a plan that was charged off has no dates any more, and what is recovered is counted', async () => {
  const reader = newEnglishReader();
  const shop = await world.openShop();
  const bought = await buy(world, reader, shop, { number: 4011, method: 'test:insufficient_funds' });
  const { planId, account: first, page } = bought;
  await advanceTo(world, shop, '2026-09-01');
  expect(await shop.inTx((tx) => findPlan(tx, { planId }), 'read')).toMatchObject({ status: 'charged_off' });
  await reader.get(first);
  expect(reader.text).toContain('You owe in all ¥100.00');
  expect(reader.page.html).not.toContain('class="months"');
  await reader.get(page);
  await reader.submit('/card', { method: 'test:ok_unionpay' });
  await reader.get(`${page}/payment?sum=40`);
  expect(reader.text).toContain('Principal ¥40.00 Paying everything off afterwards costs ¥60.00');
  await reader.submit('/pay');
  expect(reader.text).toContain('Paid: ¥40.00. Thank you.');
  await pay(reader, page, 'all');
  expect(reader.text).toContain('Paid in full after it was written off');
  await reader.get(first);
  expect(reader.text).toContain('You owe nothing.');
  await expectSoundBooks(shop);
});

describe('the first page', () => {
  test('shows the months as bars and sums, the next dates, and the limit', async () => {
    const reader = newEnglishReader();
    const { account: first } = await example(reader, 4012);
    await reader.get(first);
    expect(reader.text).toContain('Month by month');
    expect(reader.text).toContain('September 2026 ¥207.05 In all ¥1,242.35');
    expect(reader.text).toContain('The next payments, over all shops');
    expect(reader.text).toContain('Later payments: 2');
    const calendar = /<svg class="months".*?<\/svg>/s.exec(reader.page.html)?.[0] ?? '';
    expect(calendar.match(/class="month"/g)).toHaveLength(4);
    expect(reader.text).toContain('Your limit You owe now ¥1,200.00');
    expect(reader.page.html).toContain('<svg class="line-picture"');
  });
});
