import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { type Order, refundableOf } from './orders.ts';

/** The dispute of an order that nobody has decided yet, and what it is about in minor units. */
async function openDisputeOf(tx: Tx, orderId: string): Promise<{ id: string; amount: bigint } | undefined> {
  return tx
    .sql('disputes')
    .where({ environment_id: tx.environment.id, order_id: orderId })
    .whereIn('status', ['open', 'under_review'])
    .first<{ id: string; amount: bigint } | undefined>('id', 'amount');
}

/**
 * What is disputed of an order is refunded by the dispute's outcome and not beside it; the rest of the order can be.
 * Throws `dispute_open` when a refund of `amount` would touch it.
 */
export async function requireUndisputed(tx: Tx, order: Order, amount: bigint): Promise<void> {
  const open = await openDisputeOf(tx, order.id);
  if (!open || amount <= refundableOf(order) - open.amount) return;
  throw new GatewayError('dispute_open', {
    detail: `${open.amount} of the order is disputed, so at most ${refundableOf(order) - open.amount} can be refunded beside it.`,
    hint: 'Accept the dispute to refund what it is about.',
    extra: { dispute_id: open.id },
  });
}
