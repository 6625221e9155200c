import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findChromium, launchChromium } from '../gateway/test/support/chromium.ts';
import { openScriptDatabase } from '../gateway/test/support/gallery/database.ts';
import { writeIndex } from './screenshots/index.ts';
import { takeGallery } from './screenshots/gallery.ts';
import { takeShop } from './screenshots/shop.ts';
import { mostBytes } from './screenshots/picture.ts';

/**
 * Takes the pictures of docs/screenshots: every page of the gateway and of the demo shop, in both languages and both
 * colour schemes, on data of their own. `npm run screenshots -- account-plan shop` takes those alone whose names begin so, and leaves the others.
 */
const destination = resolve(import.meta.dirname, '../docs/screenshots');
const only = process.argv.slice(2);
const wanted = (name: string) => only.length === 0 || only.some((begin) => name.startsWith(begin));

const chromium = await findChromium();
if (!chromium) throw new Error('There is no Chromium to take pictures with.');
const taken = mkdtempSync(join(tmpdir(), 'morrow-screenshots-'));
const ends: (() => Promise<unknown>)[] = [async () => rmSync(taken, { recursive: true })];
try {
  for (const locale of ['en', 'zh-CN']) mkdirSync(join(taken, locale));
  const browser = await launchChromium(chromium);
  ends.push(() => browser.close());
  const open = async (name: string) => {
    const database = await openScriptDatabase(name);
    ends.push(database.drop);
    return database;
  };
  await takeGallery(browser, { database: await open('gallery'), folder: taken, wanted });
  if (wanted('shop')) await takeShop(browser, { database: await open('shop'), folder: taken });
  // All of them are there, so none stays of a page that is gone.
  if (only.length === 0) rmSync(destination, { recursive: true, force: true });
  cpSync(taken, destination, { recursive: true });
  writeFileSync(join(destination, 'README.md'), writeIndex(destination));
  const files = readdirSync(destination, { recursive: true, encoding: 'utf8' });
  const bytes = files.reduce((total, file) => total + statSync(join(destination, file)).size, 0);
  console.log(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`);
  if (bytes > mostBytes) throw new Error(`the pictures are larger than ${mostBytes} bytes`);
} finally {
  for (const end of ends.toReversed()) await end();
}
