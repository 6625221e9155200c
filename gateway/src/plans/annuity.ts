import { divideHalfEven } from '../lib/money.ts';
import { yearUnits } from './day-count.ts';
import type { InterestTerms } from './terms.ts';

/** A fraction; the denominator is positive. */
export type Ratio = { numerator: bigint; denominator: bigint };

/** By what a debt grows in each of the periods that last `units`, as fractions in lowest terms. */
export function growthOf(terms: InterestTerms, units: readonly number[]): Ratio[] {
  const year = yearUnits[terms.day_count] * 1_000_000;
  return units.map((length) => {
    const interest = terms.shopper_rate_ppm * length;
    const divisor = greatestCommonDivisor(interest, year);
    return {
      numerator: BigInt((year + interest) / divisor),
      denominator: BigInt(year / divisor),
    };
  });
}

/** What payments at the ends of the periods are worth at the start of the first; exact. */
export function presentValue(payments: readonly bigint[], growth: readonly Ratio[]): Ratio {
  let numerator = 0n;
  let denominator = 1n;
  let discount = 1n;
  for (const [index, { numerator: grown, denominator: from }] of growth.entries()) {
    discount *= from;
    denominator *= grown;
    numerator = numerator * grown + (payments[index] ?? 0n) * discount;
  }
  return { numerator, denominator };
}

/** The level payment that repays `amount` over the periods, exact. */
export function levelPayment(amount: bigint, growth: readonly Ratio[]): Ratio {
  const one = presentValue(
    growth.map(() => 1n),
    growth,
  );
  return { numerator: amount * one.denominator, denominator: one.numerator };
}

export function timesHalfEven(amount: bigint, { numerator, denominator }: Ratio): bigint {
  return divideHalfEven(amount * numerator, denominator);
}

function greatestCommonDivisor(a: number, b: number): number {
  return a === 0 ? b : greatestCommonDivisor(b % a, a);
}
