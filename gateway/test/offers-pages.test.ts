import request from 'supertest';
import { encode } from 'uqr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findSession } from '../src/checkout/sessions.ts';
import { agreementPlainText } from '../src/pages/parts/agreement-words.ts';
import { disclosureOf } from '../src/plans/agreed-disclosure.ts';
import { hashSnapshot } from '../src/plans/snapshot.ts';
import { locales } from '../src/shoppers/profile.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { agreeTo, reachOffers } from './support/pages-walk.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

const inEnglish = { 'Accept-Language': 'en-GB,en;q=0.9' };
const inChinese = { 'Accept-Language': 'zh-CN' };

const piano = [{ name: 'Stage piano', quantity: 1, unit_amount: 120_000, amount: 120_000 }];
const chair = [{ name: 'Chair', quantity: 1, unit_amount: 20_000, amount: 20_000 }];

/** A cart of 1,200.00 at its offers, for a shopper whom nobody knows: 14.4 % a year. */
async function atOffers(
  shop: Shop,
  number: number,
  input: { headers?: Record<string, string> } & Parameters<Shop['openCheckout']>[0] = {},
): Promise<{ reader: Reader; path: string; sessionId: string }> {
  const { headers = inEnglish, ...checkout } = input;
  const opened = await shop.openCheckout({ lines: piano, ...checkout });
  const reader = newReader(world.server, headers);
  await reachOffers(reader, shop, opened.path, number);
  return { reader, ...opened };
}

const agreedIn = async (shop: Shop, sessionId: string) => {
  const { confirmedOffer } = await shop.inTx((tx) => findSession(tx, { sessionId }));
  if (!confirmedOffer) throw new Error('nothing was agreed');
  return confirmedOffer;
};

describe('a plan by the month', () => {
  test('is offered behind what costs nothing, with all that it comes to', async () => {
    const { reader } = await atOffers(await world.openShop(), 301);
    const { text } = reader;
    expect(text.indexOf('Pay in 4 parts')).toBeLessThan(text.indexOf('Pay by the month, 3 times'));
    // 1,200.00 at 1.2 % a month over 6 months.
    expect(text).toContain(
      'Each month ¥208.48, 6 times Interest rate 14.4 % a year Yearly cost (IRR) 15.39 % ' +
        'Cost of paying later ¥50.90 You pay in all ¥1,250.90 Funded by Lantern Bank',
    );
    expect(text).toContain('Apr 1, 2026 ¥194.08 ¥14.40 ¥208.48');
    expect(text).toContain('Sep 1, 2026 ¥206.03 ¥2.47 ¥208.50');
    expect(text).not.toContain('no interest, no fees');
  });

  test('is agreed to with its calendar, its costs and the block of the market, all within the signed text', async () => {
    const shop = await world.openShop();
    const { reader, path, sessionId } = await atOffers(shop, 302);
    await reader.get(`${path}/agreement?plan=monthly_6`);
    for (const shown of [
      'Costs of this loan',
      'Annual rate, simple interest 14.4 % Without compounding.',
      'Annual rate, compound interest (IRR) 15.39 %',
      'Most that all costs may come to, a year 24 %',
      'On what you still owe of ¥1,200.00 you pay 14.4 % interest a year: ¥50.90 in all',
      'In all you pay ¥1,250.90.',
      'you pay interest only for the days used',
      'A payment that is more than 3 days late costs ¥10.00 once, and never more than 5 % of that payment.',
      'You agree to pay ¥1,250.90 in all',
    ]) {
      expect(reader.text).toContain(shown);
    }
    // Six bars, each of principal and interest.
    expect(reader.page.html.match(/<rect class="bar"/g)).toHaveLength(6);
    expect(reader.page.html.match(/<rect class="bar interest"/g)).toHaveLength(6);
    expect(reader.page.html).not.toMatch(/<input[^>]*type="checkbox"[^>]* checked/);
    await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes() });
    expect(reader.text).toContain('You pay ¥1,250.90 to Tea House later.');

    const agreed = await agreedIn(shop, sessionId);
    expect(agreed).toMatchObject({
      code: 'monthly_6',
      financed: 120_000,
      finance_charge: 5_090,
      subsidy: 0,
      market: 'CN',
      programme: 'retail',
      apr_percent: 15.39,
      late_fee: { amount: 1_000, grace_days: 3, most_percent: 5 },
      interest: { annual_rate_ppm: 144_000, shopper_rate_ppm: 144_000 },
    });
    expect(agreed.allocation?.[0]).toBe('past_due_fee');
    expect(disclosureOf(agreed)?.regime).toBe('cn_loan');
    for (const locale of locales) {
      expect(agreementPlainText(locale, agreed)).toContain(
        locale === 'en' ? 'Total interest: ¥50.90' : '单利',
      );
    }
    // The hash of the agreement covers the block: another block is another agreement.
    const other = { ...agreed, disclosure_hash: '0'.repeat(64) };
    expect(hashSnapshot(other)).not.toBe(hashSnapshot(agreed));
    expect(disclosureOf(other)).toBeUndefined();
  });

  test('falls due on the day that the shopper chose, without script', async () => {
    const shop = await world.openShop();
    const { reader, path, sessionId } = await atOffers(shop, 303);
    await reader.get(`${path}/agreement?plan=monthly_3&day=10`);
    expect(reader.page.html).toMatch(/<option value="10" selected>10<\/option>/);
    // Shipped on 1 March, the 10th is too near.
    expect(reader.text).toContain('Apr 10, 2026');
    expect(reader.page.html).toContain(`${path}/agreement?plan=monthly_3&amp;day=10&amp;lang=zh-CN`);
    await reader.submit('/confirm', { consent: reader.boxes() });
    expect(reader.page.path).toBe(`${path}/agreement?plan=monthly_3&day=10`);
    expect(reader.page.html).toMatch(/role="alert"/);
    await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes() });
    const agreed = await agreedIn(shop, sessionId);
    expect(agreed.repayment_day).toBe(10);
    expect(agreed.installments.map((item) => item.due_date)).toEqual([
      '2026-04-10',
      '2026-05-10',
      '2026-06-10',
    ]);
  });

  test.each(['0', '29', '-1', '1.5', 'x', '10&day=11'])(
    'keeps to the dates when somebody asks for day %s',
    async (day) => {
      const shop = await world.openShop();
      const { reader, path } = await atOffers(shop, 304, { repaymentDay: 5 });
      await reader.get(`${path}/agreement?plan=monthly_3&day=${day}`);
      expect(reader.page.status).toBe(200);
      // The merchant's choice counts.
      expect(reader.text).toContain('Apr 5, 2026');
    },
  );

  test('that was read with other dates than are sent is not agreed to', async () => {
    const shop = await world.openShop();
    const { reader, path, sessionId } = await atOffers(shop, 305);
    await reader.get(`${path}/agreement?plan=monthly_3&day=10`);
    await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes(), day: '11' });
    expect(reader.page.html).toMatch(/role="alert"/);
    const session = await shop.inTx((tx) => findSession(tx, { sessionId }));
    expect(session).toMatchObject({ status: 'open', confirmedOffer: null, holdId: null });
  });
});

describe('interest that the shop pays', () => {
  test('is said in both languages, and is not the shopper’s to pay', async () => {
    const shop = await world.openShop({ subsidies: { monthly_6: 100, monthly_12: 50 } });
    const { reader, path, sessionId } = await atOffers(shop, 306);
    expect(reader.text).toContain('Interest rate 0 % — the shop pays the interest');
    expect(reader.text).toContain('Interest rate 7.2 % a year — the shop pays the rest');
    expect(reader.text).toContain('Each month ¥200.00, 6 times');
    await reader.get(`${path}/agreement?plan=monthly_6&lang=zh-CN`);
    expect(reader.text).toContain('0% — 由商家支付利息');
    expect(reader.text).toContain('您不支付利息：利息由商家为您支付。');
    await reader.submit('/confirm', { method: 'test:ok', consent: reader.boxes() });
    expect(await agreedIn(shop, sessionId)).toMatchObject({
      finance_charge: 0,
      apr_percent: 0,
      // 1,000, 800, 600, 400, 200 follow 1,200 at 1.2 % a month.
      subsidy: 5_040,
      interest: { annual_rate_ppm: 144_000, shopper_rate_ppm: 0 },
    });
  });
});

describe('what has to be read before consent', () => {
  test.each([
    ['DE', 'EUR', 'monthly_3', 'Right to withdraw 14 days', 'APR'],
    ['GB', 'GBP', 'monthly_3', 'Pre-contract credit information', 'APR'],
    ['US', 'USD', 'monthly_6', 'Truth in Lending disclosure', 'ANNUAL PERCENTAGE RATE'],
  ])('in %s', async (country, currency, plan, block, apr) => {
    const shop = await world.openShop({ country, currency });
    const { reader, path } = await atOffers(shop, 310, { lines: chair });
    await reader.get(`${path}/agreement?plan=${plan}`);
    expect(reader.text).toContain(block);
    expect(reader.text).toContain(apr);
    // It stands before the button.
    expect(reader.text.indexOf(block)).toBeLessThan(reader.text.indexOf('Agree and pay later'));
    if (country === 'US') expect(reader.page.html.match(/<dl class="box">/g)).toHaveLength(1);
    await reader.get(`${path}/agreement?plan=${plan}&lang=zh-CN`);
    expect(reader.page.html).toMatch(/<section class="card disclosure"[^>]*>.*[\u4e00-\u9fff]/);
  });

  test('is there for a plan that costs nothing as well, which has no late fee', async () => {
    const { reader, path } = await atOffers(await world.openShop(), 311, { headers: inChinese });
    await reader.get(`${path}/agreement?plan=pay_in_4`);
    expect(reader.text).toContain('本笔借款的成本');
    expect(reader.text).toContain('年化利率（单利） 0%');
    expect(reader.text).toContain('没有逾期费。');
  });
});

describe('programmes', () => {
  test('choose the plans, and say what is special about them', async () => {
    const school = await world.openShop({ category: 'education' });
    const { reader, path } = await atOffers(school, 320);
    expect(reader.text).toContain('whoever agrees is not a student');
    expect(reader.text).not.toContain('Pay in 30 days');
    // Equal principal: the payments fall.
    expect(reader.text).toContain('Each month from ¥214.40 down to ¥202.40');
    await agreeTo(reader, path, 'monthly_6');
    expect(reader.text).toContain('Agreed');
  });

  test('refuse what is above their cap, with a reason of its own', async () => {
    const { reader } = await atOffers(await world.openShop({ category: 'dining' }), 321, {
      lines: [{ name: 'Banquet', quantity: 1, unit_amount: 200_001, amount: 200_001 }],
    });
    expect(reader.text).toContain('Purchases of this kind cannot be paid later in this amount.');
  });
});

describe('a code for the counter', () => {
  const codeAt = (path: string) => request(world.server).get(`${path}/qr.svg`);

  test('leads a phone to the checkout, with a margin that a reader needs', async () => {
    const shop = await world.openShop();
    const { path } = await shop.openCheckout({ channel: 'in_store' });
    const answer = await codeAt(path);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    const svg = answer.body.toString('utf8') as string;
    const side = Number(/width="(\d+)" height="\1"/.exec(svg)?.[1]);
    const modules = modulesOf(svg, side);
    // A margin of four light modules on every side, and inside it exactly the code of the checkout's address.
    const code = encode(`${world.context.config.origins.api}${path}`, { ecc: 'M', border: 0 });
    expect(side).toBe((code.size + 8) * 4);
    expect(modules.slice(4, -4).map((row) => row.slice(4, -4))).toEqual(code.data);
    const margin = [...modules.slice(0, 4), ...modules.slice(-4), ...modules.map((row) => row.slice(0, 4))];
    expect([...margin, ...modules.map((row) => row.slice(-4))].flat()).not.toContain(true);
  });

  test('is there for an open session in a shop only', async () => {
    const shop = await world.openShop();
    const online = await shop.openCheckout();
    expect((await codeAt(online.path)).status).toBe(404);
    expect((await codeAt(`/c/${'A'.repeat(22)}`)).status).toBe(404);
    expect((await codeAt('/c/%2e%2e')).status).toBe(404);
    const { reader, path } = await atOffers(shop, 330, { channel: 'in_store' });
    expect(reader.text).toContain('show this page at the counter');
    await agreeTo(reader, path, 'pay_in_3');
    expect(reader.text).toContain('Show this page at the counter');
    expect((await codeAt(path)).status).toBe(404);
  });
});

/** Which modules of the picture are dark: each is one square path. */
function modulesOf(svg: string, side: number): boolean[][] {
  const dark = new Set([...svg.matchAll(/M(\d+),(\d+)h4v4h-4z/g)].map(([, x, y]) => `${x},${y}`));
  const count = side / 4;
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: count }, (_, column) => dark.has(`${column * 4},${row * 4}`)),
  );
}
