import { readdirSync, readFileSync } from 'node:fs';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integrityOf, stylesheetPath } from '../src/pages/assets.ts';
import { breachesOn, smallTargetsOn } from './support/axe.ts';
import { findChromium, launchChromium } from './support/chromium.ts';
import { addressOf, type Gallery, openGallery } from './support/gallery/open.ts';
import { faultOf, filledForms, longName, markup, openVisitor } from './support/gallery/hostile.ts';
import type { GalleryPage } from './support/gallery/pages.ts';
import { openAs, viewportOf } from './support/gallery/visit.ts';

const assets = new URL('../src/pages/assets/', import.meta.url);

/** What one page may weigh, in bytes as they are sent. */
const mostHtml = 60_000;
const mostStylesheet = 20_000;
const mostScript = 3_000;
/** The page, its stylesheet, its icon, and at most two scripts or pictures of its own. */
const mostRequests = 5;

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
}, 120_000);
afterAll(() => gallery?.close());

const cookieOf = ({ reader }: GalleryPage): string =>
  (reader?.cookies ?? []).map(({ name, value }) => `${name}=${value}`).join('; ');

test.each(readdirSync(assets).filter((name) => name.endsWith('.js')))('%s is less than 3 kB', (name) => {
  expect(readFileSync(new URL(name, assets)).length).toBeLessThan(mostScript);
});

test('the one stylesheet is sent without comments, less than 20 kB, and is what the pages name', async () => {
  const answer = await fetch(gallery.origin + stylesheetPath);
  const text = await answer.text();
  expect(Buffer.byteLength(text)).toBeLessThan(mostStylesheet);
  expect(text).not.toContain('/*');
  expect(text).toMatch(/^:root\{/);
  const digest = await crypto.subtle.digest('SHA-384', Buffer.from(text));
  expect(integrityOf(stylesheetPath)).toBe(`sha384-${Buffer.from(digest).toString('base64')}`);
});

test('each token of the stylesheet is used, and none is used that is not there', () => {
  const source = readFileSync(new URL('pages.css', assets), 'utf8');
  const defined = new Set([...source.matchAll(/^\s*(--[a-z-]+):/gm)].map(([, name]) => name));
  const used = new Set([...source.matchAll(/var\((--[a-z-]+)\)/g)].map(([, name]) => name));
  expect(used).toEqual(defined);
});

/** Routes whose answer is no page, or one that a shopper meets at somebody else's only; each has tests of its own. */
const notPages = [
  /^\/(?:assets|sdk)\//,
  // Files, pictures and what a script asks for.
  /\.(?:json|txt|csv|svg)$|\/files\/:evidenceId$|\/export\/:table$|\/counter\/:sessionId\/status$/,
  // Ways on to another page.
  /\/\*rest$|\/back$|^\/account$|^\/console$/,
  // Between us and whoever checks identities in live.
  /^\/sign-in\/identity\//,
];

test('every page that the gateway serves is in the gallery', () => {
  const served = gallery.routes
    .filter(({ method, path }) => method === 'get' && !notPages.some((shape) => shape.test(path)))
    .map(({ path }) => path.split('/'));
  const isAt = (parts: string[], address: string[]): boolean =>
    address.length === parts.length &&
    parts.every((part, at) => part.startsWith(':') || part === address[at]);
  const wordsIn = (parts: string[]): number => parts.filter((part) => !part.startsWith(':')).length;
  // `/cases/new` shows the form for a new case, and no case that is called so.
  const shown = gallery.pages.map(({ path }) => {
    const address = (path.split('?', 1)[0] ?? '').split('/');
    return served
      .filter((parts) => isAt(parts, address))
      .toSorted((one, other) => wordsIn(other) - wordsIn(one))[0];
  });
  expect(served.filter((parts) => !shown.includes(parts)).map((parts) => parts.join('/'))).toEqual([]);
  expect(new Set(gallery.pages.map(({ name }) => name)).size).toBe(gallery.pages.length);
});

/** The headings' levels in their order. What is bought stands beside the checkout's page, and before its title. */
function headingsOf(html: string): number[] {
  return [...html.matchAll(/<h([1-6])[\s>]/g)].map(([, level]) => Number(level));
}

test('every page is small, and says what it is in its language, title and headings', async () => {
  const faults: string[] = [];
  for (const page of gallery.pages) {
    const fault = (text: string) => faults.push(`${page.name}: ${text}`);
    const answer = await fetch(addressOf(gallery, page), { headers: { cookie: cookieOf(page) } });
    const html = await answer.text();
    if (answer.status !== (page.status ?? 200)) fault(`status ${answer.status}`);
    if (Buffer.byteLength(html) >= mostHtml) fault(`${Buffer.byteLength(html)} bytes`);
    if (!/^<!doctype html><html lang="(?:en|zh-CN)">/.test(html)) fault('no doctype or language');
    if (!/<title>[^<]{5,200}<\/title>/.test(html)) fault('no title');
    if (!html.includes('name="viewport" content="width=device-width, initial-scale=1"')) fault('no viewport');
    if (/<style|style="|<script(?![^>]* (?:src|nonce)=)|on(?:click|load|error)=/.test(html)) fault('inline');
    const levels = headingsOf(html);
    if (levels.filter((level) => level === 1).length !== 1) fault(`${levels.join(' ')} as headings`);
    const skipped = levels.some((level, index) => level > (levels[index - 1] ?? 1) + 1);
    if (skipped) fault(`skips a level of ${levels.join(' ')}`);
  }
  expect(faults).toEqual([]);
}, 60_000);

const chromium = await findChromium();

/** What is measured of shifts begins before the page does: how much by, of what. */
const watchShifts = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      const moved = sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.nodeName);
      window.shifts.push('shifts by ' + value + ': ' + moved.join(', '));
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** Fields without a name, and what makes the page wider than the window. */
const unnamed = `[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button')]
  .filter((field) => !field.labels?.length && !field.textContent.trim() && !field.getAttribute('aria-label'))
  .map((field) => field.outerHTML)`;

describe.skipIf(!chromium)('every page in Chromium', { timeout: 300_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(chromium!);
  });
  afterAll(() => browser?.close());

  /** What is wrong with these pages of one person, in one window, one after the other. */
  async function faultsOf(entries: readonly [GalleryPage, ...GalleryPage[]]): Promise<string[]> {
    const [first] = entries;
    const options = { viewport: viewportOf(first), locale: 'en', bypassCSP: true };
    const context = await openAs(browser, first, options);
    await context.addInitScript(watchShifts);
    const faults: string[] = [];
    for (const entry of entries) {
      const page = await context.newPage();
      faults.push(...(await visit(page, entry)).map((fault) => `${entry.name}: ${fault}`));
      await page.close();
    }
    await context.close();
    return faults;
  }

  async function visit(page: Page, entry: GalleryPage): Promise<string[]> {
    const answers: Response[] = [];
    page.on('response', (answer) => {
      // What a script asks for again and again is none of the page's own.
      if (answer.request().resourceType() !== 'fetch') answers.push(answer);
    });
    await page.goto(addressOf(gallery, entry), { waitUntil: 'load' });
    const faults = [...(await faultsOn(page)), ...(await smallTargetsOn(page))];
    // The other groups are looked at by their own tests, on phone and desk.
    if (entry.group === 'docs' || entry.group === 'dashboard')
      for (const { id, nodes } of await breachesOn(page)) faults.push(`${id} ${nodes[0]}`);
    if (answers.length > mostRequests) faults.push(`${answers.length} requests`);
    const failed = answers.filter((answer) => answer.status() >= 400 && answer.status() !== entry.status);
    return [...faults, ...failed.map((answer) => `${answer.status()} ${answer.url()}`)];
  }

  async function faultsOn(page: Page): Promise<string[]> {
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    return [
      ...(await page.evaluate<string[]>('window.shifts')),
      ...(width <= page.viewportSize()!.width ? [] : [`${width} wide`]),
      ...(await page.evaluate<string[]>(unnamed)),
    ];
  }

  test('asks for little, moves nothing, names its fields, is read and pressed by everybody', async () => {
    const windows = new Map<unknown, [GalleryPage, ...GalleryPage[]]>();
    for (const entry of gallery.pages) {
      const whose = entry.reader ?? entry.group;
      windows.set(whose, [...(windows.get(whose) ?? []), entry] as [GalleryPage, ...GalleryPage[]]);
    }
    const left = [...windows.values()];
    const faults: string[] = [];
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) faults.push(...(await faultsOf(next)));
    };
    await Promise.all([work(), work()]);
    expect(faults).toEqual([]);
  });

  const print = (name: string) => gallery.pages.find((page) => page.name === name)!;

  test.each(['account-document', 'dashboard-statement', 'dashboard-receipt'])(
    'on paper %s keeps its words and figures and loses what is pressed, light also where screens are dark',
    async (name) => {
      const entry = print(name);
      const context = await openAs(browser, entry, { viewport: viewportOf(entry), colorScheme: 'dark' });
      const page = await context.newPage();
      await page.goto(addressOf(gallery, entry));
      const dark = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(dark).toBe('rgb(17, 22, 20)');
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(27, 36, 32)');
      for (const gone of await page.locator('nav, form, .button, .link').all())
        expect(await gone.isVisible()).toBe(false);
      expect(await page.locator('h1').isVisible()).toBe(true);
      expect(await page.locator('.sandbox').isVisible()).toBe(true);
      expect((await page.locator('main').innerText()).length).toBeGreaterThan(300);
      const paper = await page.pdf({ format: 'A4' });
      expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
      await context.close();
    },
  );

  test('nothing moves for who wants less motion', async () => {
    const entry = gallery.pages.find(({ name }) => name === 'checkout-phone')!;
    for (const [reducedMotion, duration] of [
      ['reduce', '0s'],
      ['no-preference', '0.12s'],
    ] as const) {
      const context = await openAs(browser, entry, { viewport: viewportOf(entry), reducedMotion });
      const page = await context.newPage();
      await page.goto(addressOf(gallery, entry));
      const found = await page.evaluate<string>(
        "getComputedStyle(document.querySelector('.button')).transitionDuration",
      );
      expect(found.split(', ')[0]).toBe(duration);
      await context.close();
    }
  });
});

// The last of all: it leaves its text in whatever takes it.
test('no text field takes script for a part of the page, nor breaks by a name of ten thousand characters', async () => {
  const faults: string[] = [];
  let sent = 0;
  for (const page of gallery.pages) {
    const address = addressOf(gallery, page);
    for (const text of [markup, longName]) {
      const ask = openVisitor(address, page.reader);
      const { html } = await ask(page.path);
      for (const { method, action, fields } of filledForms(html, page.path, text)) {
        const isSent = method === 'post';
        const answer = await (isSent ? ask(action, fields) : ask(withQuery(action, fields)));
        const fault = faultOf(answer.status, answer.html);
        if (fault !== undefined) faults.push(`${page.name}, ${action}: ${fault}`);
        // A form that is refused as forged says nothing of its fields.
        if (answer.status === 403) faults.push(`${page.name}, ${action}: not taken`);
        sent += 1;
      }
    }
  }
  for (const page of gallery.pages) {
    const { status, html } = await openVisitor(addressOf(gallery, page), page.reader)(page.path);
    const fault = faultOf(status, html);
    if (fault !== undefined) faults.push(`${page.name} afterwards: ${fault}`);
  }
  expect(faults).toEqual([]);
  expect(sent).toBeGreaterThan(100);
}, 180_000);

function withQuery(action: string, fields: URLSearchParams): string {
  const address = new URL(action, 'http://a');
  // Node refuses longer requests before anybody sees them.
  for (const [name, value] of fields) address.searchParams.set(name, value.slice(0, 500));
  return address.pathname + address.search;
}
