import { releaseHold } from '../credit/holds.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { voidAuthorization } from '../ledger/postings.ts';
import type { Tx } from '../lib/tx.ts';
import { reviewPlan } from '../repayments/review.ts';
import { releaseDownPayment } from './down-payments.ts';
import {
  capturableOf,
  financedRemainderOf,
  lockOrder,
  type Order,
  recordOrderEvent,
  updateOrder,
} from './orders.ts';
import { reservationsOf } from './reservations.ts';
import { requireAction, statusAfter } from './state.ts';

/**
 * Voids what of an order is not captured and releases its hold. After a capture the order stays captured, with the
 * rest voided. Errors: `not_found`, `state_conflict`.
 */
export async function voidOrder(tx: Tx, input: { orderId: string; merchantId: string }): Promise<Order> {
  const order = await lockOrder(tx, input);
  requireAction(order, 'void');
  return endRemainder(tx, order, 'voided');
}

/** The ids of this environment's orders with something left to capture whose time is over at `tx.now`. */
export async function findExpiredOrders(tx: Tx): Promise<string[]> {
  const rows = await tx
    .sql('orders')
    .where({ environment_id: tx.environment.id })
    .whereIn('status', ['authorized', 'partially_captured'])
    .where('expires_at', '<=', tx.now)
    .select<{ id: string }[]>('id');
  return rows.map(({ id }) => id);
}

/** Ends what of an order can still be captured, if its time is over at `tx.now`. */
export async function expireOrder(tx: Tx, orderId: string): Promise<void> {
  const order = await lockOrder(tx, { orderId });
  if (capturableOf(order) > 0n && order.expiresAt <= tx.now) await endRemainder(tx, order, 'expired');
}

/** Ends what of a locked order is still capturable. */
export async function endRemainder(tx: Tx, order: Order, how: 'voided' | 'expired'): Promise<Order> {
  const remainder = capturableOf(order);
  const financed = financedRemainderOf(order);
  if (financed > 0n) {
    const hold = await releaseHold(tx, order.holdId, financed, how === 'expired' ? 'expired' : 'released');
    const reserved = await reservationsOf(tx, order, hold);
    await post(
      tx,
      jointly(reserved, ({ id, funderId, amount }) =>
        voidAuthorization({
          pendingId: id,
          planId: order.planId,
          funderId,
          merchantId: order.merchantId,
          amount,
          currency: order.currency,
          subjectId: order.id,
        }),
      ),
    );
  }
  await releaseDownPayment(tx, order);
  const voided = order.voided + remainder;
  const ended = await updateOrder(tx, order, {
    voided_amount: voided,
    pending_transfer_id: null,
    status: statusAfter({ ...order, voided }, how),
  });
  await reviewPlan(tx, order.planId);
  await recordOrderEvent(tx, eventOf(ended), ended);
  return ended;
}

function eventOf(order: Order): 'order.captured' | 'order.voided' | 'order.expired' {
  if (order.status === 'captured') return 'order.captured';
  return order.status === 'expired' ? 'order.expired' : 'order.voided';
}
