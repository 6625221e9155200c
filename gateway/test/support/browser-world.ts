import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { portOf } from './browser-page.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { openPagesWorld, type PagesWorld } from './pages-world.ts';

/** The hosted pages at an address of their own, and a browser to look at them with. */
export type BrowserWorld = {
  world: PagesWorld;
  browser: Browser;
  origin: string;
  /** A folder for pictures: the one that `SCREENSHOTS` names, for who wants to look at them, or one that goes. */
  pictures: string;
  close: () => Promise<void>;
};

export async function openBrowserWorld(chromium: Chromium): Promise<BrowserWorld> {
  const world = await openPagesWorld();
  const origin = `http://127.0.0.1:${await portOf(world.server)}`;
  world.context.config.origins.api = origin;
  const browser = await launchChromium(chromium);
  const kept = process.env.SCREENSHOTS;
  const pictures = kept ?? (await mkdtemp(join(tmpdir(), 'morrow-pictures-')));
  return {
    world,
    browser,
    origin,
    pictures,
    async close() {
      await browser.close();
      if (!kept) await rm(pictures, { recursive: true, force: true });
      await world.close();
    },
  };
}
