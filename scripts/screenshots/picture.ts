import { join } from 'node:path';
import type { Page } from 'playwright-core';

export const locales = ['en', 'zh-CN'] as const;
export const schemes = ['light', 'dark'] as const;

/** All pictures together: who clones the project gets them, too. */
export const mostBytes = 15_000_000;

/** A page that goes on is cut here: what comes further down looks the same. */
const furthest = { phone: 1_300, desk: 900 };

/** The file of a picture in the folder of all: `en/account-plan-dark.webp`. */
export function fileOf(name: string, locale: string, scheme: string): string {
  return `${locale}/${name}${scheme === 'dark' ? '-dark' : ''}.webp`;
}

/** Takes what stands in the window in both colour schemes, from its top on. */
export async function takeBoth(page: Page, folder: string, name: string, locale: string): Promise<void> {
  const { width } = page.viewportSize()!;
  const whole = await page.evaluate<number>('document.documentElement.scrollHeight');
  const height = Math.min(whole, width < 600 ? furthest.phone : furthest.desk);
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({
      path: join(folder, fileOf(name, locale, colorScheme)),
      type: 'webp',
      quality: 40,
      fullPage: true,
      clip: { x: 0, y: 0, width, height },
      animations: 'disabled',
    });
  }
}
