import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAgreement } from '../src/agreements/open.ts';
import { newId } from '../src/lib/ids.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';

const chromium = await findChromium();

describe.skipIf(!chromium)('an agreement in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  });
  afterAll(() => close?.());

  async function open(shop: Shop): Promise<string> {
    const { secret } = await shop.inTx((tx) =>
      openAgreement(tx, {
        merchantId: shop.merchant.id,
        merchantReference: newId('req'),
        description: 'Bicycles by the hour',
        currency: 'CNY',
        orderCeiling: 20_000n,
        dayCeiling: 40_000n,
        monthCeiling: 60_000n,
        chargeAfterDays: 0,
        returnUrl: 'http://localhost:4100/agreed',
      }),
    );
    return `${origin}/a/${secret}`;
  }

  /** Switches an agreement on and ends it in the account; `look` sees every page on the way. */
  async function walk(page: Page, shop: Shop, number: number, look: (name: string) => Promise<void>) {
    const person = findTestPerson(`good-${number}`)!;
    const address = await open(shop);
    await page.goto(address);
    await look('1-sign-in');
    await page.fill('#phone', person.phone);
    await page.click('form[action$="/phone"] button');
    await look('2-code');
    await page.fill('#code', await shop.newestCode());
    await page.click('form[action$="/code"] button');
    await look('3-identity');
    const prove = async (nationalId: string) => {
      await page.fill('#name', person.name);
      await page.fill('#national_id', nationalId);
      for (const box of await page.locator('input[name="consent"]').all()) await box.check();
      await page.click('form[action$="/identity"] button');
    };
    await prove('110101199003070000');
    expect(await page.locator('[role=alert]').count()).toBe(1);
    await look('4-identity-refused');
    await prove(person.nationalId);
    await look('5-terms');
    await page.check('input[value="test:ok"]');
    for (const box of await page.locator('input[type="checkbox"]').all()) await box.check();
    await page.click('form[action$="/agree"] button');
    await look('6-done');
    await page.click(`a[href="${accountPath({ id: shop.environmentId })}/agreements"]`);
    await look('7-account');
    await page.click('form[action$="/end"] button');
    expect(await page.locator('[role=status]').count()).toBe(1);
    await page.click('summary');
    await look('8-ended-in-account');
    return address;
  }

  test.each([
    ['en', 'light', 4101],
    ['zh-CN', 'dark', 4102],
  ] as const)(
    'is switched on and off on a phone, without script, in %s, %s',
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
      await walk(page, shop, number, async (name) => {
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, name).toBeLessThanOrEqual(viewport.width);
        await page.screenshot({ path: join(pictures, `agreement-${locale}-${name}.png`), fullPage: true });
      });
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test.each([
    ['a phone', { width: 390, height: 844 }, 'dark', 'zh-CN', 4103],
    ['a desk', { width: 1280, height: 900 }, 'light', 'en', 4104],
  ] as const)('has nothing that axe finds, on %s', async (_, viewport, colorScheme, locale, number) => {
    const shop = await world.openShop();
    const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const look = async (name: string) => {
      const breaches = await breachesOn(page);
      expect(breaches, name).toEqual([]);
    };
    const address = await walk(page, shop, number, look);
    await page.goto(address);
    await look('9-ended');
    await context.close();
  });
});
