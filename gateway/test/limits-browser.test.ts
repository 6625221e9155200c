import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountPath } from '../src/pages/account/paths.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { liveThroughAYear } from './support/limits-story.ts';
import type { PagesWorld } from './support/pages-world.ts';

const chromium = await findChromium();

describe.skipIf(!chromium)('limit and price in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  });
  afterAll(() => close?.());

  test.each([
    ['a phone', { width: 390, height: 844 }, 'light', 'en', 5301],
    ['a phone', { width: 390, height: 844 }, 'dark', 'zh-CN', 5302],
    ['a desk', { width: 1280, height: 900 }, 'light', 'en', 5303],
  ] as const)(
    'a raise is accepted on %s, %s, %s, %s, and axe finds nothing',
    async (_, viewport, colorScheme, locale, number) => {
      const shop = await world.openShop();
      const { phone } = findTestPerson(`good-${number}`)!;
      await liveThroughAYear(world, shop, phone);
      const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
      const complaints = listenForComplaints(context);
      const page = await context.newPage();
      const look = async (name: string) => {
        expect(await breachesOn(page), name).toEqual([]);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, name).toBeLessThanOrEqual(viewport.width);
        const path = join(pictures, `limits-${locale}-${viewport.width}-${name}.png`);
        await page.screenshot({ path, fullPage: true });
      };
      await page.goto(`${origin}${accountPath({ id: shop.environmentId })}/limits`);
      await page.fill('#phone', phone);
      await page.click('form[action$="/phone"] button');
      await page.fill('#code', await shop.newestCode());
      await page.click('form[action$="/code"] button');
      await look('1-offered');
      await page.click('button[value="accept"]');
      expect(await page.locator('[role=status]').count()).toBe(1);
      await look('2-accepted');
      expect(complaints).toEqual([]);
      await context.close();
    },
  );
});
