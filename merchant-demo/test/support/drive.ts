import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { HouseShop } from './house.ts';

/** One shopper in a browser of their own. `look` is called at each place that is worth a picture. */
export type Drive = { page: Page; shop: HouseShop; look: (page: Page, name: string) => Promise<unknown> };

export const sizes = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 900 } },
} as const;

export type Size = keyof typeof sizes;

const patienceMs = 10_000;

/** A window without history, which speaks English unless `options` say otherwise. */
export async function openWindow(
  browser: Browser,
  size: Size,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ ...sizes[size], locale: 'en', ...options });
  context.setDefaultTimeout(patienceMs);
  return context;
}

/** The whole page, or its upper part down to the first `until`; `style` is CSS for the picture only. */
export async function takePicture(
  page: Page,
  path: string,
  { until, style = '' }: { until?: string | undefined; style?: string } = {},
): Promise<void> {
  // What sticks to the window would else be where the last click was.
  await page.evaluate('scrollTo(0, 0)');
  const box = until === undefined ? null : await page.locator(until).first().boundingBox();
  const margin = 16;
  const clip = box && { x: 0, y: 0, width: page.viewportSize()!.width, height: box.y + box.height + margin };
  await page.screenshot({ path, fullPage: true, animations: 'disabled', style, ...(clip && { clip }) });
}

/** From the catalog over each product's page into the cart. */
export async function fillCart({ page, shop, look }: Drive, productIds: readonly string[]): Promise<void> {
  for (const id of productIds) {
    await page.goto(shop.origin);
    await look(page, 'products');
    await page.click(`a[href="/products/${id}"]`);
    await look(page, 'product');
    await page.click('form[action="/cart"] button');
    // Whoever leaves before the answer has come may have put nothing in.
    await page.waitForURL(`${shop.origin}/cart`);
  }
  await look(page, 'cart');
}

/** Opens the checkout in place of the cart. */
export async function goToCheckout({ page, look }: Drive): Promise<void> {
  await page.click('form[action="/checkout"] > button');
  await look(page, 'phone');
}

/** Opens the checkout in a window, by Morrow's own button. Returns the drive in that window. */
export async function openCheckoutWindow(drive: Drive): Promise<Drive> {
  const { page, look } = drive;
  await page.check('input[name="mode"][value="window"]');
  await look(page, 'cart-window');
  const [window] = await Promise.all([page.waitForEvent('popup'), page.click('morrow-button')]);
  await window.waitForURL(/\/c\//);
  await look(window, 'window');
  return { ...drive, page: window };
}

/** Signs in with the code that the shop's sandbox has sent. */
export async function signIn({ page, shop, look }: Drive, phone: string): Promise<void> {
  await page.fill('#phone', phone);
  await page.click('form[action$="/phone"] button');
  await look(page, 'code');
  await page.fill('#code', await newestCode(shop, phone));
  await page.click('form[action$="/code"] button');
}

async function newestCode({ morrow }: HouseShop, phone: string): Promise<string> {
  for await (const { recipient, body } of morrow.sandbox.inbox()) {
    const [code] = /\d{6}/.exec(body) ?? [];
    if (recipient === phone && code !== undefined) return code;
  }
  throw new Error(`no code was sent to ${phone}`);
}

/** Is the test person whom the page names first, and agrees to what it asks for. */
export async function introduceOneself({ page, look }: Drive): Promise<void> {
  const person = page.locator('.test tbody tr').first();
  await page.fill('#name', (await person.locator('th').textContent()) ?? '');
  await page.fill('#national_id', (await person.locator('code').textContent()) ?? '');
  await checkAll(page);
  await look(page, 'about');
  await page.click('form[action$="/about"] button');
}

/** Takes one of the plans that are offered. */
export async function choosePlan({ page, look }: Drive, code: string): Promise<void> {
  const plan = page.locator(`a[href$="plan=${code}"]`);
  await plan.waitFor();
  await look(page, 'offers');
  await plan.click();
  await look(page, 'agreement');
}

/** Agrees, to be paid with a test method. Whether that is done, the page says. */
export async function agree(drive: Drive, method: string): Promise<void> {
  await confirm(drive, method);
  await drive.look(drive.page, `agreed-${method}`);
}

/** Agrees in a window, which closes as soon as the shop's page knows. */
export async function agreeInWindow(drive: Drive, method: string): Promise<void> {
  await Promise.all([drive.page.waitForEvent('close'), confirm(drive, method)]);
}

async function confirm({ page }: Drive, method: string): Promise<void> {
  await page.check(`input[value="test:${method}"]`);
  await checkAll(page);
  await page.click('form[action$="/confirm"] button');
}

async function checkAll(page: Page): Promise<void> {
  for (const box of await page.locator('input[type=checkbox]').all()) await box.check();
}

export async function returnToShop({ page, look }: Drive): Promise<void> {
  await page.click('a[href$="/back"]');
  await look(page, 'order-authorized');
}

/** From the catalog to an order that is not shipped yet, as a shopper whom the sandbox knows, in four payments. */
export async function buyAsKnown(drive: Drive, phone: string, productIds: readonly string[]): Promise<void> {
  await fillCart(drive, productIds);
  await goToCheckout(drive);
  await signIn(drive, phone);
  await choosePlan(drive, 'pay_in_4');
  await agree(drive, 'ok');
  await returnToShop(drive);
}

/** Ships the whole order from its page, and reloads that until the first installment is paid. */
export async function shipAndAwaitPayment({ page, look }: Drive): Promise<void> {
  await page.click('form[action$="/ship"] button.primary');
  await look(page, 'order-shipped');
  const end = performance.now() + patienceMs;
  while ((await page.locator('.schedule tbody tr.paid').count()) === 0) {
    if (performance.now() > end) throw new Error('the first installment was not paid in time');
    await sleep(100);
    await page.reload();
  }
  await look(page, 'order');
}

/** What the order's page says of each payment: `¥242.25 Paid`. */
export async function paymentsOf({ page }: Drive): Promise<string[]> {
  const rows = await page.locator('.schedule tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));
  return cells.map(([, amount, state]) => `${amount} ${state}`);
}
