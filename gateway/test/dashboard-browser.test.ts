import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sequenceEvents } from '../src/events/sequence.ts';
import { ensureLiveEnvironment, liveTimeZone } from '../src/merchants/environments.ts';
import { findMerchant } from '../src/merchants/merchants.ts';
import { transact } from '../src/lib/tx.ts';
import { fanOut } from '../src/webhooks/fan-out.ts';
import { order, runAttempts } from './support/account-walk.ts';
import { breachesOn } from './support/axe.ts';
import { listenForComplaints } from './support/browser-page.ts';
import { type BrowserWorld, openBrowserWorld } from './support/browser-world.ts';
import { findChromium } from './support/chromium.ts';
import { newMember } from './support/dashboard.ts';
import { openAs } from './support/gallery/visit.ts';
import { newKey, proofOf } from './support/keys.ts';
import { newReader } from './support/page-reader.ts';
import type { PagesWorld, Shop } from './support/pages-world.ts';
import type { Shop as KeyShop } from './support/shop.ts';

const chromium = await findChromium();
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };

describe.skipIf(!chromium)('the dashboard in Chromium', { timeout: 120_000 }, () => {
  let world: PagesWorld;
  let browser: Browser;
  let origin: string;
  let pictures: string;
  let close: BrowserWorld['close'] | undefined;

  beforeAll(async () => {
    ({ world, browser, origin, pictures, close } = await openBrowserWorld(chromium!));
    Object.assign(world.context.config, { sandboxesPerHour: 1000, sandboxWebhookTargets: ['127.0.0.1:9'] });
    // Who is signed in is looked up in the environment that a gateway makes when it starts.
    await ensureLiveEnvironment(world.context, liveTimeZone);
  });
  afterAll(() => close?.());

  /** The name under which passkeys are made. */
  const at = (path: string): string => origin.replace('127.0.0.1', 'localhost') + path;

  /** Opens a sandbox as a visitor does, whose passkey is made at once. Returns the shop that came of it. */
  async function signUp(context: BrowserContext, page: Page, business: string): Promise<Shop> {
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
    await page.goto(at('/dashboard/start'));
    await page.fill('#business', business);
    await page.fill('#name', 'Olga');
    await page.click('form button');
    await page.click('form[data-passkey="create"] button');
    await page.waitForURL(/\/dashboard\?/);
    const { id, environment_id: environmentId } = await world.context
      .db('merchants')
      .where({ name: business })
      .first<{ id: string; environment_id: string }>();
    const actor = { kind: 'system', id: 'test' } as const;
    const merchant = await transact(world.context, { environmentId, actor, access: 'read' }, (tx) =>
      findMerchant(tx, id),
    );
    return world.shopAt({ environmentId, merchant });
  }

  const said = (page: Page, role: 'status' | 'alert' = 'status') => page.locator(`[role=${role}]`).count();

  /** Captures the newest order whole and sends a part of it back, having seen what that does. */
  async function captureAndRefund(page: Page): Promise<void> {
    await page.click('a[href*="/orders/ord_"] >> nth=0');
    await page.click('form[action$="/captures"] button >> nth=0');
    expect(await said(page)).toBe(1);
    await runAttempts(world);
    await page.reload();
    await page.click('details:has(#refund-amount) > summary');
    await page.fill('#refund-amount', '15');
    await page.locator('#refund-amount').press('Enter');
    await page.waitForURL(/\/refund\?/);
    await page.click('form[action$="/refunds"] button');
    expect(await said(page)).toBe(1);
  }

  async function registerKey(page: Page, shop: Shop): Promise<void> {
    const of = { merchantId: shop.merchant.id, world } as unknown as KeyShop;
    const key = newKey(of, 'till');
    await page.fill('#public_key', JSON.stringify(key.jwk));
    for (const scope of ['read', 'keys']) await page.check(`input[name="scopes"][value="${scope}"]`);
    await page.fill('#proof', await proofOf(of, key, { aud: world.context.config.origins.api }));
    await page.click('form:has(input[value="register"]) button');
  }

  /** Adds an endpoint, lets it fail once, and sends again what it did not take. */
  async function resend(page: Page): Promise<void> {
    const { db, clock } = world.context;
    await page.fill('#url', 'http://127.0.0.1:9/');
    await page.click('form:has(input[value="add"]) button');
    const endpoint = await db('webhook_endpoints').orderBy('id', 'desc').first<{ id: string }>('id');
    const proven = { proven_at: clock.now(), challenge_at: null, challenge_failure: null };
    await db('webhook_endpoints').where(endpoint).update(proven);
    await page.goto(at(`/dashboard/webhooks/${endpoint.id}`));
    await page.click('form:has(input[value="test"]) button');
    await sequenceEvents(world.context);
    await fanOut(world.context);
    const failed = {
      status: 'failed',
      response_status: 503,
      failure: 'http_status',
      finished_at: clock.now(),
    };
    await db('deliveries').where({ endpoint_id: endpoint.id }).update(failed);
    await page.goto(at(`/dashboard/webhooks/${endpoint.id}?status=failed`));
    await page.click('form:has(input[value="resend"]) button');
    expect(await db('deliveries').where({ endpoint_id: endpoint.id, status: 'pending' })).toHaveLength(1);
  }

  test.each([
    ['a phone', phone, 'light', 'zh-CN', 'Tea of the north', 6101],
    ['a desk', desk, 'dark', 'en', 'Tea of the south', 6102],
  ] as const)(
    'a merchant signs up, captures, refunds, registers a key and sends a webhook again, on %s',
    async (_, viewport, colorScheme, locale, business, number) => {
      const context = await browser.newContext({ bypassCSP: true, viewport, colorScheme, locale });
      const complaints = listenForComplaints(context);
      const page = await context.newPage();
      const look = async (name: string) => {
        expect(await breachesOn(page), name).toEqual([]);
        expect(await page.locator('[role=alert]').allInnerTexts(), name).toEqual([]);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width, name).toBeLessThanOrEqual(viewport.width);
        const path = join(pictures, `dashboard-${viewport.width}-${locale}-${name}.png`);
        await page.screenshot({ path, fullPage: true });
      };
      const shop = await signUp(context, page, business);
      await look('1-home');
      await order(newReader(world.server, { 'Accept-Language': 'en' }), shop, { number, reference: 'A-1' });
      await page.goto(at('/dashboard/orders'));
      await look('2-orders');
      await captureAndRefund(page);
      await look('3-refunded');
      await page.goto(at('/dashboard/keys'));
      await registerKey(page, shop);
      await look('4-key');
      await page.goto(at('/dashboard/webhooks'));
      await resend(page);
      await look('5-sent-again');
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  test('who is signed in captures and refunds without script, on a phone', async () => {
    const shop = await world.openShop({ name: 'No script' });
    await order(newReader(world.server, { 'Accept-Language': 'en' }), shop, { number: 6103 });
    // Passkeys of the reader are made at this address; its session is good at any.
    const { config } = world.context;
    config.origins.api = 'http://127.0.0.1:4000';
    const { reader } = await newMember(world, shop);
    config.origins.api = origin;
    const context = await openAs(
      browser,
      { name: 'orders', group: 'dashboard', path: '/dashboard/orders', reader },
      { javaScriptEnabled: false, viewport: phone, locale: 'zh-CN' },
    );
    const page = await context.newPage();
    await page.goto(at('/dashboard/orders'));
    await captureAndRefund(page);
    expect(await page.locator('main').innerText()).toContain('15.00');
    await context.close();
  });
});
