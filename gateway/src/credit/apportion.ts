import { divideHalfEven, maxOf, minOf, splitByLargestRemainder, sum } from '../lib/money.ts';

/** So many can carry one plan: with more, no rule could keep each of them at its share after every movement. */
export const mostFunders = 3;

/**
 * How `amount` is added to what each has, `before`: by largest remainder, so that afterwards each has its share of the
 * whole to less than one minor unit if it had before. The parts come to exactly `amount`, and none is negative.
 */
export function addedParts(amount: bigint, before: readonly bigint[], shares: readonly bigint[]): bigint[] {
  const after = placed(sum(before) + amount, before, shares);
  return after.map((has, index) => has - (before[index] ?? 0n));
}

/**
 * How `amount` is taken from what each has: as it is added, so that nobody is asked for more than it has, and whoever takes
 * the last leaves nothing with anybody. Throws when there is less.
 */
export function takenParts(amount: bigint, before: readonly bigint[], shares: readonly bigint[]): bigint[] {
  const left = sum(before) - amount;
  if (left < 0n) throw new RangeError(`${amount} is more than the ${left + amount} that there is`);
  const after = placed(left, before, shares);
  return before.map((had, index) => had - (after[index] ?? 0n));
}

/**
 * What each gives of its `amounts` by its own terms in basis points. Together it is the exact sum rounded half to even,
 * as it would be of one; nobody's part is off by a whole minor unit.
 */
export function partsByTerms(amounts: readonly bigint[], basisPoints: readonly number[]): bigint[] {
  const exact = amounts.map((amount, index) => amount * BigInt(basisPoints[index] ?? 0));
  const total = sum(exact);
  if (total === 0n) return exact;
  return splitByLargestRemainder(divideHalfEven(total, 10_000n), exact);
}

/** The whole placed by share, where everybody's part may only rise (the whole rises) or only fall from `before`. */
function placed(whole: bigint, before: readonly bigint[], shares: readonly bigint[]): bigint[] {
  if (shares.length > mostFunders) throw new RangeError(`a plan is carried by ${mostFunders} at most`);
  if (before.some((had) => had < 0n) || before.length !== shares.length)
    throw new RangeError('nobody has less than nothing');
  const total = sum(shares);
  const rises = whole >= sum(before);
  const least = shares.map((share, index) => {
    const floor = (whole * share) / total;
    return rises ? maxOf(floor, before[index] ?? 0n) : minOf(floor, before[index] ?? 0n);
  });
  const left = whole - sum(least);
  if (left < 0n) return lowered(least, -left, before);
  return raised(least, left, { whole, shares, total, most: rises ? undefined : before });
}

/** Takes away what is too much, from those who have more than `before`. */
function lowered(parts: readonly bigint[], amount: bigint, before: readonly bigint[]): bigint[] {
  const room = parts.map((part, index) => part - (before[index] ?? 0n));
  const off = splitByLargestRemainder(amount, room);
  return parts.map((part, index) => part - (off[index] ?? 0n));
}

type Placing = {
  whole: bigint;
  shares: readonly bigint[];
  total: bigint;
  most: readonly bigint[] | undefined;
};

/** Gives what is left, a unit to whoever lacks most of its share; then whatever there is room for. */
function raised(parts: readonly bigint[], amount: bigint, { whole, shares, total, most }: Placing): bigint[] {
  const roomOf = (index: number): bigint => (most ? (most[index] ?? 0n) - (parts[index] ?? 0n) : amount);
  const lacking = parts
    .map((part, index) => ({ index, lack: whole * (shares[index] ?? 0n) - part * total }))
    .filter(({ index, lack }) => lack > 0n && roomOf(index) > 0n)
    .toSorted((a, b) => (a.lack === b.lack ? a.index - b.index : a.lack > b.lack ? -1 : 1))
    .slice(0, Number(minOf(amount, BigInt(parts.length))));
  const once = parts.map((part, index) => (lacking.some((one) => one.index === index) ? part + 1n : part));
  const left = amount - BigInt(lacking.length);
  if (left === 0n) return once;
  const room = once.map((part, index) => (most ? (most[index] ?? 0n) - part : (shares[index] ?? 0n)));
  const rest = splitByLargestRemainder(left, room);
  return once.map((part, index) => part + (rest[index] ?? 0n));
}
