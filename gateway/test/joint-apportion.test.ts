import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addedParts, mostFunders, partsByTerms, takenParts } from '../src/credit/apportion.ts';
import { proportion, sum } from '../src/lib/money.ts';

const sharesOf = fc
  .array(fc.bigInt(1n, 9_998n), { minLength: 1, maxLength: mostFunders - 1 })
  .filter((some) => sum(some) < 10_000n)
  .map((some) => [...some, 10_000n - sum(some)]);
const amount = fc.oneof(fc.bigInt(0n, 12n), fc.bigInt(0n, 10_000_000n));

/** How far the worst of them is from its share, in parts of 10,000 of a minor unit. */
function offBy(parts: readonly bigint[], shares: readonly bigint[]): bigint {
  const whole = sum(parts);
  const gaps = parts.map((part, index) => part * 10_000n - whole * (shares[index] ?? 0n));
  return gaps.map((gap) => (gap < 0n ? -gap : gap)).reduce((most, gap) => (gap > most ? gap : most), 0n);
}

describe('what several funders carry', () => {
  test('stays exact, never below nothing and at their shares, whatever comes and goes', () => {
    fc.assert(
      fc.property(sharesOf, fc.array(fc.tuple(fc.boolean(), amount), { maxLength: 40 }), (shares, moves) => {
        let has = shares.map(() => 0n);
        for (const [adds, asked] of moves) {
          const whole = sum(has);
          const moved = adds || asked <= whole ? asked : whole;
          const parts = adds ? addedParts(moved, has, shares) : takenParts(moved, has, shares);
          expect(sum(parts)).toBe(moved);
          expect(parts.every((part) => part >= 0n)).toBe(true);
          has = has.map((had, index) => had + (adds ? 1n : -1n) * (parts[index] ?? 0n));
          expect(has.every((had) => had >= 0n)).toBe(true);
          expect(offBy(has, shares)).toBeLessThan(10_000n);
        }
        expect(takenParts(sum(has), has, shares)).toEqual(has);
      }),
      { numRuns: 500 },
    );
  });

  test('is taken back towards the shares where it was not at them, and still exact', () => {
    const odd = fc.tuple(sharesOf, fc.array(amount, { minLength: 3, maxLength: 3 }), amount);
    fc.assert(
      fc.property(odd, ([shares, some, asked]) => {
        const has = some.slice(0, shares.length);
        const parts = addedParts(asked, has, shares);
        expect([sum(parts), parts.every((part) => part >= 0n)]).toEqual([asked, true]);
        const off = asked < sum(has) ? asked : sum(has);
        const taken = takenParts(off, has, shares);
        expect(sum(taken)).toBe(off);
        expect(taken.every((part, index) => part >= 0n && part <= (has[index] ?? 0n))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('gives by everybody’s own terms what one with these terms would', () => {
    const terms = fc.tuple(
      fc.array(amount, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 10_000 }),
    );
    fc.assert(
      fc.property(terms, ([amounts, basisPoints]) => {
        const parts = partsByTerms(
          amounts,
          amounts.map(() => basisPoints),
        );
        expect(sum(parts)).toBe(proportion(sum(amounts), BigInt(basisPoints), 10_000n));
      }),
    );
    expect(partsByTerms([700n, 300n], [200, 500])).toEqual([14n, 15n]);
  });

  test('is 70 % and 30 % of a first installment’s principal to the cent', () => {
    expect(takenParts(19_408n, [84_000n, 36_000n], [7000n, 3000n])).toEqual([13_586n, 5_822n]);
  });

  test('is refused for more than three, and for more than there is', () => {
    expect(() => addedParts(1n, [0n, 0n, 0n, 0n], [1n, 1n, 1n, 1n])).toThrow('at most');
    expect(() => takenParts(3n, [1n, 1n], [1n, 1n])).toThrow('3 is more than the 2');
  });
});
