import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { type PlanRefund, previewRefund } from '../repayments/refund-plan.ts';
import { previewSubsidy } from '../repayments/subsidy.ts';
import { requireUndisputed } from './disputed.ts';
import { findOrder, type Order } from './orders.ts';
import { feeReturnedBy, requireRefundable } from './refundable.ts';

/** What a refund would do at once, to everybody. Amounts are minor units. */
export type RefundPreview = {
  order: Order;
  amount: bigint;
  /** To the shopper's debt, with the schedule before and after. */
  effect: PlanRefund;
  debtReduced: bigint;
  /** To the merchant, beside `amount` that it gives: fee and unearned interest that come back to it. */
  feeReturned: bigint;
  subsidyReturned: bigint;
};

/** What a refund takes off what the shopper owes, in principal and interest. */
export function debtReducedBy(effect: PlanRefund): bigint {
  return effect.principalOff + effect.interestOff + effect.interestToPrincipal + effect.recovered;
}

/**
 * What a refund of `amount` would do if it were made now; a refund that follows at once does exactly that. Nothing is
 * written. Errors: `not_found`, `refund_exceeds_refundable`, `dispute_open`, `state_conflict`.
 */
export async function previewOrderRefund(
  tx: Tx,
  input: { orderId: string; amount: bigint; merchantId?: string; shopperId?: string },
): Promise<RefundPreview> {
  const { orderId, amount, merchantId, shopperId } = input;
  const order = await findOrder(tx, merchantId === undefined ? { orderId } : { orderId, merchantId });
  if (shopperId !== undefined && order.shopperId !== shopperId)
    throw new GatewayError('not_found', { detail: 'There is no such order.' });
  requireRefundable(order, amount);
  await requireUndisputed(tx, order, amount);
  const { planId } = order;
  const effect = await previewRefund(tx, { planId, amount });
  return {
    order,
    amount,
    effect,
    debtReduced: debtReducedBy(effect),
    feeReturned: await feeReturnedBy(tx, order, amount),
    subsidyReturned: -(await previewSubsidy(tx, { planId, entry: { kind: 'refund', amount } })),
  };
}
