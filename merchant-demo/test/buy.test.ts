import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { findChromium, launchChromium } from '../../gateway/test/support/chromium.ts';
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
  sizes,
  type Size,
  statesOf,
  takePicture,
} from './support/drive.ts';
import { type House, startHouse } from './support/house.ts';

// A browser, a gateway and two shops share one machine.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const chromium = await findChromium();

describe.skipIf(!chromium)('buying in Chromium', () => {
  let database: TestDatabase;
  let house: House<'after' | 'before'>;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let complaints: string[];
  /** A folder, for whoever wants to see what the tests saw. */
  const pictures = process.env.PICTURES;

  beforeAll(async () => {
    database = await freshDatabase();
    house = await startHouse(database.url, { after: 'capture', before: 'checkout' });
    browser = await launchChromium(chromium!);
  });
  afterEach(() => context?.close());
  afterAll(async () => {
    await browser?.close();
    await house?.close();
    await database?.drop();
  });

  async function start(shop: keyof House<'after' | 'before'>['shops'], size: Size): Promise<Drive> {
    context = await openWindow(browser, size);
    complaints = [];
    context.on('console', (message) => void complaints.push(message.text()));
    context.on('response', (answer) => {
      if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`);
    });
    const page = await context.newPage();
    let looks = 0;
    const look = async (name: string) => {
      looks += 1;
      const number = String(looks).padStart(2, '0');
      if (pictures !== undefined) {
        await takePicture(page, join(pictures, `${shop}-${size}-${number}-${name}.png`));
      }
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width, `${name} is as wide as the window`).toBeLessThanOrEqual(sizes[size].viewport.width);
    };
    return { page, shop: house.shops[shop], look };
  }

  const heading = ({ page }: Drive) => page.locator('h1').textContent();

  test.each([
    ['phone', '+8613800000001'],
    ['desktop', '+8613800000002'],
  ] as const)(
    'a new shopper buys on a %s, from the product to the paid first installment',
    async (size, phone) => {
      const drive = await start('after', size);
      const { page, shop } = drive;
      await fillCart(drive, ['reading-lamp', 'fog-blanket']);
      await goToCheckout(drive);
      await signIn(drive, phone);
      await introduceOneself(drive);
      await choosePlan(drive, 'pay_in_4');
      await agree(drive, 'ok');
      await returnToShop(drive);

      expect(page.url()).toMatch(new RegExp(`^${shop.origin}/orders/LL-`));
      expect(await heading(drive)).toBe('Thank you. Your order is in.');
      expect(await statesOf(drive)).toEqual(['Planned', 'Planned', 'Planned', 'Planned']);
      expect(await page.locator('.top .count').count()).toBe(0);

      await shipAndAwaitPayment(drive);
      expect(await heading(drive)).toBe('Your order is on its way.');
      expect(await statesOf(drive)).toEqual(['Paid', 'Scheduled', 'Scheduled', 'Scheduled']);
      expect(await page.locator('.schedule tbody td:nth-child(2)').allTextContents()).toEqual(
        Array.from({ length: 4 }, () => '¥242.25'),
      );
      expect(complaints).toEqual([]);
    },
  );

  test('who leaves the checkout finds the cart as it was, and can go again', async () => {
    const drive = await start('after', 'phone');
    const { page, shop } = drive;
    await fillCart(drive, ['dawn-mug', 'dawn-mug']);
    await goToCheckout(drive);
    await signIn(drive, '+8613800000003');
    await page.click('form[action$="/leave"] button');
    await drive.look('left');
    expect(page.url()).toBe(`${shop.origin}/cart?notice=canceled`);
    expect(await page.locator('.notice').textContent()).toContain('The checkout was canceled.');
    expect(await page.locator('.line .quantity span').allTextContents()).toEqual(['2']);
    expect(await page.locator('.sums .total dd').textContent()).toBe('¥136.00');

    await goToCheckout(drive);
    expect(new URL(page.url()).pathname).toMatch(/^\/c\//);
    expect(complaints).toEqual([]);
  });

  test('a card that is declined is changed for another, and the down payment is on the order', async () => {
    const drive = await start('before', 'desktop');
    const { page } = drive;
    await fillCart(drive, ['reading-lamp']);
    await goToCheckout(drive);
    await signIn(drive, '+8613800000004');
    await introduceOneself(drive);
    await choosePlan(drive, 'pay_in_4');
    await agree(drive, 'declined');
    expect(await page.locator('[role=alert]').count()).toBe(1);

    await agree(drive, 'ok');
    await returnToShop(drive);
    expect(await heading(drive)).toBe('Thank you. Your order is in.');
    // 329.00 in four: a quarter with the order, which has no date, and three on dates.
    expect(await statesOf(drive)).toEqual(['Down payment', 'Planned', 'Planned', 'Planned']);
    expect(complaints).toEqual([]);
  });
});
