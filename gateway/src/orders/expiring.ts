import { addMs, hourMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { capturableOf, lockOrder, recordOrderEvent, updateOrder } from './orders.ts';

/** A merchant is told so long before an authorization expires, once for each. */
export const noticesMs = [72 * hourMs, 24 * hourMs];

/** The ids of orders whose next notice of expiry has come at `tx.now`. */
export async function findExpiringOrders(tx: Tx): Promise<string[]> {
  const rows = await tx
    .sql('orders')
    .where({ environment_id: tx.environment.id })
    .whereIn('status', ['authorized', 'partially_captured'])
    .where('expires_at', '>', tx.now)
    .whereRaw(
      `(${noticesMs.map((_, told) => `expiry_notices <= ${told} and expires_at <= ?`).join(' or ')})`,
      noticesMs.map((noticeMs) => addMs(tx.now, noticeMs)),
    )
    .select<{ id: string }[]>('id');
  return rows.map(({ id }) => id);
}

/** Tells that an order will expire soon; of notices that were missed, the nearest one is enough. */
export async function tellExpiring(tx: Tx, orderId: string): Promise<void> {
  const order = await lockOrder(tx, { orderId });
  const come = noticesMs.filter((noticeMs) => order.expiresAt <= addMs(tx.now, noticeMs)).length;
  if (capturableOf(order) === 0n || order.expiryNotices >= come) return;
  const told = await updateOrder(tx, order, { expiry_notices: come });
  await recordOrderEvent(tx, 'order.expiring', told);
}
