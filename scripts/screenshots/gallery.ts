import type { TestDatabase } from '@morrow/db/testing';
import type { Browser } from 'playwright-core';
import { addressOf, type Gallery, openGallery } from '../../gateway/test/support/gallery/open.ts';
import type { GalleryPage } from '../../gateway/test/support/gallery/pages.ts';
import { openAs, viewportOf } from '../../gateway/test/support/gallery/visit.ts';
import { locales, takeBoth } from './picture.ts';

/** So many windows at once. */
const windows = 3;

type Order = { database: TestDatabase; folder: string; wanted: (name: string) => boolean };

/** Takes every page of the gateway whose name is wanted. */
export async function takeGallery(browser: Browser, { database, folder, wanted }: Order): Promise<void> {
  const gallery = await openGallery(database);
  try {
    const left = gallery.pages
      .filter(({ name }) => wanted(name))
      .flatMap((page) =>
        locales.filter((locale) => speaks(page, locale)).map((locale) => ({ page, locale })),
      );
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift())
        await takeOne(browser, gallery, next.page, { locale: next.locale, folder });
    };
    await Promise.all(Array.from({ length: windows }, work));
  } finally {
    await gallery.close();
  }
}

/** The documentation of the API is in English; the help, which is for shoppers, too, is in both. */
function speaks({ path }: GalleryPage, locale: string): boolean {
  return locale === 'en' || !path.startsWith('/docs');
}

async function takeOne(
  browser: Browser,
  gallery: Gallery,
  entry: GalleryPage,
  { locale, folder }: { locale: string; folder: string },
): Promise<void> {
  const context = await openAs(browser, entry, { viewport: viewportOf(entry), locale });
  const page = await context.newPage();
  const answer = await page.goto(addressOf(gallery, entry));
  if (answer?.status() !== (entry.status ?? 200)) throw new Error(`${entry.name}: ${answer?.status()}`);
  await takeBoth(page, folder, entry.name, locale);
  await context.close();
}
