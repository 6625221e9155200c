import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { listenForComplaints, portOf, signInAs } from './support/browser-page.ts';
import { findChromium, launchChromium } from './support/chromium.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';

const chromium = await findChromium();
/** A folder in which somebody wants to look at the pictures afterwards. */
const kept = process.env.SCREENSHOTS;
const phone = { width: 390, height: 844 };

describe.skipIf(!chromium)('the hosted checkout in Chromium, without script', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let shopFront: Server;
  let browser: Browser;
  let origin: string;
  let shopOrigin: string;
  let pictures: string;

  beforeAll(async () => {
    world = await openPagesWorld();
    origin = `http://127.0.0.1:${await portOf(world.server)}`;
    world.context.config.origins.api = origin;
    shopFront = createServer((req, res) => res.end(`shop ${req.url}`));
    shopOrigin = `http://localhost:${await portOf(shopFront)}`;
    browser = await launchChromium(chromium!);
    pictures = kept ?? (await mkdtemp(join(tmpdir(), 'morrow-pages-')));
  });
  afterAll(async () => {
    await browser?.close();
    if (!kept && pictures) await rm(pictures, { recursive: true, force: true });
    shopFront?.close();
    await world?.close();
  });

  test.each([
    ['en', 'light'],
    ['zh-CN', 'dark'],
  ] as const)('a new shopper pays later on a phone, in %s, %s', async (locale, colorScheme) => {
    const shop = await world.openShop({ origin: shopOrigin, firstPart: 'checkout' });
    const { path, sessionId } = await shop.openCheckout({ reference: 'tea-2026-0042' });
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: phone,
      locale,
      colorScheme,
      deviceScaleFactor: 2,
    });
    const complaints = listenForComplaints(context);
    const page = await context.newPage();
    const shot = (name: string) =>
      page.screenshot({ path: join(pictures, `${locale}-${name}.png`), fullPage: true });

    await page.goto(origin + path);
    await expectFits(page);
    await shot('1-phone');
    await page.fill('#phone', '19912345678');
    await page.click('form[action$="/phone"] button');
    await shot('2-code');
    await page.fill('#code', '000000x');
    await page.click('form[action$="/code"] button');
    expect(await page.locator('[role=alert]').count()).toBe(1);
    await shot('3-wrong-code');
    await page.fill('#code', await shop.newestCode());
    await page.click('form[action$="/code"] button');

    // Nothing goes on with an unticked box: the browser itself refuses.
    const person = findTestPerson('good-42')!;
    await page.fill('#name', person.name);
    await page.fill('#national_id', person.nationalId);
    await page.click('form[action$="/about"] button');
    expect(await page.locator('#national_id').count()).toBe(1);
    await expectFits(page);
    await shot('4-about');
    for (const box of await page.locator('input[type=checkbox]').all()) await box.check();
    await page.click('form[action$="/about"] button');
    await expectFits(page);
    await shot('5-offers');

    await page.click('a[href$="plan=pay_in_4"]');
    await page.check('input[value="test:insufficient_funds"]');
    await page.check('input[type=checkbox]');
    await page.click('form[action$="/confirm"] button');
    expect(await page.locator('[role=alert]').count()).toBe(1);
    await expectFits(page);
    await shot('6-agreement');
    // The funder was agreed to; only the card is chosen anew.
    expect(await page.locator('input[type=checkbox]').count()).toBe(0);
    await page.check('input[value="test:ok"]');
    await page.click('form[action$="/confirm"] button');
    await expectFits(page);
    await shot('7-done');

    // The back button leads to pages that still say what is true.
    await page.goBack();
    await page.reload();
    expect(await page.locator('a[href$="/back"]').count()).toBe(1);
    await page.click('a[href$="/back"]');
    expect(page.url()).toBe(`${shopOrigin}/return?cart=7&morrow_session=${sessionId}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('leaving by a form reaches the shop, and Chromium keeps the cookies on plain http', async () => {
    const shop = await world.openShop({ origin: shopOrigin });
    const { path, sessionId } = await shop.openCheckout({
      lines: [{ name: 'Piano', quantity: 1, unit_amount: 900_000, amount: 900_000 }],
    });
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: phone, locale: 'en' });
    const complaints = listenForComplaints(context);
    const page = await context.newPage();
    await page.goto(origin + path);
    await signInAs(page, shop, '19900000001');
    const cookies = await context.cookies();
    expect(cookies.map(({ name }) => name).toSorted()).toEqual([
      '__Host-browser',
      '__Host-shopper',
      '__Secure-checkout',
    ]);
    expect(cookies.every(({ secure, httpOnly, sameSite }) => secure && httpOnly && sameSite === 'Lax')).toBe(
      true,
    );
    await page.screenshot({ path: join(pictures, 'en-8-declined.png'), fullPage: true });
    await page.click('form[action$="/leave"] button');
    expect(page.url()).toBe(`${shopOrigin}/return?cart=7&morrow_session=${sessionId}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a network that is lost while agreeing leaves one agreement, which a reload finds', async () => {
    const shop = await world.openShop({ origin: shopOrigin });
    const { path, sessionId } = await shop.openCheckout();
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: phone, locale: 'en' });
    const page = await context.newPage();
    await page.goto(origin + path);
    await signInAs(page, shop, '19900000001');
    await page.click('a[href$="plan=pay_in_4"]');
    await page.check('input[value="test:ok"]');
    for (const box of await page.locator('input[type=checkbox]').all()) await box.check();
    // The gateway gets the form; its answer never reaches the browser.
    const answered: number[] = [];
    await page.route('**/confirm', async (route) => {
      const answer = await route.fetch({ maxRedirects: 0 });
      answered.push(answer.status());
      await route.abort('internetdisconnected');
    });
    await page.click('form[action$="/confirm"] button');
    await page.waitForURL('chrome-error://chromewebdata/');
    expect(answered).toEqual([303]);
    await page.goto(origin + path);
    expect(await page.locator('a[href$="/back"]').count()).toBe(1);
    const session = await world.context.db('checkout_sessions').where({ id: sessionId }).first();
    expect(session.status).toBe('confirmed');
    const holds = await world.context.db('holds').where({ environment_id: session.environment_id });
    expect(holds).toHaveLength(1);
    await context.close();
  });

  test('the wide page shows the purchase beside the step', async () => {
    const shop = await world.openShop({ origin: shopOrigin });
    const { path } = await shop.openCheckout();
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 1280, height: 900 },
      locale: 'en',
    });
    const page = await context.newPage();
    await page.goto(origin + path);
    await signInAs(page, shop, '19900000002');
    const purchase = await page.locator('.purchase').boundingBox();
    const step = await page.locator('.step').boundingBox();
    expect(purchase!.x).toBeGreaterThan(step!.x + step!.width);
    await page.screenshot({ path: join(pictures, 'en-9-wide.png'), fullPage: true });
    await context.close();
  });
});

/** No page of ours is scrolled sideways. */
async function expectFits(page: Page): Promise<void> {
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect(width).toBeLessThanOrEqual(phone.width);
}
