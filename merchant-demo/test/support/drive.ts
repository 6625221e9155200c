import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { HouseShop } from './house.ts';

/** One shopper in a browser of their own. `look` is called at each place that is worth a picture. */
export type Drive = { page: Page; shop: HouseShop; look: (name: string) => Promise<unknown> };

export const sizes = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 900 } },
} as const;

export type Size = keyof typeof sizes;

const patienceMs = 10_000;

/** A window without history. */
export async function openWindow(
  browser: Browser,
  size: Size,
  deviceScaleFactor = 1,
): Promise<BrowserContext> {
  const context = await browser.newContext({ ...sizes[size], locale: 'en', deviceScaleFactor });
  context.setDefaultTimeout(patienceMs);
  return context;
}

/** The whole page, or its upper part down to the first `until`. */
export async function takePicture(page: Page, path: string, until?: string): Promise<void> {
  // What sticks to the window would else be where the last click was.
  await page.evaluate('scrollTo(0, 0)');
  const box = until === undefined ? null : await page.locator(until).first().boundingBox();
  const margin = 16;
  const clip = box && { x: 0, y: 0, width: page.viewportSize()!.width, height: box.y + box.height + margin };
  await page.screenshot({ path, fullPage: true, animations: 'disabled', ...(clip && { clip }) });
}

/** From the catalog over each product's page into the cart. */
export async function fillCart({ page, shop, look }: Drive, productIds: readonly string[]): Promise<void> {
  for (const id of productIds) {
    await page.goto(shop.origin);
    await look('products');
    await page.click(`a[href="/products/${id}"]`);
    await look('product');
    await page.click('form[action="/cart"] button');
  }
  await look('cart');
}

export async function goToCheckout({ page, look }: Drive): Promise<void> {
  await page.click('form[action="/checkout"] button');
  await look('phone');
}

/** Signs in with the code that the shop's sandbox has sent. */
export async function signIn({ page, shop, look }: Drive, phone: string): Promise<void> {
  await page.fill('#phone', phone);
  await page.click('form[action$="/phone"] button');
  await look('code');
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
  await look('about');
  await page.click('form[action$="/about"] button');
  await look('offers');
}

export async function choosePlan({ page, look }: Drive, code: string): Promise<void> {
  await page.click(`a[href$="plan=${code}"]`);
  await look('agreement');
}

/** Agrees, to be paid with a test method. Whether that is done, the page says. */
export async function agree({ page, look }: Drive, method: string): Promise<void> {
  await page.check(`input[value="test:${method}"]`);
  await checkAll(page);
  await page.click('form[action$="/confirm"] button');
  await look(`agreed-${method}`);
}

async function checkAll(page: Page): Promise<void> {
  for (const box of await page.locator('input[type=checkbox]').all()) await box.check();
}

export async function returnToShop({ page, look }: Drive): Promise<void> {
  await page.click('a[href$="/back"]');
  await look('order-authorized');
}

/** Ships the whole order from its page, and reloads that until the first installment is paid. */
export async function shipAndAwaitPayment(drive: Drive): Promise<void> {
  const { page, look } = drive;
  await page.click('form[action$="/ship"] button.primary');
  await look('order-shipped');
  const end = performance.now() + patienceMs;
  while ((await statesOf(drive))[0] !== 'Paid') {
    if (performance.now() > end) throw new Error('the first installment was not paid in time');
    await sleep(100);
    await page.reload();
  }
  await look('order');
}

/** What the order's page says of each payment. */
export function statesOf({ page }: Drive): Promise<string[]> {
  return page.locator('.schedule tbody td:nth-child(3)').allTextContents();
}
