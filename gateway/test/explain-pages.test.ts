import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideAppeal } from '../src/appeals/decide.ts';
import { findLine, setTerms } from '../src/credit/lines.ts';
import { newId } from '../src/lib/ids.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { advanceTo, buy } from './support/account-walk.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints, signInAs } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { reachOffers, signIn } from './support/pages-walk.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

const piano = [{ name: 'Piano', quantity: 1, unit_amount: 250_000, amount: 250_000 }];
const tea = [{ name: 'Tea', quantity: 1, unit_amount: 2000, amount: 2000 }];

/** Buys with a card that fails once, so that the first payment is late; then most of a small limit is in use. */
async function lowScored(world: PagesWorld, shop: Shop, reader: Reader, number: number): Promise<void> {
  await buy(world, reader, shop, { number, method: 'test:insufficient_funds_once' });
  await advanceTo(world, shop, '2026-03-02');
  await shop.inTx(async (tx) => {
    const ours = { environment_id: tx.environment.id };
    await tx
      .sql('installments')
      .where({ ...ours, number: 1 })
      .update({ due_date: '2026-02-23' });
    const row = await tx.sql('credit_lines').where(ours).first<{ shopper_id: string }>('shopper_id');
    const line = await findLine(tx, row.shopper_id, 'CNY');
    if (!line) throw new Error('who has bought has a line');
    await setTerms(tx, line.id, { limit: 10_000n, annualRatePpm: line.annualRatePpm });
  });
}

/** Opens a checkout of the tea as the shopper who is signed in. */
async function openTea(shop: Shop, reader: Reader): Promise<string> {
  const { path } = await shop.openCheckout({ lines: tea });
  await reader.get(path);
  await reader.submit('/claim');
  return path;
}

describe('a declined checkout', () => {
  let world: PagesWorld;

  beforeAll(async () => {
    world = await openPagesWorld();
  });
  afterAll(() => world.close());

  const reading = (language: string): Reader => newReader(world.server, { 'Accept-Language': language });

  test('shows score, three reasons and next steps, and the first part that it names can be chosen', async () => {
    const shop = await world.openShop();
    const { path } = await shop.openCheckout({ lines: piano });
    const reader = reading('en');
    await reachOffers(reader, shop, path, 5001);
    expect(reader.text).toContain('Not this time');
    expect(reader.text).toContain('Your pay score is 540');
    expect(reader.page.html.match(/<ol class="main-reasons">.*?<\/ol>/s)?.[0].match(/<li>/g)).toHaveLength(3);
    expect(reader.text).toContain('You are approved for up to ¥2,000.00');
    expect(reader.text).toContain('Pay 20 % of it, ¥500.00, at once, and the rest later in equal parts.');
    await reader.submit('/down', { percent: '20' });
    expect(reader.text).toContain('How would you like to pay?');
    expect(reader.text).toContain('Reserved now ¥500.00');
    // What is not on the list changes nothing.
    const other = await shop.openCheckout({ lines: piano });
    await reader.get(other.path);
    await reader.submit('/claim');
    await reader.submit('/down', { percent: '99' });
    expect(reader.text).toContain('Not this time');
  });

  test.each([
    [
      'en',
      5002,
      {
        declined: 'Your pay score is too low for a new plan.',
        late: 'Of the one payment that fell due, 1 was not made on time.',
        pay: 'then it would be approved.',
        again: 'it is still declined.',
        ask: 'We have it. A person looks at it and answers you.',
        open: 'A person looks at it',
        granted: 'goes ahead whatever your score',
        offers: 'How would you like to pay?',
        byPerson: 'It was approved because a person had looked at your appeal.',
      },
    ],
    [
      'zh-CN',
      5003,
      {
        declined: '您的付款分过低，无法建立新的方案。',
        late: '已到期的 1 笔款项中，有 1 笔未按时支付。',
        pay: '之后即可获批。',
        again: '仍未获批准。',
        ask: '已收到。将有专人查看并答复您。',
        open: '正由专人查看',
        granted: '不受分数限制',
        offers: '您想怎样付款？',
        byPerson: '因专人查看了您的申诉而获批准。',
      },
    ],
  ] as const)(
    'leads from the reasons to a person and back to the shop, in %s',
    async (language, number, said) => {
      const shop = await world.openShop();
      const reader = reading(language);
      await lowScored(world, shop, reader, number);
      await openTea(shop, reader);
      for (const text of [said.declined, said.late, said.pay]) expect(reader.text).toContain(text);

      await reader.submit('/appeal');
      expect(reader.page.path).toMatch(/\/account\/sbx_[0-9a-f]{32}\/decisions\/asm_[0-9a-f]{32}$/);
      expect(reader.text).toContain(said.again);
      const decision = reader.page.path;
      await reader.submit('/ask', { words: '' });
      await reader.submit('/ask', { words: 'The bank blocked my card. 银行误锁了我的卡。' });
      expect(reader.text).toContain(said.ask);
      expect(reader.text).toContain(said.open);
      expect(reader.text).toContain('银行误锁了我的卡');

      const [{ id: appealId }] = await shop.inTx((tx) =>
        tx.sql('appeals').where({ environment_id: tx.environment.id }).select('id'),
      );
      await shop.inTx((tx) =>
        decideAppeal(tx, { appealId, operatorId: 'opr_1', outcome: 'granted', note: 'Fine 可以' }),
      );
      await reader.get(decision);
      expect(reader.text).toContain(said.granted);
      expect(reader.text).toContain('Fine 可以');

      await openTea(shop, reader);
      expect(reader.text).toContain(said.offers);
      const account = accountPath({ id: shop.environmentId });
      await reader.get(`${account}/decisions`);
      const [newest] = [...reader.page.html.matchAll(/href="([^"]*\/decisions\/asm_[^"]*)"/g)];
      await reader.get(newest![1]!);
      expect(reader.text).toContain(said.byPerson);
    },
  );

  test('gives the notice that the law asks for in the United States, and nowhere else', async () => {
    const cart = [{ name: 'Piano', quantity: 1, unit_amount: 900_000, amount: 900_000 }];
    for (const [country, currency, given] of [
      ['US', 'USD', true],
      ['DE', 'EUR', false],
    ] as const) {
      const shop = await world.openShop({ country, currency });
      const { path } = await shop.openCheckout({ lines: cart });
      const reader = reading('en');
      await reachOffers(reader, shop, path, given ? 5004 : 5005);
      expect(reader.text).toContain('Not this time');
      expect(reader.text.includes('Equal Credit Opportunity Act')).toBe(given);
    }
  });
});

describe('the page of decisions', () => {
  let world: PagesWorld;

  beforeAll(async () => {
    world = await openPagesWorld();
  });
  afterAll(() => world.close());

  test('lists what was decided in 13 months with reasons, and is nobody else’s', async () => {
    const shop = await world.openShop();
    const reader = newReader(world.server, { 'Accept-Language': 'en' });
    const { path } = await shop.openCheckout({ lines: piano });
    await reachOffers(reader, shop, path, 5010);
    const account = accountPath({ id: shop.environmentId });
    await reader.get(`${account}/decisions`);
    expect(reader.text).toContain('Declined Tea House March 1, 2026, ¥2,500.00');
    expect(reader.text).toContain('Reasons and next steps');
    const [, detail = ''] = /href="([^"]*\/decisions\/asm_[^"]*)"/.exec(reader.page.html) ?? [];
    await reader.get(detail);
    expect(reader.text).toContain('Decision on Tea House');
    expect(reader.text).toContain('Your pay score is 540');

    const stranger = newReader(world.server, { 'Accept-Language': 'en' });
    await signIn(stranger, shop, account, findTestPerson('good-5011')!.phone);
    await stranger.get(detail);
    expect(stranger.page.status).toBe(404);
    await stranger.get(`${account}/decisions`);
    expect(stranger.text).toContain('Nothing has been decided about you');

    // As if the months had passed, without all that they would bring.
    const clock = { clock_at: new Date('2027-04-03T01:00:00Z') };
    await world.context.db('environments').where({ id: shop.environmentId }).update(clock);
    await reader.get(`${account}/decisions`);
    expect(reader.text).toContain('Nothing has been decided about you in the last 13 months.');
  });

  test('shows 20 at once, and the older ones behind', async () => {
    const shop = await world.openShop();
    const reader = newReader(world.server, { 'Accept-Language': 'en' });
    const { path } = await shop.openCheckout({ lines: piano });
    await reachOffers(reader, shop, path, 5012);
    for (let count = 0; count < 20; count += 1) {
      // As if ten minutes had passed: until then the decline before is the answer.
      await world.context.db('recent_declines').delete();
      const again = await shop.openCheckout({ lines: piano });
      await reader.get(again.path);
      await reader.submit('/claim');
    }
    const account = accountPath({ id: shop.environmentId });
    const shown = () => reader.page.html.match(/Reasons and next steps/g)?.length;
    await reader.get(`${account}/decisions`);
    expect(shown()).toBe(20);
    const [, older = ''] = /href="([^"]*decisions\?before=[^"]*)"/.exec(reader.page.html) ?? [];
    await reader.get(older);
    expect(shown()).toBe(1);
    await reader.get(`${account}/decisions?before=nonsense`);
    expect(shown()).toBe(20);
  });

  test('can be appealed against three times a month, and says so', async () => {
    const shop = await world.openShop();
    const reader = newReader(world.server, { 'Accept-Language': 'en' });
    const { path } = await shop.openCheckout({ lines: piano });
    await reachOffers(reader, shop, path, 5013);
    await reader.submit('/appeal');
    expect(reader.text).toContain('it is still declined.');
    await shop.inTx(async (tx) => {
      const [appeal] = await tx.sql('appeals').where({ environment_id: tx.environment.id });
      for (const id of [newId('apl'), newId('apl')]) await tx.sql('appeals').insert({ ...appeal, id });
    });
    const again = await shop.openCheckout({ lines: piano });
    await reader.get(again.path);
    await reader.submit('/claim');
    await reader.submit('/appeal');
    expect(reader.page.path).toContain('/decisions/');
    expect(reader.text).not.toContain('Decide again with the facts of today');
    expect(reader.text).toContain('You have appealed three times in 30 days');
  });
});

const chromium = await findChromium();
const phone = { width: 390, height: 844 };

describe.skipIf(!chromium)('score, reasons and appeals in Chromium', { timeout: 180_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  });
  afterAll(() => close?.());

  /** What the page is like for those who cannot see it, unfolded, and whether it fits a phone. */
  async function expectSound(page: Page, address: string): Promise<void> {
    await page.goto(address);
    await page.evaluate('for (const item of document.querySelectorAll("details")) item.open = true');
    expect(await breachesOn(page)).toEqual([]);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(phone.width);
  }

  test.each([
    ['en', 'light', 5020],
    ['zh-CN', 'dark', 5021],
  ] as const)('on a phone, without script, in %s, %s', async (locale, colorScheme, number) => {
    const shop = await world.openShop();
    const reader = newReader(world.server, { 'Accept-Language': locale });
    await lowScored(world, shop, reader, number);
    const { path } = await shop.openCheckout({ lines: tea });
    const look = { viewport: phone, locale, colorScheme, deviceScaleFactor: 2 };
    const context = await browser.newContext({ ...look, javaScriptEnabled: false });
    const complaints = listenForComplaints(context);
    const page = await context.newPage();
    const seen: string[] = [];
    const shot = async (name: string) => {
      seen.push(page.url());
      await page.screenshot({ path: join(pictures, `explain-${locale}-${name}.png`), fullPage: true });
    };
    await page.goto(origin + path);
    await signInAs(page, shop, findTestPerson(`good-${number}`)!.phone);
    await shot('declined');
    expect(await page.locator('.main-reasons li').count()).toBe(3);
    expect(await page.locator('.next-steps li').count()).toBeGreaterThanOrEqual(2);
    await page.click('form[action$="/appeal"] button');
    await shot('again');
    await page.fill('#words', locale === 'en' ? 'The bank blocked my card.' : '银行误锁了我的卡。');
    await page.click('form[action$="/ask"] button');
    await shot('asked');
    const account = origin + accountPath({ id: shop.environmentId });
    await page.goto(`${account}/decisions`);
    await shot('decisions');
    await page.goto(`${account}/score`);
    await shot('score');
    expect(await page.locator('.main-reasons li').count()).toBe(3);

    const auditor = await browser.newContext({
      ...look,
      bypassCSP: true,
      storageState: await context.storageState(),
    });
    const audited = await auditor.newPage();
    for (const address of seen) await expectSound(audited, address);
    expect(complaints).toEqual([]);
    await auditor.close();
    await context.close();
  });
});
