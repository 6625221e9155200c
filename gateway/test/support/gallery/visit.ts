import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import type { GalleryPage } from './pages.ts';

/** Phones for shoppers; members, operators and developers sit at a desk more often. */
export const phone = { width: 390, height: 844 };
export const desk = { width: 1200, height: 900 };

export const viewportOf = ({ group }: GalleryPage): { width: number; height: number } =>
  group === 'checkout' || group === 'account' ? phone : desk;

/** A window of its own with the sessions of whoever looks at this page. */
export async function openAs(
  browser: Browser,
  { reader }: GalleryPage,
  options: BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(30_000);
  const cookies = (reader?.cookies ?? []).flatMap((cookie) =>
    ['127.0.0.1', 'localhost'].map((domain) => ({ ...cookie, domain, secure: true })),
  );
  await context.addCookies(cookies);
  return context;
}
