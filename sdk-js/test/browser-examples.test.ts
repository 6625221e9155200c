import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../gateway/test/support/chromium.ts';
import { CLIENT_TOKEN, KEY, SESSION } from './support/browser-gateway.ts';
import { type BrowserWorld, listenTo, openBrowserWorld } from './support/browser-world.ts';
import { listen, type Site } from './support/http.ts';
import { asShopsDo, workspace } from './support/package.ts';

const chromium = await findChromium();
const examples = join(workspace, 'examples');
/** The code that docs/merchant-guide.md prints for a shop's pages. */
function guideCode(language: 'html' | 'js'): string {
  const guide = readFileSync(join(workspace, '../docs/merchant-guide.md'), 'utf8');
  const [, section = ''] = guide.split('On your pages\n');
  const [chapter = ''] = section.split('\n## ');
  const blocks = [...chapter.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))];
  return blocks.map(([, code = '']) => code).join('\n');
}
const example = (name: string) => readFileSync(join(examples, name), 'utf8');

describe.skipIf(!chromium)('the examples', { timeout: 60_000 }, () => {
  let world: BrowserWorld;
  let site: Site;
  let origin: string;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let posted: string[];

  /** The whole server of the example's shop: its files, and the one route that opens a session. */
  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname } = new URL(req.url ?? '', origin);
    const files: Record<string, [string, () => string | Promise<string>]> = {
      '/plain/': ['text/html', () => forThisGateway(example('plain/index.html'))],
      '/plain/shop.js': ['text/javascript', () => example('plain/shop.js')],
      '/guide/': ['text/html', () => forThisGateway(guideCode('html'))],
      '/pay-later.js': ['text/javascript', () => forThisGateway(guideCode('js'))],
      '/react/': ['text/html', reactPage],
      '/react/main.js': ['text/javascript', () => bundleReact(join(examples, 'react/main.tsx'))],
    };
    const [type, content] = files[pathname] ?? ['text/plain', () => `shop ${req.url}`];
    if (pathname === '/checkout') {
      posted.push(await text(req));
      const session = { url: world.gateway.url, session: SESSION, clientToken: CLIENT_TOKEN };
      if (req.headers.accept === 'application/json') res.end(JSON.stringify(session));
      else res.writeHead(303, { location: session.url }).end();
      return;
    }
    res.setHeader('Content-Type', `${type}; charset=utf-8`);
    res.end(await content());
  }

  const forThisGateway = (html: string) =>
    html.replaceAll('http://127.0.0.1:4000', world.gateway.origin).replace('pub_your_key', KEY);

  const reactPage = () =>
    `<!doctype html><html lang="en"><title>Tea set</title><link rel="icon" href="data:,">
<div id="root" data-gateway="${world.gateway.origin}" data-publishable-key="${KEY}"></div>
<script src="main.js" defer></script></html>`;

  /** As a shop's bundler would do it, with the package as it is built. */
  async function bundleReact(entry: string): Promise<string> {
    const { outputFiles } = await build({
      ...asShopsDo(world.folder),
      entryPoints: [entry],
      write: false,
      format: 'iife',
    });
    return outputFiles[0]!.text;
  }

  beforeAll(async () => {
    world = await openBrowserWorld(chromium!);
    site = await listen((req, res) => void serve(req, res));
    origin = `http://localhost:${site.port}`;
  });
  afterAll(async () => {
    await site?.close();
    await world?.close();
  });
  afterEach(() => context?.close());

  const open = async (path: string) => {
    posted = [];
    world.gateway.message = (query) => ({ body: { text: `${query.get('amount')} in parts` } });
    world.gateway.status = 'open';
    context = await world.browser.newContext({ locale: 'en' });
    complaints = listenTo(context);
    page = await context.newPage();
    await page.goto(origin + path);
  };

  const payInWindow = async (name: string): Promise<Page> => {
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name }).click(),
    ]);
    await popup.waitForURL(`${world.gateway.url}#**`);
    return popup;
  };

  test('plain: the message is shown, and the button leads to the checkout by a redirect', async () => {
    await open('/plain/');
    await page.getByText('10000 in parts').waitFor();
    await page.getByRole('button', { name: 'Pay later with Morrow' }).click();
    await page.waitForURL(world.gateway.url);
    expect(posted).toEqual(['csrf=your-token']);
  });

  test('plain: the other button opens a window, and leads on to the return route', async () => {
    await open('/plain/');
    const popup = await payInWindow('Pay later in a window');
    await Promise.all([
      page.waitForURL(`${origin}/return?morrow_session=${SESSION}`),
      popup.evaluate('finish()'),
    ]);
    expect(posted).toEqual(['csrf=your-token']);
    expect(complaints).toEqual([]);
  });

  test('plain: who cancels is told so and stays with the cart', async () => {
    await open('/plain/');
    const popup = await payInWindow('Pay later in a window');
    await popup.evaluate(`finish({ status: 'canceled' })`);
    await page.getByText('Your cart is as it was.').waitFor();
    expect(page.url()).toBe(`${origin}/plain/`);
  });

  test('plain: a shop that fails to open the session says so, and the window goes', async () => {
    await open('/plain/');
    await page.route('**/checkout', (route) => route.fulfill({ status: 500 }));
    await page.getByRole('button', { name: 'Pay later in a window' }).click();
    await page.getByText('Please try again').waitFor();
    await expect.poll(() => context.pages().length).toBe(1);
  });

  test("the merchant guide's page shows a message, and its window leads to the return route", async () => {
    await open('/guide/');
    await page.getByText('10000 in parts').waitFor();
    const popup = await payInWindow('Pay later with Morrow');
    await Promise.all([
      page.waitForURL(`${origin}/return?morrow_session=${SESSION}`),
      popup.evaluate('finish()'),
    ]);
    expect(complaints).toEqual([]);
  });

  test('React: the elements follow the state, and the window brings an outcome', async () => {
    await open('/react/');
    await page.getByText('10000 in parts').waitFor();
    await page.getByRole('button', { name: 'One more' }).click();
    await page.getByText('20000 in parts').waitFor();
    const popup = await payInWindow('Pay later with Morrow');
    await popup.evaluate('finish()');
    await page.getByText(`${SESSION}: confirmed`).waitFor();
    expect(complaints).toEqual([]);
  });
});
