import type { Tx } from '../lib/tx.ts';
import { collectWhatIsDue } from '../repayments/due.ts';
import { resumePlan } from '../repayments/pause.ts';
import { type Order, refundableOf } from './orders.ts';
import { recordReturnEvent, type RejectionReason, type Return, type ReturnRow, toReturn } from './returns.ts';

export type ReturnEnd =
  | { status: 'accepted'; refundId: string }
  | { status: 'rejected'; rejection: RejectionReason }
  | { status: 'withdrawn' | 'released' };

/**
 * Ends a declared return of a locked order: the dues go on, all later by the days that they stood still, and what falls
 * due today is collected today.
 */
export async function endReturn(
  tx: Tx,
  { order, open, end }: { order: Order; open: Return; end: ReturnEnd },
): Promise<Return> {
  const [row] = await tx
    .sql<ReturnRow>('returns')
    .where({ environment_id: tx.environment.id, id: open.id, status: 'declared' })
    .update({
      status: end.status,
      refund_id: end.status === 'accepted' ? end.refundId : null,
      rejection: end.status === 'rejected' ? end.rejection : null,
      ended_at: tx.now,
      version: open.version + 1,
    })
    .returning('*');
  if (!row) throw new Error(`return ${open.id} has ended before`);
  const ended = toReturn(row);
  await recordReturnEvent(tx, `return.${end.status}`, { order, changed: ended });
  await resumePlan(tx, { planId: order.planId, sourceId: open.id });
  await collectWhatIsDue(tx, order.planId);
  return ended;
}

/**
 * A refund answers the open return of its order when it is for all that was declared, or for all that was left; a
 * smaller one, as for another parcel, leaves it open. `order` is the locked order after the refund.
 */
export async function answerByRefund(
  tx: Tx,
  { order, refunded }: { order: Order; refunded: { id: string; amount: bigint } },
): Promise<void> {
  const row = await tx
    .sql<ReturnRow>('returns')
    .where({ environment_id: tx.environment.id, order_id: order.id, status: 'declared' })
    .first();
  if (!row || (refunded.amount < row.amount && refundableOf(order) > 0n)) return;
  await endReturn(tx, { order, open: toReturn(row), end: { status: 'accepted', refundId: refunded.id } });
}
