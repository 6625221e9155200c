import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';

export type OpenedBrowser = Browser;

/** Starts a browser; returns why there is none. */
export type Launch = () => Promise<Browser | string>;

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Starts the Chromium of a path, of CHROME_PATH, of PATH, or of playwright. playwright-core is used where it is installed. */
export async function launchChromium(path?: string): Promise<Browser | string> {
  const playwright = await import('playwright-core').catch(() => undefined);
  if (!playwright) return 'playwright-core is not installed here (npm install --save-dev playwright-core).';
  const { chromium } = playwright;
  const executablePath = path ?? process.env.CHROME_PATH ?? onPath() ?? chromium.executablePath();
  if (!existsSync(executablePath)) return 'No Chromium was found: set CHROME_PATH, or give --chromium.';
  try {
    // Chromium's own sandbox does not work for root.
    return await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  } catch (error) {
    return `Chromium did not start: ${(error as Error).message.split('\n')[0] ?? ''}`;
  }
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
}

/** What pages did while doctor was there. */
export type Watched = {
  context: BrowserContext;
  page: Page;
  /** Each call of window.open: whether it came in the task of a click. */
  opens: boolean[];
  /** What a policy forbade: the directive and the address. */
  violations: string[];
  /** What came from the shop. */
  answers: { what: string; text: string }[];
};

/** Runs before the scripts of every page. A click and what it calls at once are one task; a message comes in the next. */
const watching = `(() => {
  let clicking = false;
  addEventListener('click', () => {
    clicking = true;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { clicking = false; };
    port2.postMessage(0);
  }, true);
  const open = window.open;
  window.open = function (...args) {
    doctorSaw('open', String(clicking));
    return open.apply(this, args);
  };
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    doctorSaw('violation', effectiveDirective + ' ' + blockedURI);
  });
})()`;

const patienceMs = 10_000;

/** A new browser window without history that is watched; `script` runs before the scripts of every page, too. */
export async function watch(browser: Browser, origin: string, script?: string): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en' });
  context.setDefaultTimeout(patienceMs);
  const watched: Omit<Watched, 'page'> = { context, opens: [], violations: [], answers: [] };
  await context.exposeFunction('doctorSaw', (kind: string, what: string) => {
    if (kind === 'open') watched.opens.push(what === 'true');
    else watched.violations.push(what);
  });
  if (script !== undefined) await context.addInitScript(script);
  await context.addInitScript(watching);
  context.on('response', (response) => {
    const url = new URL(response.url());
    if (url.origin !== origin || response.status() >= 300) return;
    // An event stream has no end, and a page that was left no body.
    if (/event-stream|image|font/.test(response.headers()['content-type'] ?? '')) return;
    response.text().then(
      (text) => watched.answers.push({ what: `the answer to ${url.pathname}`, text }),
      () => undefined,
    );
  });
  return { ...watched, page: await context.newPage() };
}
