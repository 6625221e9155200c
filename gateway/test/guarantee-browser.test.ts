import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountPath } from '../src/pages/account/paths.ts';
import { advanceTo } from './support/account-walk.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';
import { establish, personOf } from './support/vouching.ts';

const chromium = await findChromium();

describe.skipIf(!chromium)('vouching in Chromium', { timeout: 300_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  }, 300_000);
  afterAll(() => close?.());

  async function signIn(page: Page, shop: Shop, address: string, number: number): Promise<void> {
    await page.goto(address);
    await page.fill('#phone', personOf(number).phone);
    await page.click('form[action$="/phone"] button');
    await page.fill('#code', await shop.newestCode());
    await page.click('form[action$="/code"] button');
  }

  async function prove(page: Page, number: number): Promise<void> {
    await page.fill('#name', personOf(number).name);
    await page.fill('#national_id', personOf(number).nationalId);
    for (const box of await page.locator('input[name="consent"]').all()) await box.check();
    await page.click('form[action$="/identity"] button');
  }

  type Look = (page: Page, name: string) => Promise<void>;

  /** Offers, reads, accepts, and looks at it from both sides. */
  async function walk(
    pages: { guarantor: Page; friend: Page },
    shop: Shop,
    numbers: [number, number],
    look: Look,
  ) {
    const { guarantor, friend } = pages;
    const [mine, theirs] = numbers;
    const account = `${origin}${accountPath({ id: shop.environmentId })}`;
    await signIn(guarantor, shop, `${account}/guarantees`, mine);
    await look(guarantor, '1-first');
    await guarantor.fill('#sum', '3');
    await guarantor.check('input[name="months"][value="6"]');
    await guarantor.click('form[method="get"] button');
    expect(await guarantor.locator('[role=alert]').count()).toBe(1);
    await guarantor.fill('#sum', '1500');
    await guarantor.check('input[name="months"][value="6"]');
    await guarantor.click('form[method="get"] button');
    await look(guarantor, '2-identity');
    await prove(guarantor, mine);
    await look(guarantor, '3-read');
    await guarantor.fill('#phone', personOf(theirs).phone);
    await guarantor.check('input[value="test:ok"]');
    await guarantor.check('input[name="declaration"]');
    await guarantor.click('form[action$="/offer"] button');
    await look(guarantor, '4-offered');

    await signIn(friend, shop, `${account}/guarantees`, theirs);
    await look(friend, '5-waiting');
    await friend.click('a.button[href*="/gua_"]');
    await look(friend, '6-offer');
    await friend.click('a.button[href$="/accept"]');
    await prove(friend, theirs);
    await look(friend, '7-accept');
    await friend.check('input[name="declaration"]');
    await friend.click('form[action$="/accept"] button');
    await look(friend, '8-accepted');

    await advanceTo(world, shop, '2026-05-19');
    await guarantor.goto(`${account}/guarantees`);
    await look(guarantor, '9-active');
    await guarantor.click('h2 a[href*="/gua_"]');
    await look(guarantor, '10-one');
    await guarantor.click('form[action$="/end"] button');
    await look(guarantor, '11-ended');
    await guarantor.goto(account);
    await look(guarantor, '12-account');
  }

  test.each([
    ['en', 'light', [6201, 6202]],
    ['zh-CN', 'dark', [6203, 6204]],
  ] as const)(
    'is offered and accepted on a phone, without script, in %s, %s',
    async (locale, scheme, numbers) => {
      const shop = await world.openShop();
      await establish(world, shop, numbers[0]);
      const viewport = { width: 390, height: 844 };
      const options = {
        javaScriptEnabled: false,
        viewport,
        locale,
        colorScheme: scheme,
        deviceScaleFactor: 2,
      } as const;
      const [first, second] = [await browser.newContext(options), await browser.newContext(options)];
      const complaints = [...listenForComplaints(first), ...listenForComplaints(second)];
      const look: Look = async (page, name) => {
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, name).toBeLessThanOrEqual(viewport.width);
        await page.screenshot({ path: join(pictures, `guarantee-${locale}-${name}.png`), fullPage: true });
      };
      await walk(
        { guarantor: await first.newPage(), friend: await second.newPage() },
        shop,
        [...numbers],
        look,
      );
      expect(complaints).toEqual([]);
      await first.close();
      await second.close();
    },
  );

  test.each([
    ['a phone', { width: 390, height: 844 }, 'dark', 'zh-CN', [6205, 6206]],
    ['a desk', { width: 1280, height: 900 }, 'light', 'en', [6207, 6208]],
  ] as const)('has nothing that axe finds, on %s', async (_, viewport, colorScheme, locale, numbers) => {
    const shop = await world.openShop();
    await establish(world, shop, numbers[0]);
    const options = { bypassCSP: true, viewport, colorScheme, locale } as const;
    const [first, second] = [await browser.newContext(options), await browser.newContext(options)];
    const look: Look = async (page, name) => expect(await breachesOn(page), name).toEqual([]);
    await walk(
      { guarantor: await first.newPage(), friend: await second.newPage() },
      shop,
      [...numbers],
      look,
    );
    await first.close();
    await second.close();
  });
});
