import type { TestDatabase } from '@morrow/db/testing';
import type { Browser, Page } from 'playwright-core';
import {
  agree,
  choosePlan,
  type Drive,
  fillCart,
  goToCheckout,
  introduceOneself,
  openWindow,
  returnToShop,
  shipAndAwaitPayment,
  signIn,
} from '../../merchant-demo/test/support/drive.ts';
import { type HouseShop, startHouse } from '../../merchant-demo/test/support/house.ts';
import { locales, takeBoth } from './picture.ts';

/** The pages of the shop on the way from the catalog to the shipped order. */
const places: Record<string, string> = {
  products: 'shop-catalog',
  product: 'shop-product',
  cart: 'shop-cart',
  order: 'shop-order',
};

type Tour = Drive & { keep: (name: string) => Promise<void> };

/** Buys, ships and refunds in the demo shop once in each language, in a shop of its own, and takes its pages. */
export async function takeShop(
  browser: Browser,
  { database, folder }: { database: TestDatabase; folder: string },
): Promise<void> {
  const house = await startHouse(database.url, { en: 'capture', 'zh-CN': 'capture' });
  try {
    for (const locale of locales) await tour(browser, house.shops[locale], { locale, folder });
  } finally {
    await house.close();
  }
}

async function tour(
  browser: Browser,
  shop: HouseShop,
  { locale, folder }: { locale: string; folder: string },
): Promise<void> {
  const context = await openWindow(browser, 'phone', { locale, deviceScaleFactor: 1 });
  const page = await context.newPage();
  const kept = new Set<string>();
  const keep = async (name: string): Promise<void> => {
    // Some pages come twice; the first time counts.
    if (kept.has(name)) return;
    kept.add(name);
    await settle(page);
    await takeBoth(page, folder, name, locale);
  };
  const look: Drive['look'] = async (_page, place) => {
    const name = places[place];
    if (name !== undefined) await keep(name);
  };
  const drive = { page, shop, look, keep };
  await buySomething(drive);
  await workInOffice(drive);
  await context.close();
}

/** What Morrow's script says of a price comes a moment after the page. */
async function settle(page: Page): Promise<void> {
  if ((await page.locator('morrow-message').count()) > 0)
    await page.locator('morrow-message [part=text]').waitFor();
}

async function buySomething(drive: Tour): Promise<void> {
  await fillCart(drive, ['reading-lamp', 'fog-blanket']);
  await goToCheckout(drive);
  await signIn(drive, '+8613800000001');
  await introduceOneself(drive);
  await choosePlan(drive, 'pay_in_4');
  await agree(drive, 'ok');
  await returnToShop(drive);
  await shipAndAwaitPayment(drive);
}

/** The merchant's side, with an order of which a part came back, and the settlement of that day. */
async function workInOffice({ page, shop, keep }: Tour): Promise<void> {
  const { origin, morrow } = shop;
  await page.goto(`${origin}/office`);
  await keep('shop-office');
  await page.click('.data a');
  await page.fill('#refund-amount', '100');
  await page.locator('#refund-amount').press('Enter');
  await page.locator('.refund-preview').waitFor();
  await keep('shop-office-refund');
  await page.click('form[action$="/refund"] button');
  await page.locator('.figures .refunded').waitFor();
  await keep('shop-office-order');
  await page.goto(`${origin}/office/deliveries`);
  await keep('shop-office-deliveries');
  await morrow.sandbox.advanceClock({ to: '2026-03-05T04:00:00.000Z' });
  await page.goto(`${origin}/office/settlements`);
  await page.click('a[href^="/office/settlements/"]');
  await keep('shop-office-settlement');
}
