import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountPath } from '../src/pages/account/paths.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';

const chromium = await findChromium();

describe.skipIf(!chromium)('a cash draw in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  });
  afterAll(() => close?.());

  /** Compares, proves, reads, borrows and is refused by a bank; `look` sees every page on the way. */
  async function walk(page: Page, shop: Shop, number: number, look: (name: string) => Promise<void>) {
    const person = findTestPerson(`good-${number}`)!;
    const account = `${origin}${accountPath({ id: shop.environmentId })}`;
    await page.goto(`${account}/draws`);
    await page.fill('#phone', person.phone);
    await page.click('form[action$="/phone"] button');
    await page.fill('#code', await shop.newestCode());
    await page.click('form[action$="/code"] button');
    await look('1-empty');
    await page.fill('#amount', '1');
    await page.click('form[method="get"] button');
    expect(await page.locator('[role=alert]').count()).toBe(1);
    await look('2-amount-refused');
    await page.fill('#amount', '99,999.00');
    await page.click('form[method="get"] button');
    await look('3-declined');
    await page.fill('#amount', '1,200.50');
    await page.click('form[method="get"] button');
    await look('4-comparison');
    await page.click('table a[href*="months=12"]');
    await look('5-identity');
    await page.fill('#name', person.name);
    await page.fill('#national_id', person.nationalId);
    for (const box of await page.locator('input[name="consent"]').all()) await box.check();
    await page.click('form[action$="/identity"] button');
    await look('6-agreement');
    await page.check('input[value="test:declined"]');
    for (const box of await page.locator('input[type="checkbox"]').all()) await box.check();
    await page.click('form[action$="/agree"] button');
    expect(await page.locator('[role=alert]').count()).toBe(1);
    await look('7-failed');
    await page.goto(account);
    await look('8-account');
  }

  /** The same with a card that takes the money, up to its plan. */
  async function borrow(page: Page, shop: Shop, number: number, look: (name: string) => Promise<void>) {
    const person = findTestPerson(`good-${number}`)!;
    const account = `${origin}${accountPath({ id: shop.environmentId })}`;
    await page.goto(`${account}/draws`);
    await page.fill('#phone', person.phone);
    await page.click('form[action$="/phone"] button');
    await page.fill('#code', await shop.newestCode());
    await page.click('form[action$="/code"] button');
    await page.fill('#amount', '800');
    await page.click('form[method="get"] button');
    await page.click('table a[href*="months=6"]');
    await page.fill('#name', person.name);
    await page.fill('#national_id', person.nationalId);
    for (const box of await page.locator('input[name="consent"]').all()) await box.check();
    await page.click('form[action$="/identity"] button');
    await page.check('input[value="test:ok"]');
    for (const box of await page.locator('input[type="checkbox"]').all()) await box.check();
    await page.click('form[action$="/agree"] button');
    await look('9-sent');
    await page.click('a.button[href*="/plans/"]');
    await look('10-plan');
    await page.goto(`${account}/draws`);
    await look('11-draws');
  }

  test.each([
    ['en', 'light', 5101],
    ['zh-CN', 'dark', 5102],
  ] as const)(
    'is compared and drawn on a phone, without script, in %s, %s',
    async (locale, scheme, number) => {
      const shop = await world.openShop();
      const viewport = { width: 390, height: 844 };
      const context = await browser.newContext({
        javaScriptEnabled: false,
        viewport,
        locale,
        colorScheme: scheme,
        deviceScaleFactor: 2,
      });
      const complaints = listenForComplaints(context);
      const page = await context.newPage();
      const look = async (name: string) => {
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, name).toBeLessThanOrEqual(viewport.width);
        await page.screenshot({ path: join(pictures, `draw-${locale}-${name}.png`), fullPage: true });
      };
      await walk(page, shop, number, look);
      await context.clearCookies();
      await borrow(page, shop, number + 10, look);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test.each([
    ['a phone', { width: 390, height: 844 }, 'dark', 'zh-CN', 5103],
    ['a desk', { width: 1280, height: 900 }, 'light', 'en', 5104],
  ] as const)('has nothing that axe finds, on %s', async (_, viewport, colorScheme, locale, number) => {
    const shop = await world.openShop();
    const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const look = async (name: string) => {
      const breaches = await breachesOn(page);
      expect(breaches, name).toEqual([]);
    };
    await walk(page, shop, number, look);
    await context.clearCookies();
    await borrow(page, shop, number + 10, look);
    await context.close();
  });
});
