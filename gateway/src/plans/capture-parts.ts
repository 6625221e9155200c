import { proportion } from '../lib/money.ts';
import type { PlanSnapshot } from './snapshot.ts';

/**
 * Splits a capture of `amount` into the down payment that is taken with it and what is financed, pro rata of what was
 * agreed (money.md rule 3). `capturedBefore` is the sum of the order's earlier captures: the parts are differences of
 * rounded totals, so that any sequence of captures takes exactly the agreed down payment in the end.
 * A part may be zero when the capture is only a few minor units.
 */
export function capturePartsOf(
  snapshot: PlanSnapshot,
  input: { capturedBefore: bigint; amount: bigint },
): { down: bigint; financed: bigint } {
  const total = BigInt(snapshot.amount);
  const captured = input.capturedBefore + input.amount;
  if (input.capturedBefore < 0n || input.amount <= 0n || captured > total) {
    throw new RangeError(`a capture of ${input.amount} after ${input.capturedBefore} of ${total}`);
  }
  const downOf = (amount: bigint) => proportion(amount, BigInt(snapshot.down_payment), total);
  const down = downOf(captured) - downOf(input.capturedBefore);
  return { down, financed: input.amount - down };
}
