/**
 * Money is a bigint of minor units beside an ISO 4217 code. In JSON it is an integer.
 */
export type Currency = string;

/** Minor-unit digits of the currencies that the gateway accepts (ISO 4217). */
const minorDigits: Record<string, number> = { CNY: 2, EUR: 2, GBP: 2, USD: 2, JPY: 0, KWD: 3 };

export const currencies = Object.keys(minorDigits);

export function isCurrency(value: string): boolean {
  return Object.hasOwn(minorDigits, value);
}

/** Digits after the decimal point of `currency`: 2 for CNY, 0 for JPY, 3 for KWD. */
export function digitsOf(currency: Currency): number {
  const digits = isCurrency(currency) ? minorDigits[currency] : undefined;
  if (digits === undefined) throw new Error(`unknown currency ${currency}`);
  return digits;
}

/** Minor units as a JSON integer; refuses what a double cannot hold exactly. */
export function toJsonAmount(amount: bigint): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new RangeError(`amount ${amount} does not fit a JSON integer`);
  return number;
}

export function minOf(first: bigint, ...rest: bigint[]): bigint {
  return rest.reduce((least, next) => (next < least ? next : least), first);
}

export function maxOf(first: bigint, ...rest: bigint[]): bigint {
  return rest.reduce((most, next) => (next > most ? next : most), first);
}

export function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

/** `numerator / denominator` rounded half to even (IEEE 754 roundTiesToEven); the denominator is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('the denominator must be positive');
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const quotient = magnitude / denominator;
  const twice = 2n * (magnitude % denominator);
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}

/** The part `share / whole` of an amount, rounded half to even. */
export function proportion(amount: bigint, share: bigint, whole: bigint): bigint {
  return divideHalfEven(amount * share, whole);
}

/**
 * Splits `amount` by `weights` so that the parts sum to it exactly: each part is floored, and what is left goes a
 * unit at a time to the parts with the largest remainders, the earlier first among equals.
 */
export function splitByLargestRemainder(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = sum(weights);
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('weights must be positive or zero, not all zero');
  }
  if (amount < 0n) throw new RangeError('a negative amount is not split');
  const parts = weights.map((weight) => (amount * weight) / total);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (amount * weight) % total }))
    .toSorted((a, b) =>
      a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
    );
  let left = amount - sum(parts);
  for (const { index } of byRemainder) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}

/**
 * Splits `amount` into `count` equal parts rounded half to even; the last part takes what is left.
 * Product rule 4: the order's total is authoritative.
 */
export function splitEqually(amount: bigint, count: number): bigint[] {
  const rounded = divideHalfEven(amount, BigInt(count));
  // Rounding up so many small parts could leave less than nothing for the last.
  const part = rounded * BigInt(count - 1) > amount ? amount / BigInt(count) : rounded;
  const parts = Array.from({ length: count - 1 }, () => part);
  return [...parts, amount - sum(parts)];
}
