import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bought, order } from './support/account-walk.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { newOperator } from './support/console.ts';
import { newMember } from './support/dashboard.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';

const chromium = await findChromium();

describe.skipIf(!chromium)('questions and help in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;
  let shop: Shop;
  let bought: Bought;
  let people: Reader[];

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
    const { config } = world.context;
    // Passkeys of the readers are made at this address; their sessions are good at any.
    config.origins.api = 'http://127.0.0.1:4000';
    shop = await world.openShop();
    const shopper = newReader(world.server, { 'Accept-Language': 'en' });
    bought = await order(shopper, shop, { number: 4201 });
    const member = await newMember(world, shop, 'owner');
    const operator = await newOperator(world, ['support']);
    config.origins.api = origin;
    people = [shopper, member.reader, operator.reader];
  });
  afterAll(() => close?.());

  /** The sessions that the readers have, in this browser. */
  function bringSessions(context: BrowserContext): Promise<void> {
    const cookies = people.flatMap(({ cookies: own }) => own).filter(({ path }) => path === '/');
    return context.addCookies(
      cookies.flatMap((cookie) =>
        ['127.0.0.1', 'localhost'].map((domain) => ({ ...cookie, domain, secure: true })),
      ),
    );
  }

  test.each([
    ['a phone', { width: 390, height: 844 }, 'dark', 'zh-CN'],
    ['a desk', { width: 1280, height: 900 }, 'light', 'en'],
  ] as const)(
    'are asked, answered and read on %s, %s, %s, %s, and axe finds nothing',
    async (_, viewport, colorScheme, locale) => {
      const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
      await bringSessions(context);
      const complaints = listenForComplaints(context);
      const page = await context.newPage();
      const look = async (name: string) => {
        expect(await breachesOn(page), name).toEqual([]);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(
          viewport.width,
        );
        expect(await page.locator('[role=alert]').count(), name).toBe(0);
        const path = join(pictures, `cases-${locale}-${viewport.width}-${name}.png`);
        await page.screenshot({ path, fullPage: true });
      };
      const staff = origin.replace('127.0.0.1', 'localhost');
      await page.goto(
        `${origin}/account/${shop.environmentId}/cases/new?about=${bought.orderId}&lang=${locale}`,
      );
      await look('1-ask');
      const typed = locale === 'en' ? 'My refund has not come. 🫖' : '退款还没有到账。🫖';
      await page.fill('#subject', typed);
      await page.fill('#text', `${typed}\nשלום, איפה הכסף שלי?`);
      await page.click('form[action$="/look"] button');
      await look('2-answers');
      await page.check('input[value="all"]');
      await page.click('form[action$="/cases"] button:not([formaction])');
      await look('3-sent');
      const id = page.url().split('/').at(-1) ?? '';
      await page.goto(`${staff}/console/${shop.environmentId}/cases?lang=${locale}`);
      await look('4-queue');
      await page.click(`a[href$="${id}"]`);
      await page.click('form[action$="/take"] button');
      await page.fill('#text', 'The shop first.');
      await page.check('input[value="internal"]');
      await page.click('form[action$="/messages"] button');
      await page.fill('#text', 'Please tell us when it was sent.');
      await page.check('input[value="all"]');
      await page.selectOption('#next', 'merchant');
      await page.selectOption('#article', 'refund');
      await page.click('form[action$="/messages"] button');
      await look('5-answered');
      await page.goto(`${staff}/dashboard/cases?status=waiting&lang=${locale}`);
      await look('6-shop');
      await page.click(`a[href$="${id}"]`);
      await page.fill('#text', 'On Monday, it is on its way.');
      await page.click('form[action$="/messages"] button');
      await look('7-shop-answered');
      await page.goto(`${origin}/account/${shop.environmentId}/cases/${id}`);
      expect(await page.locator('ol.messages > li').count()).toBe(3);
      await look('8-read');
      await page.goto(`${origin}/account/${shop.environmentId}/cases`);
      await look('9-mine');
      await page.goto(`${origin}/help?q=${locale === 'en' ? 'refund' : encodeURIComponent('退款')}`);
      await look('a-help');
      await page.click('a[href="/help/late"]');
      await look('b-article');
      expect(complaints).toEqual([]);
      await context.close();
    },
  );
});
