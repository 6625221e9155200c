import { describe, expect, test, vi } from 'vitest';
import { findChromium } from '../../gateway/test/support/chromium.ts';
import {
  agreeInWindow,
  choosePlan,
  fillCart,
  introduceOneself,
  openCheckoutWindow,
  paymentsOf,
  shipAndAwaitPayment,
  signIn,
} from './support/drive.ts';
import { openShops } from './support/shopping.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const chromium = await findChromium();

describe.skipIf(!chromium)('buying in a window', () => {
  const enter = openShops(chromium, { shop: 'capture' });

  test.each([
    [
      'known',
      'desktop',
      'en',
      'Pay later with Morrow',
      'Thank you. Your order is in.',
      ['Planned', 'Paid', 'Scheduled'],
    ],
    ['new', 'phone', 'zh-CN', '用 Morrow 先买后付', '谢谢，订单已收到。', ['预计', '已付', '待付']],
    [
      'known',
      'phone',
      'en',
      'Pay later with Morrow',
      'Thank you. Your order is in.',
      ['Planned', 'Paid', 'Scheduled'],
    ],
    ['new', 'desktop', 'zh-CN', '用 Morrow 先买后付', '谢谢，订单已收到。', ['预计', '已付', '待付']],
  ] as const)(
    'a %s shopper agrees in a window on a %s (%s), and the page that opened it leads to the order',
    async (who, size, locale, label, thanks, [planned, paid, scheduled]) => {
      const shopping = await enter('shop', size, { locale });
      const { page, shop, complaints } = shopping;
      await fillCart(shopping, ['reading-lamp', 'fog-blanket']);
      await page.evaluate('window.openedHere = true');
      const inWindow = await openCheckoutWindow(shopping);
      expect(await page.locator('morrow-button button').textContent()).toBe(label);
      expect(await inWindow.page.locator('html').getAttribute('lang')).toBe(locale);
      const atDesktop = size === 'desktop';
      await signIn(
        inWindow,
        who === 'known' ? shop.knownPhones[atDesktop ? 0 : 1]! : `+861380000000${atDesktop ? 5 : 6}`,
      );
      if (who === 'new') await introduceOneself(inWindow);
      await choosePlan(inWindow, 'pay_in_4');
      // All that time the shop's page waited behind the window, as it was.
      expect(await page.evaluate('window.openedHere')).toBe(true);
      await agreeInWindow(inWindow, 'ok');

      await page.waitForURL(`${shop.origin}/orders/LL-*`);
      expect(page.context().pages()).toEqual([page]);
      expect(await page.locator('h1').textContent()).toBe(thanks);
      expect(await paymentsOf(shopping)).toEqual(Array.from({ length: 4 }, () => `¥242.25 ${planned}`));
      expect(await page.locator('.top .count').count()).toBe(0);
      await shipAndAwaitPayment(shopping);
      const open = Array.from({ length: 3 }, () => `¥242.25 ${scheduled}`);
      expect(await paymentsOf(shopping)).toEqual([`¥242.25 ${paid}`, ...open]);
      expect(complaints).toEqual([]);
    },
  );

  test('who cancels in the window is back at the cart, which is as it was', async () => {
    const shopping = await enter('shop', 'desktop');
    const { page, shop, complaints } = shopping;
    await fillCart(shopping, ['reading-lamp']);
    const inWindow = await openCheckoutWindow(shopping);
    await signIn(inWindow, '+8613800000007');
    await Promise.all([
      inWindow.page.waitForEvent('close'),
      inWindow.page.click('form[action$="/leave"] button'),
    ]);
    await page.waitForURL(`${shop.origin}/cart?notice=canceled`);
    expect(await page.locator('.sums .total dd').textContent()).toBe('¥329.00');
    expect(complaints).toEqual([]);
  });
});
