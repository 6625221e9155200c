import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbedded } from '@morrow/db';
import type { Browser } from 'playwright-core';
import { findChromium, launchChromium } from '../gateway/test/support/chromium.ts';
import {
  agree,
  choosePlan,
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
 * Takes the pictures of docs/screenshots: starts gateway and shop on data of their own and buys twice, on a phone and
 * at a desk. The link to the Chinese pages is legible only where a font has those characters.
 */
const folder = resolve(import.meta.dirname, '../docs/screenshots');
const mostBytes = 400_000;

/** What is looked at on the way, at which size, under which name it is kept, and where a long page is cut. */
const pictures: readonly { at: string; size: Size; name: string; until?: string }[] = [
  { at: 'products', size: 'desktop', name: 'shop-products' },
  { at: 'cart', size: 'desktop', name: 'shop-cart' },
  { at: 'phone', size: 'phone', name: 'checkout-phone' },
  { at: 'offers', size: 'desktop', name: 'checkout-offers', until: '.offer:nth-of-type(2)' },
  { at: 'agreement', size: 'phone', name: 'checkout-agreement', until: '.agreement section:nth-of-type(2)' },
  { at: 'agreed-ok', size: 'phone', name: 'checkout-done' },
  { at: 'order', size: 'desktop', name: 'shop-order' },
];

async function buy(browser: Browser, shop: HouseShop, size: Size, phone: string): Promise<void> {
  // Phones have fine pixels; a picture of a whole desktop would grow too large.
  const context = await openWindow(browser, size, size === 'phone' ? 2 : 1);
  const page = await context.newPage();
  const wanted = pictures.filter((picture) => picture.size === size);
  const look = async (at: string): Promise<void> => {
    const index = wanted.findIndex((picture) => picture.at === at);
    // Some pages come twice; the first time counts.
    const [picture] = index < 0 ? [] : wanted.splice(index, 1);
    if (picture) await keep(picture.name, (path) => takePicture(page, path, picture.until));
  };
  const drive = { page, shop, look };
  await fillCart(drive, ['reading-lamp', 'fog-blanket']);
  await goToCheckout(drive);
  await signIn(drive, phone);
  await introduceOneself(drive);
  await choosePlan(drive, 'pay_in_4');
  await agree(drive, 'ok');
  await returnToShop(drive);
  await shipAndAwaitPayment(drive);
  if (wanted.length > 0) throw new Error(`not seen on the way: ${wanted.map(({ at }) => at).join(', ')}`);
  await context.close();
}

async function keep(name: string, take: (path: string) => Promise<void>): Promise<void> {
  const path = join(folder, `${name}.png`);
  await take(path);
  const { size } = statSync(path);
  console.log(`${path}  ${Math.round(size / 1000)} kB`);
  if (size > mostBytes) throw new Error(`${name}.png is larger than ${mostBytes} bytes`);
}

const chromium = await findChromium();
if (!chromium) throw new Error('There is no Chromium to take pictures with.');
mkdirSync(folder, { recursive: true });
const dataDir = mkdtempSync(join(tmpdir(), 'morrow-screenshots-'));
const ends: (() => Promise<void>)[] = [async () => rmSync(dataDir, { recursive: true })];
try {
  const database = await startEmbedded({ dataDir });
  ends.push(database.stop);
  const house = await startHouse(database.url, { shop: 'capture' });
  ends.push(() => house.close());
  const browser = await launchChromium(chromium);
  ends.push(() => browser.close());
  await buy(browser, house.shops.shop, 'desktop', '+8613800000001');
  await buy(browser, house.shops.shop, 'phone', '+8613800000002');
} finally {
  for (const end of ends.toReversed()) await end();
}
