import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inboxPath } from '../src/notifications/inbox-path.ts';
import { accountPath } from '../src/pages/account/paths.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { addMerchant, advanceTo, buy, order, pay } from './support/account-walk.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints, signInAs } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { newReader } from './support/page-reader.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';

const chromium = await findChromium();
const phone = { width: 390, height: 844 };

describe.skipIf(!chromium)('the account in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
  });
  afterAll(() => close?.());

  /** Unfolds everything, so that it is looked at, too. */
  async function openDetails(page: Page): Promise<void> {
    await page.evaluate('for (const item of document.querySelectorAll("details")) item.open = true');
  }

  async function expectSound(page: Page): Promise<void> {
    expect(await breachesOn(page)).toEqual([]);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(page.viewportSize()!.width);
  }

  /** Four plans at two shops on 20 March: one overdue, one being paid, one not shipped, one paid. */
  async function shopperWithDebts(shop: Shop, number: number): Promise<{ phone: string; planId: string }> {
    const reader = newReader(world.server, { 'Accept-Language': 'en' });
    const books = await addMerchant(shop, 'Book Barn');
    const paid = await buy(world, reader, shop, { number, amount: 4_000 });
    await pay(reader, paid.page, 'all');
    const { planId } = await buy(world, reader, shop, { number });
    await buy(world, reader, shop, { number, plan: 'pay_in_3', amount: 6_000, merchant: books });
    const late = { number, plan: 'pay_in_4', amount: 8_000, merchant: books };
    await buy(world, reader, shop, { ...late, method: 'test:insufficient_funds' });
    await order(reader, shop, { number });
    await advanceTo(world, shop, '2026-03-20');
    return { phone: findTestPerson(`good-${number}`)!.phone, planId };
  }

  test.each([
    ['en', 'light', 3001],
    ['zh-CN', 'dark', 3002],
  ] as const)(
    'a shopper looks, pays and changes the card on a phone, without script, in %s, %s',
    async (locale, colorScheme, number) => {
      const shop = await world.openShop();
      const { phone: mobile, planId } = await shopperWithDebts(shop, number);
      const context = await browser.newContext({
        javaScriptEnabled: false,
        viewport: phone,
        locale,
        colorScheme,
        deviceScaleFactor: 2,
      });
      const complaints = listenForComplaints(context);
      const page = await context.newPage();
      const shot = async (name: string) => {
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
          phone.width,
        );
        await page.screenshot({ path: join(pictures, `account-${locale}-${name}.png`), fullPage: true });
      };
      const account = origin + accountPath({ id: shop.environmentId });

      await page.goto(account);
      await shot('1-sign-in');
      await signInAs(page, shop, mobile);
      await shot('2-owed');
      await page.click('a.button >> nth=0');
      await shot('3-overdue-plan');
      await page.click('details:has(form[action$="/card"]) > summary');
      await page.check('input[value="test:declined"]');
      await page.click('form[action$="/card"] button');
      await page.click('a[href*="/payment?pay="] >> nth=0');
      await shot('4-payment');
      await page.click('form[action$="/pay"] button');
      expect(await page.locator('[role=alert]').count()).toBe(1);
      await shot('5-declined');
      await page.check('input[value="test:ok"]');
      await page.click('form[action$="/card"] button');
      expect(await page.locator('[role=status]').count()).toBe(1);
      await page.click('a[href*="/payment?pay="] >> nth=0');
      await page.click('form[action$="/pay"] button');
      expect(await page.locator('[role=status]').count()).toBe(1);
      await shot('6-paid');
      // The back button leads to a page that is fetched anew, where what is due is paid and cannot be paid again.
      await page.goBack();
      expect(await page.locator('form[action$="/pay"]').count()).toBe(0);

      await page.goto(`${account}/plans/${planId}`);
      await shot('7-plan');
      await page.click('a[href$="/agreement"]');
      await shot('8-agreement');
      await page.click('nav a[href$="/score"]');
      await shot('9-score');
      await page.click('nav a[href$="/you"]');
      await shot('10-you');
      await page.click('form[action$="/everywhere"] button');
      expect(await page.locator('#phone').count()).toBe(1);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test.each([
    ['a phone', phone, 'light', 3003],
    ['a desk', { width: 1280, height: 900 }, 'dark', 3004],
  ] as const)(
    'axe finds nothing on the pages of the account, on %s',
    async (_, viewport, colorScheme, number) => {
      const shop = await world.openShop();
      const { phone: mobile, planId } = await shopperWithDebts(shop, number);
      const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale: 'en' });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const account = origin + accountPath({ id: shop.environmentId });
      await page.goto(account);
      await expectSound(page);
      await page.fill('#phone', mobile);
      await page.click('form[action$="/phone"] button');
      await expectSound(page);
      await page.fill('#code', '000000x');
      await page.click('form[action$="/code"] button');
      await expectSound(page);
      await page.fill('#code', await shop.newestCode());
      await page.click('form[action$="/code"] button');
      await openDetails(page);
      await expectSound(page);
      await page.screenshot({ path: join(pictures, `account-${viewport.width}-owed.png`), fullPage: true });
      for (const address of ['/score', '/you', `/plans/${planId}/agreement`, `/plans/sbx`]) {
        await page.goto(account + address);
        await openDetails(page);
        await expectSound(page);
      }
      await page.goto(`${account}/plans/${planId}`);
      await openDetails(page);
      await expectSound(page);
      await page.check('input[value="test:declined"]');
      await page.click('form[action$="/card"] button');
      await expectSound(page);
      await page.click('a[href*="/payment?pay="] >> nth=0');
      await expectSound(page);
      await page.click('form[action$="/pay"] button');
      await expectSound(page);
      await page.check('input[value="test:answer_lost"]');
      await page.click('form[action$="/card"] button');
      await page.goto(`${account}/plans/${planId}/payment?sum=nothing`);
      await expectSound(page);
      await page.goto(`${account}/plans/${planId}`);
      await page.click('a[href*="/payment?pay="] >> nth=0');
      await page.click('form[action$="/pay"] button');
      await expectSound(page);
      await page.goto(origin + inboxPath(world.context.vault, shop.environmentId));
      await expectSound(page);
      await context.close();
    },
  );

  test.each([
    ['a phone', phone, 'light', 'en', 3007],
    ['a desk', { width: 1280, height: 900 }, 'dark', 'zh-CN', 3008],
  ] as const)(
    'a plan with interest is clear and paid by keyboard, on %s',
    async (_, viewport, colorScheme, locale, number) => {
      const shop = await world.openShop();
      const reader = newReader(world.server, { 'Accept-Language': 'en' });
      const { planId } = await buy(world, reader, shop, { number, plan: 'monthly_12', amount: 120_000 });
      await advanceTo(world, shop, '2026-05-11');
      const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const shot = (name: string) =>
        page.screenshot({
          path: join(pictures, `interest-${viewport.width}-${locale}-${name}.png`),
          fullPage: true,
        });
      const account = origin + accountPath({ id: shop.environmentId });
      await page.goto(account);
      await signInAs(page, shop, findTestPerson(`good-${number}`)!.phone);
      await expectSound(page);
      await shot('1-overview');
      await page.goto(`${account}/plans/${planId}`);
      await expectSound(page);
      await shot('2-plan');
      await page.focus('details:has(#sum) > summary');
      await page.keyboard.press('Enter');
      await page.focus('#sum');
      await page.keyboard.type('300.5');
      await page.keyboard.press('Enter');
      await page.waitForURL(/sum=300\.5/);
      await expectSound(page);
      await shot('3-payment');
      await page.focus('form[action$="/pay"] button');
      await page.keyboard.press('Enter');
      await page.waitForURL(/repayment=/);
      expect(await page.locator('[role=status]').count()).toBe(1);
      await expectSound(page);
      await shot('4-paid');
      await context.close();
    },
  );

  test.each([
    ['a phone', phone, 'dark', 'zh-CN', 3005],
    ['a desk', { width: 1280, height: 900 }, 'light', 'en', 3006],
  ] as const)(
    'axe finds nothing on the pages of the checkout, on %s',
    async (_, viewport, colorScheme, locale, number) => {
      const shop = await world.openShop({ firstPart: 'checkout' });
      const { path } = await shop.openCheckout();
      const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      await page.goto(origin + path);
      await expectSound(page);
      const person = findTestPerson(`good-${number}`)!;
      await page.fill('#phone', person.phone);
      await page.click('form[action$="/phone"] button');
      await expectSound(page);
      await page.fill('#code', await shop.newestCode());
      await page.click('form[action$="/code"] button');
      await expectSound(page);
      await page.fill('#name', person.name);
      await page.fill('#national_id', person.nationalId);
      for (const box of await page.locator('input[type=checkbox]').all()) await box.check();
      await page.click('form[action$="/about"] button');
      await expectSound(page);
      await page.click('a[href$="plan=pay_in_4"]');
      await expectSound(page);
      await page.check('input[value="test:insufficient_funds"]');
      await page.check('input[type=checkbox]');
      await page.click('form[action$="/confirm"] button');
      await expectSound(page);
      await page.check('input[value="test:ok"]');
      await page.click('form[action$="/confirm"] button');
      await expectSound(page);

      const { path: second } = await shop.openCheckout({
        lines: [{ name: 'Piano', quantity: 1, unit_amount: 900_000, amount: 900_000 }],
      });
      await page.goto(origin + second);
      await expectSound(page);
      await page.click('form[action$="/claim"] button');
      await expectSound(page);
      await page.goto(`${origin}/c/AAAAAAAAAAAAAAAAAAAAAA`);
      await expectSound(page);
      world.passMinutes(31);
      await page.goto(origin + second);
      await expectSound(page);
      await context.close();
    },
  );
});
