import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { currencies } from '../src/lib/money.ts';
import { formatMoney } from '../src/notifications/format.ts';
import { readAmount } from '../src/pages/read-amount.ts';
import { propertyTimeoutMs, runs } from './support/runs.ts';

describe('an amount that somebody types', { timeout: propertyTimeoutMs }, () => {
  it('is read back exactly as it is shown, in every currency and both languages', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 999_999_999_999_999n }),
        fc.constantFrom(...currencies),
        fc.constantFrom('en', 'zh-CN'),
        (amount, currency, locale) => {
          expect(readAmount(formatMoney(locale, { amount, currency }), currency)).toBe(amount);
        },
      ),
      runs(2_000),
    );
  });

  it('is never rounded: what it comes to is what its digits say', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{1,6}(\.[0-9]{1,4})?$/),
        fc.constantFrom(...currencies),
        (text, currency) => {
          const amount = readAmount(text, currency);
          if (amount === undefined) return;
          const shown = Number(formatMoney('en', { amount, currency }).replaceAll(/[^0-9.]/g, ''));
          expect(shown).toBe(Number(text));
        },
      ),
      runs(2_000),
    );
  });

  test.each([
    ['12.5', 'CNY', 1_250n],
    ['12', 'CNY', 1_200n],
    ['012.50', 'CNY', 1_250n],
    ['1,234.50', 'CNY', 123_450n],
    [' ¥ 12.50 ', 'CNY', 1_250n],
    ['１２．５０', 'CNY', 1_250n],
    ['￥1，234.5', 'CNY', 123_450n],
    ['12.50元', 'CNY', 1_250n],
    ['cny 12.50', 'CNY', 1_250n],
    ['CN¥12.50', 'CNY', 1_250n],
    ['US$3', 'USD', 300n],
    ['500', 'JPY', 500n],
    ['1.250', 'KWD', 1_250n],
    ['12,50', 'EUR', 1_250n],
    ['12，50 元', 'CNY', 1_250n],
    ['1,250', 'EUR', 125_000n],
    ['0', 'CNY', 0n],
  ])('%j of %s is %i', (text, currency, amount) => {
    expect(readAmount(text, currency)).toBe(amount);
  });

  test.each([
    ['', 'CNY'],
    ['12,5', 'CNY'],
    ['1,23,456', 'CNY'],
    ['1.234,50', 'CNY'],
    ['12.505', 'CNY'],
    ['12.', 'CNY'],
    ['.5', 'CNY'],
    ['-5', 'CNY'],
    ['+5', 'CNY'],
    ['1e3', 'CNY'],
    ['0x10', 'CNY'],
    ['$12.50', 'CNY'],
    ['12.50元', 'EUR'],
    ['500.0', 'JPY'],
    ['1.2505', 'KWD'],
    ['500,00', 'JPY'],
    ['٣', 'CNY'],
    ['9'.repeat(14), 'CNY'],
    ['twelve', 'CNY'],
    ['1 2 3 ¥', 'CNY'],
  ])('%j of %s is not an amount', (text, currency) => {
    expect(readAmount(text, currency)).toBeUndefined();
  });
});
