import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { findChromium } from '../../gateway/test/support/chromium.ts';
import { buyAsKnown, type Drive, paymentsOf, shipAndAwaitPayment } from './support/drive.ts';
import { openShops } from './support/shopping.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const chromium = await findChromium();

describe.skipIf(!chromium)('after buying', () => {
  const enter = openShops(chromium, { shop: 'capture' });

  /** Sets a mark that is gone when the page is loaded again. */
  const mark = (page: Page) => page.evaluate('window.loadedOnce = true');
  const isMarked = (page: Page) => page.evaluate<boolean>('window.loadedOnce === true');

  /** The order's page follows by itself. */
  async function expectPayments(drive: Drive, payments: string[]): Promise<void> {
    await expect.poll(() => paymentsOf(drive), { timeout: 10_000 }).toEqual(payments);
    expect(await isMarked(drive.page)).toBe(true);
  }

  test('who pays an installment early in the account sees it paid in the shop, then the whole plan', async () => {
    const shopping = await enter('shop', 'phone');
    const { page, shop, look, complaints } = shopping;
    await buyAsKnown(shopping, shop.knownPhones[0]!, ['reading-lamp', 'fog-blanket']);
    await shipAndAwaitPayment(shopping);
    await mark(page);

    const account = await page.context().newPage();
    // Who has just bought is signed in.
    await account.goto(shop.accountUrl);
    expect(await account.locator('.sum').textContent()).toBe('¥726.75');
    await look(account, 'account');
    await account.click('.plans a');
    await account.click('a[href$="pay=next"]');
    await account.click('form[action$="/pay"] button');
    expect(await account.locator('[role=status]').textContent()).toContain('Paid: ¥242.25. Thank you.');
    await look(account, 'account-plan');
    await expectPayments(shopping, [
      '¥242.25 Paid',
      '¥242.25 Paid',
      '¥242.25 Scheduled',
      '¥242.25 Scheduled',
    ]);

    await account.click('a[href$="pay=all"]');
    await account.click('form[action$="/pay"] button');
    expect(await account.locator('h2', { hasText: 'Paid in full' }).count()).toBe(1);
    await expectPayments(
      shopping,
      Array.from({ length: 4 }, () => '¥242.25 Paid'),
    );
    await expect.poll(() => page.locator('main').textContent()).toContain('All of it is paid. Thank you.');
    expect(complaints).toEqual([]);
  });

  test('a refund in the back office shortens the schedule on the page of the order', async () => {
    const shopping = await enter('shop', 'desktop', { locale: 'zh-CN' });
    const { page, shop, look, complaints } = shopping;
    await buyAsKnown(shopping, shop.knownPhones[1]!, ['reading-lamp', 'fog-blanket']);
    expect(await paymentsOf(shopping)).toEqual(Array.from({ length: 4 }, () => '¥242.25 预计'));
    await mark(page);
    const reference = new URL(page.url()).pathname.split('/').at(-1)!;

    const office = await page.context().newPage();
    await office.goto(`${shop.origin}/office`);
    await look(office, 'office');
    await office.click(`a[href="/office/orders/${reference}"]`);
    await office.click('form[action$="/ship"] button.primary');
    await expectPayments(shopping, ['¥242.25 已付', '¥242.25 待付', '¥242.25 待付', '¥242.25 待付']);

    await office.fill('#refund-amount', '300');
    await office.click('form[action$="/refund-preview"] button');
    expect(await office.locator('.refund-preview .schedule tbody tr').allTextContents()).toHaveLength(3);
    await look(office, 'office-refund-preview');
    await office.click('form[action$="/refund"] button');
    await look(office, 'office-refunded');
    expect(await office.locator('.figures .refunded dd').textContent()).toBe('¥300.00');
    // From the last payment on: it is gone whole, and 57.75 of the one before it.
    await expectPayments(shopping, ['¥242.25 已付', '¥242.25 待付', '¥184.50 待付', '¥0.00 无需支付']);
    expect(await page.locator('.lead').textContent()).toBe('已退款 ¥300.00。');

    await office.fill('#refund-amount', '5000');
    await office.click('form[action$="/refund-preview"] button');
    expect(await office.locator('[role=alert]').textContent()).toContain('refund_exceeds_refundable');
    expect(complaints).toEqual([
      expect.stringMatching(/^409 .*\/refund-preview$/),
      expect.stringContaining('409'),
    ]);
  });
});
