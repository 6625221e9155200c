import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { popupScriptPath } from '../src/pages/assets.ts';
import { portOf } from './support/browser-page.ts';
import { findChromium, launchChromium } from './support/chromium.ts';
import { newReader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';

const inEnglish = { 'Accept-Language': 'en' };
const chromium = await findChromium();

describe('the popup’s script', () => {
  let world: PagesWorld;
  beforeAll(async () => {
    world = await openPagesWorld();
  });
  afterAll(() => world.close());

  test('has at most 3 kB, and may be kept for ever', async () => {
    const file = new URL('../src/pages/assets/popup.js', import.meta.url);
    expect(statSync(file).size).toBeLessThanOrEqual(3000);
    const reader = newReader(world.server);
    await reader.get(popupScriptPath);
    expect(reader.page).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
      },
    });
  });

  test('is the only one that the policy lets run, by a nonce that is new on every page', async () => {
    const shop = await world.openShop();
    const { path } = await shop.openCheckout();
    const reader = newReader(world.server, inEnglish);
    const nonces: string[] = [];
    for (let times = 0; times < 2; times += 1) {
      await reader.get(path);
      const nonce = /<script[^>]* nonce="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
      expect(reader.page.headers['content-security-policy']).toContain(`script-src 'nonce-${nonce}'`);
      nonces.push(nonce);
    }
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test('is told where the shop is, in attributes that no address breaks out of', async () => {
    const shop = await world.openShop({ origin: 'https://tea.example' });
    const { path, sessionId } = await shop.openCheckout({
      returnUrl: `https://tea.example/return?a="><script>alert(1)</script>&b='`,
    });
    const reader = newReader(world.server, inEnglish);
    await reader.get(path);
    expect(reader.page.html.match(/<script/g)).toHaveLength(2);
    expect(reader.page.html).not.toContain('<script>');
    expect(reader.page.html).toContain('data-origin="https://tea.example"');
    expect(reader.page.html).toContain(`data-session="${sessionId}"`);
    expect(reader.page.html).not.toContain('data-status');
    const back = /data-back="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    expect(new URL(back.replaceAll('&amp;', '&')).searchParams.get('morrow_session')).toBe(sessionId);
  });

  test('is not on a page that may no longer lead back to the shop', async () => {
    const shop = await world.openShop();
    const { path } = await shop.openCheckout();
    await shop.inTx((tx) =>
      tx
        .sql('merchants')
        .where({ id: shop.merchant.id })
        .update({ allowed_origins: ['https://new.example'] }),
    );
    const reader = newReader(world.server, inEnglish);
    await reader.get(path);
    expect(reader.page.status).toBe(200);
    expect(reader.page.html).toContain('passkey.js');
    expect(reader.page.html).not.toContain('popup.js');
    expect(reader.page.html).not.toContain('data-origin');
  });
});

/** A page of a shop that opens the checkout in a window and writes down every message that it gets. */
const shopPage = `<!doctype html><title>Shop</title><script>
  const heard = [];
  let popup;
  let acknowledge = true;
  addEventListener('message', (event) => {
    heard.push({ origin: event.origin, fromPopup: event.source === popup, data: event.data });
    const { session, nonce } = event.data;
    const ack = { source: 'morrow', v: 1, type: 'checkout.ack', session, nonce, ...window.changed };
    if (acknowledge) event.source.postMessage(ack, event.origin);
  });
  const start = (url) => { popup = window.open('about:blank'); popup.location = url; };
</script>`;

describe.skipIf(!chromium)('a checkout in a popup, in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let gatewayOrigin: string;
  const servers: Server[] = [];
  let shopOrigin: string;
  let evilOrigin: string;

  beforeAll(async () => {
    world = await openPagesWorld();
    gatewayOrigin = `http://127.0.0.1:${await portOf(world.server)}`;
    world.context.config.origins.api = gatewayOrigin;
    for (let count = 0; count < 2; count += 1) {
      servers.push(
        createServer((_req, res) => {
          res.setHeader('Content-Type', 'text/html; charset=utf-8');
          res.end(shopPage);
        }),
      );
    }
    [shopOrigin = '', evilOrigin = ''] = await Promise.all(
      servers.map(async (server) => `http://localhost:${await portOf(server)}`),
    );
    browser = await launchChromium(chromium!);
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) server.close();
    await world?.close();
  });

  /** Opens a checkout in a window, as the page at `opener` would that says it is at `said`. */
  async function openPopup({ opener = shopOrigin, said = shopOrigin, nonce = 'n-1' } = {}) {
    const context = await browser.newContext({ locale: 'en' });
    context.setDefaultTimeout(20_000);
    const complaints = listen(context);
    const page = await context.newPage();
    await page.goto(`${opener}/cart`);
    // Its own, because codes to one phone are limited.
    const shop = await world.openShop({ origin: shopOrigin });
    const { path, sessionId } = await shop.openCheckout();
    const hash = new URLSearchParams({ popup: nonce, origin: said }).toString();
    const opened = context.waitForEvent('page');
    await page.evaluate(`start(${JSON.stringify(`${gatewayOrigin}${path}#${hash}`)})`);
    const popup = await opened;
    await popup.waitForSelector('#phone');
    const home = `${shopOrigin}/return?cart=7&morrow_session=${sessionId}`;
    return { context, page, popup, shop, sessionId, home, complaints };
  }

  async function reachOffers(popup: Page, shop: Shop): Promise<void> {
    await popup.fill('#phone', '19900000001');
    await popup.click('form[action$="/phone"] button');
    await popup.waitForSelector('#code');
    await popup.fill('#code', await shop.newestCode());
    await popup.click('form[action$="/code"] button');
    await popup.waitForSelector('a[href$="plan=pay_in_4"]');
  }

  async function agree(popup: Page, shop: Shop): Promise<void> {
    await reachOffers(popup, shop);
    await popup.click('a[href$="plan=pay_in_4"]');
    await popup.check('input[value="test:ok"]');
    await popup.click('form[action$="/confirm"] button');
  }

  const heardBy = (page: Page) => page.evaluate<unknown[]>('heard');

  test('tells the shop’s page once that it was confirmed, and closes when it was heard', async () => {
    const { context, page, popup, shop, sessionId, complaints } = await openPopup();
    expect(popup.url()).not.toContain('#');
    const closed = popup.waitForEvent('close');
    await agree(popup, shop);
    await closed;
    expect(await heardBy(page)).toEqual([
      {
        origin: gatewayOrigin,
        fromPopup: true,
        data: {
          source: 'morrow',
          v: 1,
          type: 'checkout.finished',
          session: sessionId,
          nonce: 'n-1',
          status: 'confirmed',
        },
      },
    ]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('tells that it was canceled', async () => {
    const { context, page, popup, shop } = await openPopup();
    await reachOffers(popup, shop);
    const closed = popup.waitForEvent('close');
    await popup.click('form[action$="/leave"] button');
    await closed;
    expect(await heardBy(page)).toMatchObject([{ data: { status: 'canceled' } }]);
    await context.close();
  });

  test.each([
    ['says nothing', 'acknowledge = false'],
    ['answers under another nonce', "changed = { nonce: 'n-2' }"],
    ['answers for another session', "changed = { session: 'cs_0' }"],
    ['answers in another way', "changed = { type: 'checkout.heard' }"],
  ])('goes back to the shop when the page %s', async (_, script) => {
    const { context, page, popup, shop, home } = await openPopup();
    await page.evaluate(script);
    await agree(popup, shop);
    await popup.waitForURL(home);
    expect(await heardBy(page)).toHaveLength(1);
    await context.close();
  });

  test('tells nobody who says to be elsewhere than the shop, and stays a page with a way back', async () => {
    const { context, page, popup, shop, home } = await openPopup({ opener: evilOrigin, said: evilOrigin });
    await agree(popup, shop);
    await popup.waitForSelector('a[href$="/back"]');
    // Longer than a page is waited for that is told.
    await popup.waitForTimeout(1500);
    expect(popup.url()).toContain(gatewayOrigin);
    expect(await heardBy(page)).toEqual([]);
    await popup.click('a[href$="/back"]');
    expect(popup.url()).toBe(home);
    await context.close();
  });

  test('tells nobody who only says to be the shop', async () => {
    const { context, page, popup, shop, home } = await openPopup({ opener: evilOrigin, said: shopOrigin });
    await agree(popup, shop);
    await popup.waitForURL(home);
    expect(await heardBy(page)).toEqual([]);
    await context.close();
  });

  test('goes back to the shop when the page that opened it has gone', async () => {
    const { context, page, popup, shop, home } = await openPopup();
    await reachOffers(popup, shop);
    await page.close();
    await popup.click('a[href$="plan=pay_in_4"]');
    await popup.check('input[value="test:ok"]');
    await popup.click('form[action$="/confirm"] button');
    await popup.waitForURL(home);
    await context.close();
  });

  test('does nothing in a window of its own', async () => {
    const shop = await world.openShop({ origin: shopOrigin });
    const { path } = await shop.openCheckout();
    const context = await browser.newContext({ locale: 'en' });
    const complaints = listen(context);
    const page = await context.newPage();
    await page.goto(gatewayOrigin + path);
    await agree(page, shop);
    await page.waitForSelector('a[href$="/back"]');
    await page.waitForTimeout(1500);
    expect(page.url()).toBe(gatewayOrigin + path);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** What the browser refuses or cannot load, above all by the content's policy. */
function listen(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on('console', (message) => void complaints.push(message.text()));
  return complaints;
}
