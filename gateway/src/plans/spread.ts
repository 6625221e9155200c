import { minOf, proportion, sum } from '../lib/money.ts';

/**
 * Spreads `amount` over places that hold at most `capacities`, in proportion to them: each part is rounded half to
 * even and the last takes what is left. Rounding never pushes a part below zero or above its capacity, not even the
 * last: what it cannot take goes to the places before it, the nearest first.
 * `amount` lies between 0 and the sum of the capacities, which is positive.
 */
export function spreadProRata(amount: bigint, capacities: readonly bigint[]): bigint[] {
  const total = sum(capacities);
  if (amount < 0n || amount > total) throw new RangeError(`cannot spread ${amount} over ${total}`);
  let left = amount;
  const parts = capacities.map((capacity) => {
    const part = minOf(proportion(amount, capacity, total), left);
    left -= part;
    return part;
  });
  const rooms = capacities.map((capacity, index) => capacity - (parts[index] ?? 0n));
  const extra = fillInOrder(left, rooms.toReversed()).parts.toReversed();
  return parts.map((part, index) => part + (extra[index] ?? 0n));
}

/** Fills places with room for `rooms` one after the other; `left` is what none of them could take. */
export function fillInOrder(amount: bigint, rooms: readonly bigint[]): { parts: bigint[]; left: bigint } {
  let left = amount;
  const parts = rooms.map((room) => {
    const part = minOf(room, left);
    left -= part;
    return part;
  });
  return { parts, left };
}
