import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Chromium, launchChromium } from '../../../gateway/test/support/chromium.ts';
import { type BrowserGateway, CLIENT_TOKEN, KEY, openBrowserGateway, SESSION } from './browser-gateway.ts';
import { listen } from './http.ts';
import { buildScript } from './package.ts';

/** Chromium, a gateway as pages see it, a shop on another origin, and a stranger on a third. */
export type BrowserWorld = {
  browser: Browser;
  gateway: BrowserGateway;
  shopOrigin: string;
  strangerOrigin: string;
  /** The file that shops load. */
  script: string;
  /** Where the package was built. */
  folder: string;
  /** A page of the shop with the SDK made and its elements defined; `complaints` collects what went wrong on it. */
  openShop(options?: ShopOptions): Promise<Shop>;
  close(): Promise<void>;
};

export type ShopOptions = { body?: string; lang?: string; sandbox?: string; locale?: string };

export type Shop = { page: Page; context: BrowserContext; complaints: string[] };

const started = { session: SESSION, clientToken: CLIENT_TOKEN };

export async function openBrowserWorld(chromium: Chromium): Promise<BrowserWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-sdk-browser-'));
  const script = await buildScript(folder);
  const gateway = await openBrowserGateway(() => script);
  const pages = new Map<string, ShopOptions>();
  const shop = await listen((req, res) => {
    const { pathname } = new URL(req.url ?? '', 'http://localhost');
    if (pathname === '/shop.js') {
      res.setHeader('Content-Type', 'text/javascript');
      return res.end(shopScript(gateway, pages.get(req.headers.referer ?? '')));
    }
    const options = pages.get(`${shopOrigin}${pathname}`);
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.setHeader('Content-Security-Policy', policyOf(gateway, options));
    return res.end(options ? shopPage(gateway, options) : `<!doctype html><title>Shop</title>${pathname}`);
  });
  const shopOrigin = `http://localhost:${shop.port}`;
  const stranger = await listen((_req, res) => {
    res.setHeader('Content-Type', 'text/html');
    res.end('<!doctype html><title>Stranger</title>');
  });
  const browser: Browser = await launchChromium(chromium);

  return {
    browser,
    gateway,
    shopOrigin,
    strangerOrigin: `http://localhost:${stranger.port}`,
    script,
    folder,
    openShop: async (options = {}) => {
      const url = `${shopOrigin}/${pages.size}`;
      pages.set(url, options);
      const context = await browser.newContext({ locale: options.locale ?? 'en' });
      const complaints = listenTo(context);
      const page = await context.newPage();
      await page.goto(url);
      return { page, context, complaints };
    },
    close: async () => {
      await browser.close();
      await Promise.all([gateway.close(), shop.close(), stranger.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** As strict as a shop can be: no inline script, no style at all. */
function policyOf(gateway: BrowserGateway, options: ShopOptions | undefined): string {
  const own = `script-src 'self' ${gateway.origin}; connect-src ${gateway.origin}; form-action 'self' ${gateway.origin}`;
  const frames = `frame-src ${gateway.origin}`;
  const sandbox = options?.sandbox ? `; sandbox ${options.sandbox}` : '';
  return `default-src 'none'; ${own}; ${frames}${sandbox}`;
}

function shopPage(gateway: BrowserGateway, { body = '', lang = 'en' }: ShopOptions): string {
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>Shop</title>
<script src="${gateway.origin}/sdk/v1/morrow.js" defer></script><script src="/shop.js" defer></script>
<body>${body}<button id="pay">Pay in a window</button></body></html>`;
}

/** The button starts a checkout in a window; `outcomes` collects how each ended. */
function shopScript(gateway: BrowserGateway, options: ShopOptions | undefined): string {
  const start = { ...started, url: gateway.url };
  return `
var browser = Morrow.createBrowser({ gatewayOrigin: '${gateway.origin}', publishableKey: '${KEY}' });
var outcomes = [];
var starts = [];
var start = async () => { starts.push(navigator.userActivation.isActive); return ${JSON.stringify(start)}; };
pay.onclick = () => browser.popup(() => start()).then(
  (result) => outcomes.push(result),
  (error) => outcomes.push({ error: error.message }),
);
${options?.body?.includes('data-late') ? '' : 'Morrow.defineElements(browser);'}
`;
}

/** What went wrong on a page: errors, and what its policy refused. */
export function listenTo(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('Content Security Policy')) {
      complaints.push(message.text());
    }
  });
  return complaints;
}
