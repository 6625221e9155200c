import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { breachesOn } from './support/axe.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import type { PagesWorld } from './support/pages-world.ts';

const chromium = await findChromium();
const phone = { width: 390, height: 844 };
const chair = [{ name: 'Chair', quantity: 1, unit_amount: 20_000, amount: 20_000 }];
const piano = [{ name: 'Stage piano', quantity: 1, unit_amount: 120_000, amount: 120_000 }];

describe.skipIf(!chromium)('plans by the month in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  });
  afterAll(() => close?.());

  /** axe-core has nothing to say, and nothing has to be scrolled sideways. */
  async function expectSound(page: Page, name: string): Promise<void> {
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    const found = await breachesOn(page);
    expect(found, name).toEqual([]);
    const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(widest, name).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  }

  test.each([
    { country: 'CN', currency: 'CNY', locale: 'zh-CN', scheme: 'dark', size: phone, number: 901 },
    { country: 'DE', currency: 'EUR', locale: 'en', scheme: 'light', size: phone, number: 902 },
    { country: 'US', currency: 'USD', locale: 'en', scheme: 'light', size: phone, number: 903 },
    {
      country: 'GB',
      currency: 'GBP',
      locale: 'zh-CN',
      scheme: 'light',
      size: { width: 1280, height: 900 },
      number: 904,
    },
  ] as const)(
    'are offered, read and agreed to in $country, in $locale',
    async ({ country, currency, locale, scheme, size, number }) => {
      const shop = await world.openShop({ country, currency, subsidies: { monthly_3: 100, monthly_6: 50 } });
      const { path } = await shop.openCheckout({ lines: currency === 'CNY' ? piano : chair });
      const context = await browser.newContext({
        bypassCSP: true,
        viewport: size,
        colorScheme: scheme,
        locale,
        deviceScaleFactor: 2,
      });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const person = findTestPerson(`good-${number}`)!;
      await page.goto(origin + path);
      await page.fill('#phone', person.phone);
      await page.click('form[action$="/phone"] button');
      await page.fill('#code', await shop.newestCode());
      await page.click('form[action$="/code"] button');
      await page.fill('#name', person.name);
      await page.fill('#national_id', person.nationalId);
      for (const box of await page.locator('input[type=checkbox]').all()) await box.check();
      await page.click('form[action$="/about"] button');
      await expectSound(page, `offers-${country}-closed`);
      for (const summary of await page.locator('.offer summary').all()) await summary.click();
      await expectSound(page, `offers-${country}`);

      await page.click('a[href$="plan=monthly_24"]');
      await page.selectOption('#day', '15');
      await page.click('.repayment-day button');
      expect(await page.locator('#day').inputValue()).toBe('15');
      expect(await page.locator('.parts tbody tr').count()).toBe(24);
      // Nothing is ticked or chosen beforehand.
      expect(await page.locator('input:checked').count()).toBe(0);
      await expectSound(page, `agreement-${country}`);
      await page.check('input[value="test:ok"]');
      for (const box of await page.locator('input[type=checkbox]').all()) await box.check();
      await page.click('form[action$="/confirm"] button');
      expect(await page.locator('.tick-mark').count()).toBe(1);
      await expectSound(page, `done-${country}`);
      await context.close();
    },
  );

  test('the code for the counter is a picture that a till of another origin can show', async () => {
    const shop = await world.openShop();
    const { path } = await shop.openCheckout({ channel: 'in_store' });
    const context = await browser.newContext({ viewport: phone });
    const page = await context.newPage();
    await page.setContent(`<img alt="" src="${origin}${path}/qr.svg">`);
    await page.waitForFunction('document.images[0].complete');
    const side = await page.evaluate<number>('document.images[0].naturalWidth');
    expect(side).toBeGreaterThan(100);
    await context.close();
  });
});
