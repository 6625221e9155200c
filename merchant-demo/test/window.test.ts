import { readFileSync, statSync } from 'node:fs';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../../gateway/test/support/chromium.ts';
import { deliver, startWorld } from './support/world.ts';
import type { World } from './support/world.ts';

const publishableKey = 'pub_00000000000000000000000000000000';

describe('with a publishable key', () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld({ publishableKey });
  });
  afterEach(() => world.stop());

  test("pages may load Morrow's one script, and talk to the gateway", async () => {
    const policy = (await world.visitor.get('/')).headers.get('content-security-policy');
    const { origin } = world.gateway;
    expect(policy).toContain(`; script-src 'self' ${origin}/sdk/v1/morrow.js; connect-src 'self' ${origin};`);
  });

  test('products and cart have messages, and the cart a button', async () => {
    const { text } = await world.visitor.get('/products/dawn-mug');
    expect(text).toContain('<morrow-message amount="6800" currency="CNY" lang="en">');
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    const cart = (await world.visitor.get('/cart?lang=zh-CN')).text;
    expect(cart).toContain('<morrow-message amount="6800" currency="CNY" lang="zh-CN">');
    expect(cart).toContain('<morrow-button amount="6800" currency="CNY" lang="zh-CN">');
  });

  test('a checkout in a window is opened for the cart, with a token for its status only', async () => {
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    answerTokens(world);
    const { status, text } = await world.visitor.post('/checkout/window');
    const { id } = world.gateway.lastSession();
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      url: `${world.gateway.origin}/c/${id}-secret`,
      session: id,
      clientToken: 'client-token',
    });
  });

  test('a checkout in a window needs a token of the form, a cart, and nothing agreed before', async () => {
    expect((await world.visitor.post('/checkout/window')).status).toBe(409);
    await world.visitor.post('/cart', { product: 'dawn-mug' });
    expect((await world.visitor.post('/checkout/window', { form_token: 'x' })).status).toBe(403);
    expect(world.gateway.sessions.size).toBe(0);
    await world.visitor.post('/checkout');
    world.gateway.change(world.gateway.lastSession().id, { status: 'confirmed' });
    expect((await world.visitor.post('/checkout/window')).status).toBe(409);
    expect(world.gateway.orders.size).toBe(1);
  });
});

test('without a publishable key there is nothing of it', async () => {
  const world = await startWorld();
  await world.visitor.post('/cart', { product: 'dawn-mug' });
  const pages = [await world.visitor.get('/products/dawn-mug'), await world.visitor.get('/cart')];
  expect(pages.map(({ text }) => text).join('')).not.toMatch(/<morrow-|<script/);
  await world.stop();
});

test.each(['live.js', 'pay.js'])('%s is short', (name) => {
  expect(statSync(new URL(`../public/${name}`, import.meta.url)).size).toBeLessThanOrEqual(
    name === 'live.js' ? 1_000 : 2_000,
  );
});

/** The next token of a session; nothing but its status is read with it. */
function answerTokens(world: World): void {
  const body = { client_token: 'client-token', expires_at: '2026-03-01T09:00:00.000Z' };
  world.gateway.failures.push({ path: /client-token$/, fact: { status: 200, body } });
}

const chromium = await findChromium();

describe.skipIf(!chromium)('in Chromium', () => {
  let browser: Browser;
  let world: World;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium(chromium!);
  });
  beforeEach(async () => {
    world = await startWorld({ publishableKey });
    context = await browser.newContext({ locale: 'en' });
    context.setDefaultTimeout(10_000);
    await playGateway(world);
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    await world.stop();
  });
  afterAll(() => browser?.close());

  const statusOf = () => world.gateway.lastSession().status;

  /** The parts of the gateway that browsers see, which the shop's tests have no need of otherwise. */
  async function playGateway({ gateway }: World): Promise<void> {
    const json = (body: () => object) => (asked: Route) =>
      asked.fulfill({
        status: 200,
        contentType: 'application/json',
        headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' },
        body: JSON.stringify(body()),
      });
    const script = readFileSync(new URL('../../sdk-js/dist/morrow.iife.js', import.meta.url));
    await context.route(`${gateway.origin}/sdk/v1/morrow.js`, (asked) =>
      asked.fulfill({
        contentType: 'text/javascript',
        headers: { 'access-control-allow-origin': '*' },
        body: script,
      }),
    );
    await context.route(
      `${gateway.origin}/v1/messages?*`,
      json(() => ({ text: '<b>3</b> payments', plan_code: 'pay_in_3', parts: [1] })),
    );
    await context.route(
      `${gateway.origin}/v1/eligibility?*`,
      json(() => ({ eligible: true, reason: null })),
    );
    await context.route(
      `${gateway.origin}/v1/checkout-sessions/*/status`,
      json(() => ({ status: statusOf() })),
    );
    await context.route(`${gateway.origin}/c/*`, (asked) =>
      asked.fulfill({ contentType: 'text/html', body: '<h1>Hosted page</h1>' }),
    );
  }

  async function fillCart(): Promise<void> {
    await page.goto(`${world.shop.origin}/products/dawn-mug`);
    await page.click('form[action="/cart"] button');
    // With its styles: what they hide could be seen for a moment without them.
    await page.waitForURL(`${world.shop.origin}/cart`);
    answerTokens(world);
  }

  /** Chooses the window in the cart, and clicks. */
  async function openWindow(): Promise<void> {
    await page.getByText('In a window').click();
    await page.click('morrow-button');
  }

  async function expectFullCart(notice: string): Promise<void> {
    await page.waitForURL(`${world.shop.origin}/cart?notice=${notice}`);
    expect(await page.locator('.notice').count()).toBe(1);
    expect(await page.locator('.sums .total dd').textContent()).toBe('¥68.00');
  }

  test('the message is text, whatever it holds, and the ordinary button comes first', async () => {
    await fillCart();
    expect(await page.locator('morrow-message').textContent()).toBe('');
    expect(await page.locator('morrow-message [part=text]').textContent()).toBe('<b>3</b> payments');
    expect(await page.locator('form[action="/checkout"] > button').isVisible()).toBe(true);
    expect(await page.locator('morrow-button').isVisible()).toBe(false);
    await page.getByText('In a window').click();
    expect(await page.locator('form[action="/checkout"] > button').isVisible()).toBe(false);
    expect(await page.locator('morrow-button').isVisible()).toBe(true);
  });

  test('who agrees in the window finds the order in the shop', async () => {
    await fillCart();
    const [hosted] = await Promise.all([context.waitForEvent('page'), openWindow()]);
    await hosted.waitForURL(/#popup=/);
    const { id, merchant_reference: reference } = world.gateway.lastSession();
    world.gateway.change(id, { status: 'confirmed' });
    await hosted.evaluate(
      `opener.postMessage({ source: 'morrow', v: 1, type: 'checkout.finished', session: '${id}',
         nonce: new URLSearchParams(location.hash.slice(1)).get('popup'), status: 'confirmed' },
       '${world.shop.origin}')`,
    );
    await page.waitForURL(`${world.shop.origin}/orders/${reference}`);
    expect(await page.locator('h1').textContent()).toBe('Thank you. Your order is in.');
    expect(hosted.isClosed()).toBe(true);
  });

  test('who closes the window finds the cart as it was', async () => {
    await fillCart();
    const [hosted] = await Promise.all([context.waitForEvent('page'), openWindow()]);
    await hosted.waitForURL(/#popup=/);
    await hosted.close();
    await expectFullCart('open');
  });

  test('when the window is blocked, the checkout opens in place of the cart, which stays as it was', async () => {
    await context.addInitScript('window.open = () => null');
    await fillCart();
    await openWindow();
    await page.waitForURL(/\/c\//);
    expect(context.pages()).toHaveLength(1);
    const { id } = world.gateway.lastSession();
    await page.goto(`${world.shop.origin}/return?morrow_session=${id}`);
    await expectFullCart('open');
  });

  test('when the shop may not open a checkout, the window closes and the page says why', async () => {
    await fillCart();
    for (let times = 0; times < 2; times += 1) {
      world.gateway.failures.push({
        path: /POST \/v1\/checkout-sessions$/,
        fact: { status: 422, body: { code: 'url_forbidden' } },
      });
    }
    await openWindow();
    await page.getByText('The checkout cannot be opened.').waitFor();
    expect(context.pages()).toHaveLength(1);
    await page.click('a[href="/cart"].button');
    expect(await page.locator('.sums .total dd').textContent()).toBe('¥68.00');
  });

  test("when Morrow's script does not come, the checkout opens by its form", async () => {
    await context.route('**/sdk/v1/morrow.js', (asked) => asked.abort());
    await fillCart();
    expect(await page.getByText('In a window').isVisible()).toBe(false);
    await page.click('form[action="/checkout"] button');
    await page.waitForURL(/\/c\//);
  });

  test("the order's page follows what happens, without being loaded again", async () => {
    await fillCart();
    await page.click('form[action="/checkout"] > button');
    const { id } = world.gateway.lastSession();
    world.gateway.change(id, { status: 'confirmed' });
    await page.goto(`${world.shop.origin}/return?morrow_session=${id}`);
    expect(await page.locator('h1').textContent()).toBe('Thank you. Your order is in.');
    await page.evaluate('window.loadedOnce = true');
    const [order] = world.gateway.orders.values();
    Object.assign(order!, { status: 'voided', version: 2, allowed_actions: [] });
    expect(await deliver(world, { type: 'order.voided', object_id: order!.id })).toBe(200);
    await page.getByText('This order was canceled.').waitFor();
    expect(await page.evaluate('window.loadedOnce')).toBe(true);
  });
});
