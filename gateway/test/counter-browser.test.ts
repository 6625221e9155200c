import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { inviteTo } from './support/dashboard.ts';
import { newReader } from './support/page-reader.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';
import { agreeTo, reachOffers } from './support/pages-walk.ts';

const chromium = await findChromium();
const tablet = { width: 820, height: 1180 };
const phone = { width: 390, height: 844 };

describe.skipIf(!chromium)('the counter in Chromium', { timeout: 60_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;
  let shop: Shop;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
    shop = await world.openShop();
  });
  afterAll(() => close?.());

  /** Somebody of the shop, signed in by a passkey of this browser. */
  async function comeIn(context: BrowserContext, role: 'counter' | 'owner'): Promise<Page> {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(origin + (await inviteTo(world, shop, role)).path);
    await page.click('form[data-passkey="create"] button');
    await page.waitForURL(/\/dashboard\?/);
    return page;
  }

  const sessionsOf = (reference: string) =>
    world.context.db('checkout_sessions').where({ merchant_reference: reference });

  async function enter(page: Page, amount: string, reference: string): Promise<void> {
    await page.goto(new URL('/dashboard/counter', page.url()).href);
    await page.fill('#amount', amount);
    await page.fill('#reference', reference);
    await page.click('form[data-sale] button');
  }

  const aSale = /\/dashboard\/counter\/cs_[0-9a-f]{32}$/;

  test('a sale outlives a lost network, a lost answer and a page that was loaded again, and opens one checkout', async () => {
    const context = await browser.newContext({ viewport: tablet, locale: 'en' });
    const complaints = listenForComplaints(context);
    const page = await comeIn(context, 'counter');

    await page.goto(new URL('/dashboard/counter', page.url()).href);
    await context.setOffline(true);
    await page.fill('#amount', '120.00');
    await page.fill('#reference', 'offline');
    await page.click('form[data-sale] button');
    await page.waitForSelector('#offline:not([hidden])');
    expect(await page.inputValue('#amount')).toBe('120.00');
    expect(await sessionsOf('offline')).toEqual([]);
    await context.setOffline(false);
    await page.waitForURL(aSale);
    expect(await sessionsOf('offline')).toHaveLength(1);

    // It arrived, but nobody heard the answer.
    let lost = 0;
    await page.route('**/dashboard/counter', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      lost += 1;
      if (lost === 1) await route.fetch({ maxRedirects: 0 });
      await route.abort('connectionreset');
    });
    await enter(page, '80', 'lost');
    await page.waitForSelector('#offline:not([hidden])');
    expect(await sessionsOf('lost')).toHaveLength(1);
    await page.unroute('**/dashboard/counter');
    await page.reload();
    await page.waitForURL(aSale);
    expect(await sessionsOf('lost')).toHaveLength(1);

    // The shopper agrees, and the clerk's page goes on by itself, also after a while without a network.
    const address = await page.getAttribute('img[src$="/qr.svg"]', 'src');
    const secret = address?.replace('/qr.svg', '') ?? '';
    await context.setOffline(true);
    await page.waitForSelector('#offline:not([hidden])');
    await context.setOffline(false);
    const reader = newReader(world.server, { 'Accept-Language': 'en' });
    await reachOffers(reader, shop, secret, 9);
    await agreeTo(reader, secret, 'pay_in_3');
    await page.click('form[action$="/finish"] button');
    await page.waitForSelector('#receipt-heading');
    expect(await page.textContent('main')).toContain('80.00');
    expect(await world.context.db('orders').where({ merchant_reference: 'lost' })).toMatchObject([
      { status: 'captured' },
    ]);
    expect(complaints.filter((text) => /Content Security Policy|integrity|Uncaught/i.test(text))).toEqual([]);
    await context.close();
  });

  test.each([
    ['a phone', phone, 'light', 'zh-CN'],
    ['a tablet', tablet, 'dark', 'en'],
  ] as const)('is readable for everybody on %s', async (_, viewport, colorScheme, locale) => {
    const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
    const page = await comeIn(context, 'owner');
    const look = async (name: string) => {
      expect(await breachesOn(page), name).toEqual([]);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width, name).toBeLessThanOrEqual(viewport.width);
      const path = join(pictures, `counter-${viewport.width}-${locale}-${name}.png`);
      await page.screenshot({ path, fullPage: true });
    };
    await enter(page, '120', `look-${locale}`);
    await page.waitForURL(aSale);
    await look('sale');
    const sale = page.url();
    for (const section of ['counter', 'go-live', 'bank-accounts']) {
      await page.goto(new URL(`/dashboard/${section}`, sale).href);
      await look(section);
    }
    await page.goto(sale);
    await page.click('form[action$="/cancel"] button');
    await look('canceled');
    await context.close();
  });
});
