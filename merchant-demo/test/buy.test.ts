import { describe, expect, test, vi } from 'vitest';
import { findChromium } from '../../gateway/test/support/chromium.ts';
import {
  agree,
  choosePlan,
  fillCart,
  goToCheckout,
  introduceOneself,
  paymentsOf,
  returnToShop,
  shipAndAwaitPayment,
  signIn,
} from './support/drive.ts';
import { openShops, type Shopping } from './support/shopping.ts';

// A browser, a gateway and two shops share one machine.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const chromium = await findChromium();

describe.skipIf(!chromium)('buying in Chromium', () => {
  const enter = openShops(chromium, { after: 'capture', before: 'checkout' });

  const heading = ({ page }: Shopping) => page.locator('h1').textContent();

  test.each([
    ['phone', '+8613800000001'],
    ['desktop', '+8613800000002'],
  ] as const)(
    'a new shopper buys on a %s, from the product to the paid first installment',
    async (size, phone) => {
      const shopping = await enter('after', size);
      const { page, shop, complaints } = shopping;
      await fillCart(shopping, ['reading-lamp', 'fog-blanket']);
      await goToCheckout(shopping);
      await signIn(shopping, phone);
      await introduceOneself(shopping);
      await choosePlan(shopping, 'pay_in_4');
      await agree(shopping, 'ok');
      await returnToShop(shopping);

      expect(page.url()).toMatch(new RegExp(`^${shop.origin}/orders/LL-`));
      expect(await heading(shopping)).toBe('Thank you. Your order is in.');
      // 969.00 in four.
      expect(await paymentsOf(shopping)).toEqual(Array.from({ length: 4 }, () => '¥242.25 Planned'));
      expect(await page.locator('.top .count').count()).toBe(0);

      await shipAndAwaitPayment(shopping);
      expect(await heading(shopping)).toBe('Your order is on its way.');
      const scheduled = Array.from({ length: 3 }, () => '¥242.25 Scheduled');
      expect(await paymentsOf(shopping)).toEqual(['¥242.25 Paid', ...scheduled]);
      expect(complaints).toEqual([]);
    },
  );

  test.each(['phone', 'desktop'] as const)(
    'a known shopper buys on a %s without any script, in Chinese, and is asked for nothing twice',
    async (size) => {
      const shopping = await enter('after', size, { locale: 'zh-CN', javaScriptEnabled: false });
      const { page, shop, complaints } = shopping;
      await fillCart(shopping, ['reading-lamp']);
      expect(await heading(shopping)).toBe('您的购物车');
      expect(await page.locator('.line .name').textContent()).toBe('阅读灯');
      await goToCheckout(shopping);
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
      expect(await heading(shopping)).toBe('延后付款');
      await signIn(shopping, shop.knownPhones[size === 'phone' ? 0 : 1]!);
      // Neither who they are nor what they agreed to before: the next page has the plans.
      expect(await heading(shopping)).toBe('您想怎样付款？');
      await choosePlan(shopping, 'pay_in_3');
      expect(await heading(shopping)).toBe('阅读并同意');
      await agree(shopping, 'ok');
      expect(await heading(shopping)).toBe('已同意');
      await returnToShop(shopping);
      expect(await heading(shopping)).toBe('谢谢，订单已收到。');
      // 329.00 in three: the cents that are left over come first.
      expect(await paymentsOf(shopping)).toEqual(['¥109.67 预计', '¥109.67 预计', '¥109.66 预计']);

      await shipAndAwaitPayment(shopping);
      expect(await heading(shopping)).toBe('您的订单已发货。');
      expect(await paymentsOf(shopping)).toEqual(['¥109.67 已付', '¥109.67 待付', '¥109.66 待付']);
      expect(complaints).toEqual([]);
    },
  );

  test('who leaves the checkout finds the cart as it was, and can go again', async () => {
    const shopping = await enter('after', 'phone');
    const { page, shop, complaints } = shopping;
    await fillCart(shopping, ['dawn-mug', 'dawn-mug']);
    await goToCheckout(shopping);
    await signIn(shopping, '+8613800000003');
    await page.click('form[action$="/leave"] button');
    await shopping.look(page, 'left');
    expect(page.url()).toBe(`${shop.origin}/cart?notice=canceled`);
    expect(await page.locator('.notice').textContent()).toContain('The checkout was canceled.');
    expect(await page.locator('.line .quantity span').allTextContents()).toEqual(['2']);
    expect(await page.locator('.sums .total dd').textContent()).toBe('¥136.00');

    await goToCheckout(shopping);
    expect(new URL(page.url()).pathname).toMatch(/^\/c\//);
    expect(complaints).toEqual([]);
  });

  test('a card that is declined is changed for another, and the down payment is on the order', async () => {
    const shopping = await enter('before', 'desktop');
    const { page, complaints } = shopping;
    await fillCart(shopping, ['reading-lamp']);
    await goToCheckout(shopping);
    await signIn(shopping, '+8613800000004');
    await introduceOneself(shopping);
    await choosePlan(shopping, 'pay_in_4');
    await agree(shopping, 'declined');
    expect(await page.locator('[role=alert]').count()).toBe(1);

    await agree(shopping, 'ok');
    await returnToShop(shopping);
    expect(await heading(shopping)).toBe('Thank you. Your order is in.');
    // 329.00 in four: a quarter with the order, which has no date, and three on dates.
    const planned = Array.from({ length: 3 }, () => '¥82.25 Planned');
    expect(await paymentsOf(shopping)).toEqual(['¥82.25 Down payment', ...planned]);
    expect(complaints).toEqual([]);
  });
});
