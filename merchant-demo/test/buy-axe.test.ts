import { describe, expect, test, vi } from 'vitest';
import { findChromium } from '../../gateway/test/support/chromium.ts';
import { breachesOn } from '../../gateway/test/support/axe.ts';
import { buyAsKnown } from './support/drive.ts';
import { openShops } from './support/shopping.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const chromium = await findChromium();

const everyPage = [
  '/',
  '/cart',
  '/nothing',
  '/office',
  '/office/deliveries',
  '/office/events/:id',
  '/office/orders/:id',
  '/office/orders/:id/refund-preview',
  '/office/payouts/:id',
  '/office/settlements',
  '/office/settlements/:id',
  '/orders',
  '/orders/:id',
  '/products/fog-blanket',
  '/return',
];

describe.skipIf(!chromium)("axe on the shop's pages", () => {
  const enter = openShops(chromium, { phone: 'capture', desktop: 'checkout' });

  test.each([
    ['phone', 'en', 'light'],
    ['desktop', 'zh-CN', 'dark'],
  ] as const)('it finds nothing on a %s, in %s, %s', async (size, locale, colorScheme) => {
    const shopping = await enter(size, size, {
      locale,
      colorScheme,
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    const { page, shop, look } = shopping;
    const seen = new Set<string>();
    /** Looks at the page as it stands or, when an address is given, at that page. */
    const inspect = async (name: string, path?: string) => {
      if (path !== undefined) await page.goto(shop.origin + path);
      await look(page, name);
      seen.add(new URL(page.url()).pathname.replace(/\/(?:LL-|[a-z]+_)[\w-]+/, '/:id'));
      expect.soft(await breachesOn(page), name).toEqual([]);
    };

    await inspect('catalog', '/');
    await inspect('no-cart', '/cart');
    await inspect('no-orders', '/orders');
    await inspect('no-settlements', '/office/settlements');
    await inspect('missing', '/nothing');
    await inspect('not-yours', '/return?morrow_session=cs_00000000000000000000000000000000');
    await page.goto(`${shop.origin}/products/fog-blanket`);
    await page.locator('morrow-message [part=text]').waitFor();
    await inspect('product');
    await page.click('form[action="/cart"] button');
    await page.locator('morrow-message [part=text]').waitFor();
    await inspect('cart');
    await page.check('input[name="mode"][value="window"]');
    await page.locator('morrow-button button').waitFor();
    await inspect('cart-window');
    await inspect('cart-canceled', '/cart?notice=canceled');
    await inspect('cart-mismatch', '/cart?notice=mismatch');

    await buyAsKnown(shopping, shop.knownPhones[0]!, ['reading-lamp']);
    const order = new URL(page.url()).pathname;
    await inspect('order');
    await inspect('office-order', `/office${order}`);
    await page.fill('#capture-amount', '600');
    await page.locator('#capture-amount').press('Enter');
    await page.locator('#refund-amount').fill('100');
    await page.locator('#refund-amount').press('Enter');
    await page.locator('.refund-preview').waitFor();
    await inspect('office-refund-preview');
    await page.click('form[action$="/refund"] button');
    await page.locator('.figures .refunded').waitFor();
    await inspect('office-order-part');
    await page.fill('#refund-amount', '5000');
    await page.locator('#refund-amount').press('Enter');
    await page.locator('[role=alert]').waitFor();
    await inspect('office-order-refused');
    await page.click('form[action$="/void"] button');
    await inspect('office-order-over');
    await inspect('order-refunded', order);
    await inspect('orders', '/orders');

    await shop.morrow.sandbox.advanceClock({ to: '2026-03-05T04:00:00.000Z' });
    await inspect('office', '/office');
    await inspect('deliveries', '/office/deliveries');
    await page.click('.data a >> nth=0');
    await inspect('event');
    await inspect('settlements', '/office/settlements');
    await page.click('a[href^="/office/settlements/"] >> nth=0');
    await inspect('settlement');
    await page.goto(`${shop.origin}/office/settlements`);
    await page.click('a[href^="/office/payouts/"] >> nth=0');
    await inspect('payout');
    expect([...seen].sort()).toEqual(everyPage);
  });
});
