import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { connect, startEmbedded } from '@morrow/db';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../gateway/test/support/chromium.ts';
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
  type Size,
  takePicture,
} from '../merchant-demo/test/support/drive.ts';
import { type HouseShop, startHouse } from '../merchant-demo/test/support/house.ts';

/**
 * Takes the pictures of docs/screenshots: starts gateway and shop on data of their own and goes through every page,
 * once on a phone and once at a desk. The pages are English: the Chinese ones are legible only where a font has those
 * characters. Where none has, the link to them is left out of the pictures, too.
 */
const destination = resolve(import.meta.dirname, '../docs/screenshots');
const workspace = mkdtempSync(join(tmpdir(), 'morrow-screenshots-'));
const taken = join(workspace, 'taken');
const folders: Record<Size, string> = { desktop: taken, phone: join(taken, 'phone') };
const mostBytes = 400_000;

/** The name of the picture for each place on the way from the catalog to the shipped order. */
const namesOfPlaces: Record<string, string> = {
  products: 'shop-catalog',
  product: 'shop-product',
  cart: 'shop-cart',
  phone: 'checkout-phone',
  code: 'checkout-code',
  about: 'checkout-about',
  offers: 'checkout-offers',
  agreement: 'checkout-agreement',
  'agreed-ok': 'checkout-done',
  order: 'shop-order',
};

/** At a desk, of the pages the main ones only. */
const mainPages = new Set([
  'shop-catalog',
  'shop-product',
  'shop-cart',
  'shop-order',
  'checkout-offers',
  'checkout-agreement',
  'office-orders',
  'office-order',
  'office-settlement',
  'account-overview',
  'account-plan',
  'account-plan-monthly',
  'account-draws',
  'account-score',
]);

/** Where a page that goes on in the same way is cut; the agreement is whole at a desk. */
const cuts: Record<string, string> = {
  'checkout-offers': '.offer:nth-of-type(2)',
  'phone/checkout-agreement': '.agreement section:nth-of-type(1)',
  'checkout-monthly': 'form[action$="/agreement"]',
  'phone/account-agreement': '.agreement section:nth-of-type(2)',
  'office-deliveries': '.data tbody tr:nth-of-type(5)',
};

type Tour = Drive & { keep: (name: string) => Promise<void>; expireSessions: () => Promise<unknown> };

async function takeTour(
  browser: Browser,
  shop: HouseShop,
  size: Size,
  expireSessions: Tour['expireSessions'],
) {
  // Phones have fine pixels; pictures of a whole desktop would grow too large.
  const context = await openWindow(browser, size, {
    deviceScaleFactor: size === 'phone' ? 1.5 : 1,
    // The pages' own policy would keep the pictures' style out.
    bypassCSP: true,
  });
  const page = await context.newPage();
  const kept = new Set<string>();
  const keep = async (name: string): Promise<void> => {
    // Some pages come twice; the first time counts.
    if (kept.has(name) || (size === 'desktop' && !mainPages.has(name))) return;
    kept.add(name);
    await save(page, join(folders[size], `${name}.png`), cuts[`${size}/${name}`] ?? cuts[name]);
  };
  const look: Drive['look'] = async (_page, place) => {
    const name = namesOfPlaces[place];
    if (name !== undefined) await keep(name);
  };
  const tour = { page, shop, look, keep, expireSessions };
  await buySomething(tour);
  await workInOffice(tour);
  await readAccount(tour);
  await payMonthly(tour);
  await endCheckouts(tour);
  await context.close();
}

/** Two characters look the same where no font has them. */
const canWriteChinese = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  canvas.font = '20px sans-serif';
  const [first, second] = ['简', '体'].map((character) => {
    canvas.clearRect(0, 0, 40, 40);
    canvas.fillText(character, 5, 30);
    return canvas.getImageData(0, 0, 40, 40).data.join();
  });
  return first !== second;
})()`;

async function save(page: Page, path: string, cut: string | undefined): Promise<void> {
  // What Morrow's script says of a price comes a moment after the page.
  if ((await page.locator('morrow-message').count()) > 0) {
    await page.locator('morrow-message [part=text]').waitFor();
  }
  const style = (await page.evaluate<boolean>(canWriteChinese))
    ? ''
    : 'a[hreflang="zh-CN"] { visibility: hidden }';
  await takePicture(page, path, { until: cut, style });
  const { size } = statSync(path);
  console.log(`${relative(taken, path)}  ${Math.round(size / 1000)} kB`);
  if (size > mostBytes) throw new Error(`${path} is larger than ${mostBytes} bytes`);
}

async function buySomething(tour: Tour): Promise<void> {
  await fillCart(tour, ['reading-lamp', 'fog-blanket']);
  await goToCheckout(tour);
  await signIn(tour, '+8613800000001');
  await introduceOneself(tour);
  await choosePlan(tour, 'pay_in_4');
  await agree(tour, 'ok');
  await returnToShop(tour);
  await shipAndAwaitPayment(tour);
}

/** The merchant's side, with an order of which a part came back, and the settlement of that day. */
async function workInOffice({ page, shop, keep }: Tour): Promise<void> {
  const { origin, morrow } = shop;
  await page.goto(`${origin}/orders`);
  await keep('shop-orders');
  await page.goto(`${origin}/office`);
  await page.click('.data a');
  await page.fill('#refund-amount', '100');
  await page.locator('#refund-amount').press('Enter');
  await page.locator('.refund-preview').waitFor();
  await keep('office-refund-preview');
  await page.click('form[action$="/refund"] button');
  await page.locator('.figures .refunded').waitFor();
  await keep('office-order');
  await page.goto(`${origin}/office`);
  await keep('office-orders');
  await page.goto(`${origin}/office/deliveries`);
  await keep('office-deliveries');
  await page.click('.data a');
  await keep('office-event');
  await morrow.sandbox.advanceClock({ to: '2026-03-05T04:00:00.000Z' });
  await page.goto(`${origin}/office/settlements`);
  await keep('office-settlements');
  await page.click('a[href^="/office/settlements/"]');
  await keep('office-settlement');
  await page.click('a[href^="/office/payouts/"]');
  await keep('office-payout');
}

async function readAccount({ page, shop, keep }: Tour): Promise<void> {
  await page.goto(shop.accountUrl);
  await keep('account-overview');
  await page.click('.plans a');
  await keep('account-plan');
  await page.click('a[href$="/agreement"]');
  await keep('account-agreement');
  await page.click('.tabs a[href$="/score"]');
  await keep('account-score');
  await page.click('.tabs a[href$="/you"]');
  await keep('account-you');
}

/** A second purchase, with interest, and what an account shows of it: the bars, paying early, returning, borrowing. */
async function payMonthly(tour: Tour): Promise<void> {
  const { page, shop, keep } = tour;
  await fillCart(tour, ['reading-lamp', 'reading-lamp']);
  await goToCheckout(tour);
  await page.click('form[action$="/claim"] button');
  await page.locator('a[href$="plan=monthly_6"]').click();
  await keep('checkout-monthly');
  await agree({ ...tour, look: async () => {} }, 'ok');
  await returnToShop(tour);
  await page.click('form[action$="/ship"] button.primary');
  await page.goto(shop.accountUrl);
  await page.click('.plans a');
  await keep('account-plan-monthly');
  const plan = page.url();
  await page.goto(`${plan}/payment?pay=all`);
  await keep('account-payment');
  await page.goto(`${plan}/return`);
  await keep('account-return');
  await page.goto(`${shop.accountUrl}/draws`);
  await keep('account-draws');
}

/** A purchase that is too large, by the shopper who is signed in, and whose time then runs out. */
async function endCheckouts(tour: Tour): Promise<void> {
  const { page, shop, keep, expireSessions } = tour;
  await fillCart(
    tour,
    Array.from({ length: 6 }, () => 'oak-chair'),
  );
  await goToCheckout(tour);
  await keep('checkout-known');
  await page.click('form[action$="/claim"] button');
  await keep('checkout-declined');
  await expireSessions();
  await page.reload();
  await keep('checkout-expired');
  await page.goto(shop.inboxUrl);
  await keep('inbox');
}

const chromium = await findChromium();
if (!chromium) throw new Error('There is no Chromium to take pictures with.');
mkdirSync(folders.phone, { recursive: true });
const ends: (() => Promise<void>)[] = [async () => rmSync(workspace, { recursive: true })];
try {
  const database = await startEmbedded({ dataDir: join(workspace, 'data') });
  ends.push(database.stop);
  const house = await startHouse(database.url, { desktop: 'capture', phone: 'capture' });
  ends.push(() => house.close());
  const db = connect(database.url, { applicationName: 'morrow-screenshots' });
  ends.push(() => db.destroy());
  const browser = await launchChromium(chromium);
  ends.push(() => browser.close());
  // Nobody waits half an hour for a picture.
  const expireSessions = () =>
    db('checkout_sessions')
      .where('status', 'open')
      .update({ expires_at: db.raw('created_at') });
  await takeTour(browser, house.shops.phone, 'phone', expireSessions);
  await takeTour(browser, house.shops.desktop, 'desktop', expireSessions);
  // All of them are there, so none stays of a page that is gone.
  rmSync(destination, { recursive: true, force: true });
  cpSync(taken, destination, { recursive: true });
} finally {
  for (const end of ends.toReversed()) await end();
}
