import { GatewayError } from '../lib/errors.ts';
import { maxOf, proportion, sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { listCaptures } from './captures.ts';
import { type Order, refundableOf } from './orders.ts';
import { listRefunds } from './refunds.ts';
import { requireAction } from './state.ts';

/** Throws `state_conflict` or `refund_exceeds_refundable` unless so much of the order can be refunded. */
export function requireRefundable(order: Order, amount: bigint): void {
  requireAction(order, 'refund');
  if (amount > refundableOf(order)) {
    throw new GatewayError('refund_exceeds_refundable', {
      detail: `${amount} is more than the ${refundableOf(order)} that can still be refunded.`,
      errors: [{ pointer: '/amount', code: 'too_large' }],
    });
  }
}

/**
 * What of the merchant's fee a refund of `amount` returns, reckoned on all that has been refunded so far, so that the
 * parts of several refunds sum to exactly what was taken: the rate part returns that each capture was charged by the terms
 * of its day, the fixed part stays (money.md rule 7).
 */
export async function feeReturnedBy(tx: Tx, order: Order, amount: bigint): Promise<bigint> {
  const captures = await listCaptures(tx, order.id);
  const ratePart = sum(captures.map(({ merchantFee, feeFixed }) => merchantFee - feeFixed));
  const before = sum((await listRefunds(tx, order.id)).map(({ feeReturned }) => feeReturned));
  return maxOf(0n, proportion(ratePart, order.refunded + amount, order.captured) - before);
}
