import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../gateway/test/support/chromium.ts';
import { SESSION } from './support/browser-gateway.ts';
import { type BrowserWorld, openBrowserWorld, type Shop } from './support/browser-world.ts';

const chromium = await findChromium();

describe.skipIf(!chromium)('the checkout from a page of the shop', { timeout: 60_000 }, () => {
  let world: BrowserWorld;
  const shops: Shop[] = [];

  beforeAll(async () => {
    world = await openBrowserWorld(chromium!);
  });
  afterEach(async () => {
    world.gateway.status = 'open';
    world.gateway.asked.length = 0;
    world.gateway.acks.length = 0;
    await Promise.all(shops.splice(0).map(({ context }) => context.close()));
  });
  afterAll(() => world?.close());

  const openShop = async (options = {}): Promise<Shop> => {
    const shop = await world.openShop(options);
    shops.push(shop);
    return shop;
  };

  const outcomes = (page: Page) => page.evaluate<unknown[]>('outcomes');

  /** Clicks, and waits until the window is at the gateway. */
  const startInWindow = async (page: Page): Promise<Page> => {
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#pay')]);
    await popup.waitForURL(`${world.gateway.origin}/c/**`);
    return popup;
  };

  /** How the checkouts ended, once there are so many. */
  const whenAllEnded = async (page: Page, count: number): Promise<unknown[]> => {
    await expect.poll(() => outcomes(page), { timeout: 15_000 }).toHaveLength(count);
    return outcomes(page);
  };

  const whenEnded = async (page: Page): Promise<unknown> => (await whenAllEnded(page, 1))[0];

  /** Where the window's own page leads it, so that it keeps its opener. */
  const lead = async (popup: Page, url: string): Promise<void> => {
    await Promise.all([popup.waitForURL(url), popup.evaluate(`location.href = ${JSON.stringify(url)}`)]);
  };

  test('leads to the hosted page, and nowhere else', async () => {
    const { page } = await openShop();
    for (const url of ['https://elsewhere.example/c/1', 'javascript:alert(1)', world.shopOrigin, 'x']) {
      const thrown = await page.evaluate<string>(
        `(() => { try { browser.redirect(${JSON.stringify(url)}); return '' } catch (error) { return error.name } })()`,
      );
      expect(thrown, url).toBe('TypeError');
    }
    await Promise.all([
      page.waitForURL(world.gateway.url),
      page.evaluate(`browser.redirect('${world.gateway.url}')`),
    ]);
  });

  test('ends in a window with what the hosted page tells, acknowledges it and closes the window', async () => {
    const { page, complaints } = await openShop();
    const popup = await startInWindow(page);
    const fragment = new URLSearchParams(new URL(popup.url()).hash.slice(1));
    expect(Object.fromEntries(fragment)).toEqual({
      popup: expect.stringMatching(/^[0-9a-f]{32}$/),
      origin: world.shopOrigin,
    });

    await popup.evaluate('finish()');
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'confirmed' });
    expect(popup.isClosed()).toBe(true);
    await expect
      .poll(() => world.gateway.acks)
      .toEqual([
        { source: 'morrow', v: 1, type: 'checkout.ack', session: SESSION, nonce: fragment.get('popup') },
      ]);
    expect(world.gateway.asked).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("understands the gateway's own pages", async () => {
    const { page } = await openShop();
    const url = `${world.gateway.origin}/c/real?shop=${world.shopOrigin}`;
    await page.evaluate(`start = async () => ({ url: '${url}', session: '${SESSION}', clientToken: 't' })`);
    const popup = await startInWindow(page);
    await popup.waitForURL(url); // The script has read the fragment, and taken it from the address.
    await popup.getByRole('link', { name: 'Agree' }).click();
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'confirmed' });
    expect(popup.isClosed()).toBe(true);
    expect(world.gateway.asked).toEqual([]);
  });

  test('uses a nonce of its own each time', async () => {
    const { page } = await openShop();
    const nonces = new Set<string>();
    for (let time = 0; time < 2; time += 1) {
      const popup = await startInWindow(page);
      nonces.add(new URL(popup.url()).hash);
      await popup.evaluate('finish()');
      await whenAllEnded(page, time + 1);
    }
    expect(nonces.size).toBe(2);
  });

  test('opens one window and one session for two clicks', async () => {
    const { page, context } = await openShop();
    const popup = await startInWindow(page);
    await page.click('#pay');
    expect(context.pages()).toHaveLength(2);
    await popup.evaluate('finish()');
    expect(await whenAllEnded(page, 2)).toEqual([
      { session: SESSION, status: 'confirmed' },
      { session: SESSION, status: 'confirmed' },
    ]);
    expect(await page.evaluate('starts.length')).toBe(1);
  });

  test.each([
    ['another session', { session: 'cs_2' }],
    ['another nonce', { nonce: '0'.repeat(32) }],
    ['no nonce', { nonce: null }],
    ['another version', { v: 2 }],
    ['another source', { source: 'other' }],
    ['another type', { type: 'checkout.ack' }],
    ['a status that is no end', { status: 'open' }],
    ['a status that there is not', { status: '<script>' }],
  ])('ignores a message with %s', async (_, change) => {
    const { page } = await openShop();
    const popup = await startInWindow(page);
    await popup.evaluate(`finish(${JSON.stringify(change)})`);
    await popup.evaluate(`finish({ status: 'canceled' })`);
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'canceled' });
    expect(world.gateway.acks.length).toBeLessThanOrEqual(1);
  });

  test.each([
    ['nothing', 'null'],
    ['a text', '"morrow"'],
    ['an array', '[1]'],
  ])('ignores a message that is %s', async (_, message) => {
    const { page, complaints } = await openShop();
    const popup = await startInWindow(page);
    await popup.evaluate(`opener.postMessage(${message}, shop)`);
    await popup.evaluate(`finish({ status: 'expired' })`);
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'expired' });
    expect(complaints).toEqual([]);
  });

  test('ignores a message from a foreign origin, though it comes from the window and knows the nonce', async () => {
    const { page } = await openShop();
    const popup = await startInWindow(page);
    const { hash } = new URL(popup.url());
    await lead(popup, `${world.strangerOrigin}/`);
    const nonce = new URLSearchParams(hash.slice(1)).get('popup');
    const message = { source: 'morrow', v: 1, type: 'checkout.finished', session: SESSION, nonce };
    await popup.evaluate(
      `opener.postMessage(${JSON.stringify({ ...message, status: 'confirmed' })}, ${JSON.stringify(world.shopOrigin)})`,
    );
    await lead(popup, `${world.gateway.url}${hash}`);
    await popup.evaluate(`finish({ status: 'canceled' })`);
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'canceled' });
  });

  test('ignores a message from another window of the gateway, though it knows the nonce', async () => {
    const { page } = await openShop({ body: `<iframe src="${world.gateway.url}"></iframe>` });
    const popup = await startInWindow(page);
    const nonce = new URLSearchParams(new URL(popup.url()).hash.slice(1)).get('popup');
    const frame = page.frames().find((found) => found.url() === world.gateway.url)!;
    await frame.evaluate(`finish({ nonce: '${nonce}' })`);
    await popup.evaluate(`finish({ status: 'canceled' })`);
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'canceled' });
  });

  test.each(['confirmed', 'canceled', 'expired'])(
    'asks the gateway when the window was closed: %s',
    async (status) => {
      const { page } = await openShop();
      const popup = await startInWindow(page);
      world.gateway.status = status;
      await popup.close();
      expect(await whenEnded(page)).toEqual({ session: SESSION, status });
      expect(world.gateway.asked.map(({ pathname }) => pathname)).toEqual([
        `/v1/checkout-sessions/${SESSION}/status`,
      ]);
    },
  );

  test('does not take a closed window for a canceled checkout', async () => {
    const { page } = await openShop();
    const popup = await startInWindow(page);
    await popup.close();
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'open' });
  });

  test('hears of an agreement that was on its way when the window was closed', async () => {
    const { page } = await openShop();
    const popup = await startInWindow(page);
    await popup.close();
    await expect.poll(() => world.gateway.asked.length, { interval: 20, timeout: 10_000 }).toBe(1);
    world.gateway.status = 'confirmed';
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'confirmed' });
  });

  test('says that it does not know when the gateway does not answer', async () => {
    const { page } = await openShop();
    const popup = await startInWindow(page);
    world.gateway.status = 503;
    await popup.close();
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'unknown' });
    expect(world.gateway.asked).toHaveLength(3);
  });

  test('notices a window that came back to the shop by the ordinary way', async () => {
    const { page } = await openShop();
    const popup = await startInWindow(page);
    world.gateway.status = 'canceled';
    await lead(popup, `${world.shopOrigin}/return?morrow_session=${SESSION}`).catch(() => undefined);
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'canceled' });
    expect(popup.isClosed()).toBe(true);
  });

  test('learns from the gateway what a window that lost its opener cannot tell', async () => {
    const { page } = await openShop();
    const popup = await startInWindow(page);
    // What the shopper types into the address bar makes a window forget who opened it.
    await popup.goto(world.strangerOrigin);
    expect(await popup.evaluate('opener')).toBe(null);
    world.gateway.status = 'confirmed';
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'confirmed' });
  });

  test('redirects when the window is blocked', async () => {
    // A page that may not open windows: window.open answers as it does under a blocker.
    const { page, context } = await openShop({ sandbox: 'allow-scripts allow-same-origin' });
    await Promise.all([page.waitForURL(world.gateway.url), page.click('#pay')]);
    expect(context.pages()).toHaveLength(1);
  });

  test('tells a page that a blocked window became a redirect', async () => {
    const { page } = await openShop({ sandbox: 'allow-scripts allow-same-origin' });
    await page.route(world.gateway.url, (route) => route.fulfill({ status: 204 }));
    await page.click('#pay');
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'redirecting' });
  });

  test('opens the window before the server is asked, and closes it when the server refuses', async () => {
    const { page } = await openShop();
    await page.evaluate(
      `start = () => new Promise((_, reject) => { refuse = () => reject(new Error('sold out')) })`,
    );
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#pay')]);
    expect(popup.url()).toBe('about:blank');
    await page.evaluate('refuse()');
    expect(await whenEnded(page)).toEqual({ error: 'sold out' });
    await expect.poll(() => popup.isClosed()).toBe(true);
  });

  test('asks for the status when the window is closed before the session is there', async () => {
    const { page } = await openShop();
    await page.evaluate(
      `start = ((begin) => async () => { await new Promise((done) => { go = done }); return begin() })(start)`,
    );
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#pay')]);
    await popup.close();
    await page.evaluate('go()');
    expect(await whenEnded(page)).toEqual({ session: SESSION, status: 'open' });
  });

  test('opens no page elsewhere in the window, whatever the server answers', async () => {
    const { page } = await openShop();
    await page.evaluate(
      `start = async () => ({ url: '${world.strangerOrigin}/c/1', session: 'cs_1', clientToken: '' })`,
    );
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#pay')]);
    expect(await whenEnded(page)).toEqual({ error: expect.stringContaining('not at') });
    await expect.poll(() => popup.isClosed()).toBe(true);
  });
});
