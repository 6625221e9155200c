import { join } from 'node:path';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Chromium, launchChromium } from '../../../gateway/test/support/chromium.ts';
import { type Drive, openWindow, type Size, takePicture } from './drive.ts';
import { type FirstPart, type House, startHouse } from './house.ts';

/** A drive, with what the browser complained about: its console, and answers that refuse something. */
export type Shopping = Drive & { complaints: string[] };

/** A folder, for whoever wants to see what the tests saw. */
const pictures = process.env.PICTURES;

/**
 * A gateway, shops and a browser for the tests of a file. Returns how a shopper enters a shop, in a browser that knows
 * nothing; it ends with the test.
 */
export function openShops<Name extends string>(
  chromium: Chromium | undefined,
  wanted: Record<Name, FirstPart>,
) {
  let database: TestDatabase;
  let house: House<Name>;
  let browser: Browser;
  let context: BrowserContext | undefined;

  beforeAll(async () => {
    database = await freshDatabase();
    house = await startHouse(database.url, wanted);
    browser = await launchChromium(chromium!);
  });
  afterEach(() => context?.close());
  afterAll(async () => {
    await browser?.close();
    await house?.close();
    await database?.drop();
  });

  return async function enter(
    name: Name,
    size: Size,
    options: BrowserContextOptions = {},
  ): Promise<Shopping> {
    context = await openWindow(browser, size, options);
    const complaints: string[] = [];
    context.on('console', (message) => void complaints.push(message.text()));
    context.on('response', (answer) => {
      if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`);
    });
    let looks = 0;
    const look: Drive['look'] = async (page, place) => {
      looks += 1;
      const number = String(looks).padStart(2, '0');
      const { locale = 'en' } = options;
      if (pictures !== undefined) {
        await takePicture(page, join(pictures, `${name}-${size}-${locale}-${number}-${place}.png`));
      }
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width, `${place} is as wide as the window`).toBeLessThanOrEqual(page.viewportSize()!.width);
    };
    return { page: await context.newPage(), shop: house.shops[name], look, complaints };
  };
}
