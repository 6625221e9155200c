import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  currencies,
  digitsOf,
  divideHalfEven,
  isCurrency,
  maxOf,
  minOf,
  proportion,
  splitByLargestRemainder,
  splitEqually,
  sum,
  toJsonAmount,
} from '../src/lib/money.ts';

const amounts = fc.bigInt({ min: 0n, max: 10n ** 15n });
const anyNumerator = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const denominators = fc.bigInt({ min: 1n, max: 10n ** 9n });
const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 1, maxLength: 64 })
  .filter((list) => sum(list) > 0n);

describe('half-even division', () => {
  // moneyphp/money tests/RoundExamples.php at d49ee625, the HALF_EVEN cases; value × 10 over 10.
  test.each([
    [26n, 3n],
    [25n, 2n],
    [35n, 4n],
    [-26n, -3n],
    [-25n, -2n],
    [-35n, -4n],
    [20n, 2n],
  ])('rounds %s tenths to %s', (tenths, expected) => {
    expect(divideHalfEven(tenths, 10n)).toBe(expected);
  });

  test('is the nearest whole number, and the even one of two that are equally near', () => {
    fc.assert(
      fc.property(anyNumerator, denominators, (numerator, denominator) => {
        const quotient = divideHalfEven(numerator, denominator);
        const twiceOff = 2n * (numerator - quotient * denominator);
        const distance = twiceOff < 0n ? -twiceOff : twiceOff;
        expect(distance <= denominator).toBe(true);
        if (distance === denominator) expect(quotient % 2n).toBe(0n);
      }),
      {
        examples: [
          [1n, 2n],
          [3n, 2n],
          [-1n, 2n],
          [-3n, 2n],
          [5n, 10n],
        ],
      },
    );
  });

  test('refuses a denominator that is not positive', () => {
    expect(() => divideHalfEven(1n, 0n)).toThrow(RangeError);
    expect(() => divideHalfEven(1n, -2n)).toThrow(RangeError);
  });

  test('gives a proportion: 3 % of 100.00, and half a cent to the even one', () => {
    expect(proportion(10_000n, 300n, 10_000n)).toBe(300n);
    expect(proportion(50n, 300n, 10_000n)).toBe(2n);
    expect(proportion(150n, 300n, 10_000n)).toBe(4n);
  });
});

describe('splitting by largest remainder', () => {
  // moneyphp/money tests/MoneyTest.php at d49ee625 (allocationExamples, allocationTargetExamples) and
  // dinerojs/dinero.js at 76b969e5 (distribute.test.ts, allocate.test.ts): the cases without a sign.
  const published: [bigint, bigint[], bigint[]][] = [
    [100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    [101n, [1n, 1n, 1n], [34n, 34n, 33n]],
    [5n, [3n, 7n], [2n, 3n]],
    [5n, [7n, 3n], [4n, 1n]],
    [5n, [7n, 3n, 0n], [4n, 1n, 0n]],
    [5n, [0n, 7n, 3n], [0n, 4n, 1n]],
    [5n, [7n, 0n, 3n], [4n, 0n, 1n]],
    [5n, [0n, 0n, 1n], [0n, 0n, 5n]],
    [5n, [0n, 3n, 7n], [0n, 2n, 3n]],
    [0n, [0n, 0n, 1n], [0n, 0n, 0n]],
    [2n, [1n, 1n, 1n], [1n, 1n, 0n]],
    [1n, [1n, 1n], [1n, 0n]],
    [101n, [3n, 7n], [30n, 71n]],
    [101n, [7n, 3n], [71n, 30n]],
    [15n, [1n, 1n], [8n, 7n]],
    [10n, [1n, 1n, 1n], [4n, 3n, 3n]],
    [1003n, [50n, 50n], [502n, 501n]],
    [100n, [1n, 3n], [25n, 75n]],
    [1003n, [0n, 50n, 50n], [0n, 502n, 501n]],
    [5n, [100n, 101n, 100n, 100n], [1n, 2n, 1n, 1n]],
    [801n, [1n, 3n], [200n, 601n]],
    [5n, [50n, 50n], [3n, 2n]],
    [5n, [1n, 3n], [1n, 4n]],
  ];
  test.each(published)('%s by %s is %s', (amount, by, expected) => {
    expect(splitByLargestRemainder(amount, by)).toEqual(expected);
  });

  test('gives parts that sum to the amount, each within one unit of its exact share', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, by) => {
        const parts = splitByLargestRemainder(amount, by);
        const total = sum(by);
        expect(parts).toHaveLength(by.length);
        expect(sum(parts)).toBe(amount);
        parts.forEach((part, index) => {
          const off = part * total - amount * (by[index] ?? 0n);
          expect(off < total && off > -total).toBe(true);
          if (by[index] === 0n) expect(part).toBe(0n);
        });
      }),
    );
  });

  test('refuses weights that are all zero, negative or missing, and a negative amount', () => {
    expect(() => splitByLargestRemainder(5n, [])).toThrow(RangeError);
    expect(() => splitByLargestRemainder(5n, [0n, 0n])).toThrow(RangeError);
    expect(() => splitByLargestRemainder(5n, [2n, -1n])).toThrow(RangeError);
    expect(() => splitByLargestRemainder(-5n, [7n, 3n])).toThrow(RangeError);
  });
});

describe('splitting equally', () => {
  test('rounds each part half to even and leaves the rest to the last', () => {
    expect(splitEqually(10_000n, 4)).toEqual([2500n, 2500n, 2500n, 2500n]);
    expect(splitEqually(10_000n, 3)).toEqual([3333n, 3333n, 3334n]);
    expect(splitEqually(20_000n, 3)).toEqual([6667n, 6667n, 6666n]);
    expect(splitEqually(10_001n, 1)).toEqual([10_001n]);
  });

  test('gives parts that sum to the amount, none of them negative, all but the last equal', () => {
    const counts = fc.integer({ min: 1, max: 36 });
    const small = fc.bigInt({ min: 0n, max: 100n });
    fc.assert(
      fc.property(fc.oneof(small, amounts), counts, (amount, count) => {
        const parts = splitEqually(amount, count);
        expect(parts).toHaveLength(count);
        expect(sum(parts)).toBe(amount);
        expect(minOf(0n, ...parts)).toBe(0n);
        expect(new Set(parts.slice(0, -1)).size).toBeLessThanOrEqual(1);
      }),
      {
        examples: [
          [11n, 7],
          [18n, 12],
        ],
      },
    );
  });

  test('refuses a count of no parts', () => {
    expect(() => splitEqually(100n, 0)).toThrow(RangeError);
  });
});

describe('currencies', () => {
  test('have the minor units of ISO 4217', () => {
    // datasets/currency-codes data/codes-all.csv at ab9b0ae8 (SIX list one).
    expect(Object.fromEntries(currencies.map((code) => [code, digitsOf(code)]))).toEqual({
      CNY: 2,
      EUR: 2,
      GBP: 2,
      USD: 2,
      JPY: 0,
      KWD: 3,
    });
  });

  test('are known by their exact code only', () => {
    for (const code of ['cny', 'XXX', '', 'toString', 'constructor']) {
      expect(isCurrency(code)).toBe(false);
      expect(() => digitsOf(code)).toThrow(/unknown currency/);
    }
  });
});

describe('amounts', () => {
  test('become JSON integers as long as a double holds them exactly', () => {
    expect(toJsonAmount(0n)).toBe(0);
    expect(toJsonAmount(-3880n)).toBe(-3880);
    expect(toJsonAmount(9_007_199_254_740_991n)).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => toJsonAmount(9_007_199_254_740_992n)).toThrow(RangeError);
    expect(() => toJsonAmount(-9_007_199_254_740_992n)).toThrow(RangeError);
  });

  test('have a least, a greatest and a sum', () => {
    expect([minOf(3n, -1n, 2n), maxOf(3n, -1n, 5n), minOf(7n), maxOf(7n)]).toEqual([-1n, 5n, 7n, 7n]);
    expect(sum([])).toBe(0n);
    expect(sum([1n, -2n, 3n])).toBe(2n);
  });
});
