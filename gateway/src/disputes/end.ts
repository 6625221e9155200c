import { post } from '../ledger/post.ts';
import { disputeWon } from '../ledger/postings.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import type { Order } from '../orders/orders.ts';
import { refund } from '../orders/refund.ts';
import { collectWhatIsDue } from '../repayments/due.ts';
import { resumePlan } from '../repayments/pause.ts';
import { addLines } from '../settlement/lines.ts';
import { type Dispute, type DisputeEnd, recordDisputeEvent, updateDispute } from './disputes.ts';

export type Ending = {
  by: DisputeEnd;
  /** What of the disputed amount the shopper gets. */
  refunded: bigint;
  /** The operator who decided, and what they wrote, sealed. */
  decided?: { operatorId: string; noteSealed: string };
};

/**
 * Ends a dispute of a locked order: what the shopper gets is a refund out of what was set apart, the rest is the merchant's
 * again; the dues go on, all later by the days that they stood still, and what falls due today is collected today.
 */
export async function endDispute(
  tx: Tx,
  { order, dispute, ending }: { order: Order; dispute: Dispute; ending: Ending },
): Promise<Dispute> {
  const { refunded, decided } = ending;
  const { id: disputeId, amount } = dispute;
  if (refunded < amount) await giveBack(tx, order, { disputeId, amount: amount - refunded });
  const refundId = refunded === 0n ? null : await refundOf(tx, order, { disputeId, amount: refunded });
  const ended = await updateDispute(tx, dispute, {
    status: statusOf(ending, amount),
    refunded_amount: refunded,
    refund_id: refundId,
    ended_by: ending.by,
    ...(decided && { decided_by: decided.operatorId, note_sealed: decided.noteSealed }),
    ended_at: tx.now,
  });
  await recordDisputeEvent(tx, 'dispute.closed', ended);
  await resumePlan(tx, { planId: order.planId, sourceId: dispute.id });
  await collectWhatIsDue(tx, order.planId);
  return ended;
}

function statusOf({ by, refunded }: Ending, amount: bigint): Dispute['status'] {
  if (by === 'shopper') return 'withdrawn';
  if (refunded === 0n) return 'won';
  return refunded === amount ? 'lost' : 'partly_won';
}

async function refundOf(
  tx: Tx,
  { id: orderId, merchantId }: Order,
  { disputeId, amount }: { disputeId: string; amount: bigint },
): Promise<string> {
  const made = await refund(tx, {
    orderId,
    merchantId,
    reference: disputeId,
    amount,
    from: { disputeId },
  });
  return made.id;
}

async function giveBack(
  tx: Tx,
  order: Order,
  { disputeId, amount }: { disputeId: string; amount: bigint },
): Promise<void> {
  const { merchantId, currency } = order;
  await post(tx, disputeWon({ currency, subjectId: disputeId, merchantId, disputeId, amount }));
  await addLines(tx, {
    merchant: await findMerchant(tx, merchantId),
    currency,
    orderId: order.id,
    sourceId: disputeId,
    lines: [{ kind: 'dispute_won', amount }],
  });
}
