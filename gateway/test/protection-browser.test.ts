import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountPath } from '../src/pages/account/paths.ts';
import { evidencePhone } from '../src/shoppers/sandbox-evidence.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';

const chromium = await findChromium();
const lines = [{ name: 'Kettle', quantity: 1, unit_amount: 180_000, amount: 180_000 }];

describe.skipIf(!chromium)('protection in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  });
  afterAll(() => close?.());

  type Look = (name: string) => Promise<void>;

  async function submit(page: Page, action: string): Promise<void> {
    await page.click(`form[action$="${action}"] button`);
  }

  async function signIn(page: Page, shop: Shop, address: string, phone: string): Promise<void> {
    await page.goto(address);
    await page.fill('#phone', phone);
    await submit(page, '/phone');
    await page.fill('#code', await shop.newestCode());
    await submit(page, '/code');
  }

  /** Every form of the page, up to everything locked, with dues beside an income. */
  async function limitYourself(page: Page, shop: Shop, number: number, look: Look): Promise<void> {
    await signIn(page, shop, ownLimits(shop), evidencePhone('modest', number));
    await look('1-new');
    await page.fill('#income', '-1');
    await submit(page, '/own-limits/income');
    expect(await page.locator('[role=alert]').count()).toBe(1);
    await look('2-income-refused');
    await page.fill('#income', '6,200');
    await page.fill('#pay_day', '10');
    await submit(page, '/own-limits/income');
    await page.fill('#purchase', '800');
    await submit(page, '/own-limits/ceilings');
    await page.fill('#purchase', '');
    await submit(page, '/own-limits/ceilings');
    await page.check('form[action$="/evidence/bureau"] input[type="checkbox"]');
    await submit(page, '/evidence/bureau');
    await submit(page, '/own-limits/lock');
    await submit(page, '/own-limits/unlock');
    await look('3-set');
  }

  /** The offers with what does not fit, the warning before the button, and what falls due afterwards. */
  async function buy(page: Page, shop: Shop, number: number, look: Look): Promise<void> {
    const person = findTestPerson(`good-${number}`)!;
    const { path } = await shop.openCheckout({ lines });
    await signIn(page, shop, origin + path, person.phone);
    await page.fill('#name', person.name);
    await page.fill('#national_id', person.nationalId);
    for (const box of await page.locator('input[name="consent"]').all()) await box.check();
    await submit(page, '/about');
    await page.goto(ownLimits(shop));
    await page.fill('#income', '2300');
    await submit(page, '/own-limits/income');
    await page.goto(origin + path);
    await look('4-offers');
    await page.click('a[href$="plan=pay_in_4"]');
    expect(await page.locator('#warning-heading').count()).toBe(1);
    await look('5-warning');
    await page.check('input[value="test:ok"]');
    for (const box of await page.locator('input[type="checkbox"]').all()) await box.check();
    await submit(page, '/confirm');
    await page.goto(ownLimits(shop));
    await look('6-dues');
  }

  const ownLimits = (shop: Shop) => `${origin}${accountPath({ id: shop.environmentId })}/own-limits`;

  async function walk(context: BrowserContext, page: Page, shop: Shop, number: number, look: Look) {
    await limitYourself(page, shop, number, look);
    await context.clearCookies();
    await buy(page, shop, number, look);
  }

  test.each([
    ['en', 'light', 7301],
    ['zh-CN', 'dark', 7302],
  ] as const)('is walked on a phone, without script, in %s, %s', async (locale, colorScheme, number) => {
    const shop = await world.openShop();
    const viewport = { width: 390, height: 844 };
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport,
      locale,
      colorScheme,
      deviceScaleFactor: 2,
    });
    const complaints = listenForComplaints(context);
    const page = await context.newPage();
    await walk(context, page, shop, number, async (name) => {
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width, name).toBeLessThanOrEqual(viewport.width);
      await page.screenshot({ path: join(pictures, `protection-${locale}-${name}.png`), fullPage: true });
    });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test.each([
    ['a phone', { width: 390, height: 844 }, 'dark', 'zh-CN', 7303],
    ['a desk', { width: 1280, height: 900 }, 'light', 'en', 7304],
  ] as const)('has nothing that axe finds, on %s', async (_, viewport, colorScheme, locale, number) => {
    const shop = await world.openShop();
    const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await walk(context, page, shop, number, async (name) => {
      expect(await breachesOn(page), name).toEqual([]);
    });
    await context.close();
  });
});
