import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { enforce, velocityRule } from './support/fraud.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';

const chromium = await findChromium();

describe.skipIf(!chromium)('a code for a purchase in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  });
  afterAll(() => close?.());

  /** A new shopper at the step that asks for a code; `look` sees each state of it on the way to a wrong answer. */
  async function walk(
    page: Page,
    { shop, number }: { shop: Shop; number: number },
    look: (name: string) => Promise<void>,
  ): Promise<{ address: string; code: string }> {
    await enforce(shop, velocityRule({ over: 0 }));
    const { path } = await shop.openCheckout();
    const person = findTestPerson(`good-${number}`)!;
    await page.goto(origin + path);
    await page.fill('#phone', person.phone);
    await page.click('form[action$="/phone"] button');
    await page.fill('#code', await shop.newestCode());
    await page.click('form[action$="/code"] button');
    await page.fill('#name', person.name);
    await page.fill('#national_id', person.nationalId);
    for (const box of await page.locator('input[name="consent"]').all()) await box.check();
    await page.click('form[action$="/about"] button');
    await look('1-asked');
    await page.click('form[action$="/challenge/send"] button');
    const code = await shop.newestCode();
    await page.click('summary');
    await look('2-sent');
    await page.fill('#code', code === '000000' ? '111111' : '000000');
    await page.click('form[action$="/challenge"] button');
    expect(await page.locator('[role=alert]').count()).toBe(1);
    await look('3-wrong');
    return { address: origin + path, code };
  }

  test.each([
    ['en', 'light', 4201],
    ['zh-CN', 'dark', 4202],
  ] as const)(
    'is answered on a phone, without script, in %s, %s, in a second tab and with the back button',
    async (locale, colorScheme, number) => {
      const viewport = { width: 390, height: 844 };
      const context = await browser.newContext({ javaScriptEnabled: false, viewport, locale, colorScheme });
      const complaints = listenForComplaints(context);
      const page = await context.newPage();
      const shop = await world.openShop();
      const { address, code } = await walk(page, { shop, number }, async (name) => {
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, name).toBeLessThanOrEqual(viewport.width);
        await page.screenshot({ path: join(pictures, `fraud-${locale}-${name}.png`), fullPage: true });
      });
      const second = await context.newPage();
      await second.goto(address);
      await second.fill('#code', code);
      await second.click('form[action$="/challenge"] button');
      expect(await second.locator('form[action$="/challenge"]').count()).toBe(0);
      // The first tab still shows the form; sent once more, it leads on, and so does going back and loading again.
      await page.fill('#code', code);
      await page.click('form[action$="/challenge"] button');
      expect(await page.locator('a[href*="plan=pay_in_4"]').count()).toBeGreaterThan(0);
      await page.goBack();
      await page.reload();
      expect(await page.locator('form[action$="/challenge"]').count()).toBe(0);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test.each([
    ['a phone', { width: 390, height: 844 }, 'dark', 'zh-CN', 4203],
    ['a desk', { width: 1280, height: 900 }, 'light', 'en', 4204],
  ] as const)('has nothing that axe finds, on %s', async (_, viewport, colorScheme, locale, number) => {
    const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
    const page = await context.newPage();
    const look = async (name: string) => expect(await breachesOn(page), name).toEqual([]);
    await walk(page, { shop: await world.openShop(), number }, look);
    await context.close();
  });
});
