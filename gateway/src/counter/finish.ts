import { tokenOf } from '../checkout/token.ts';
import { isOver } from '../checkout/state.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { authorize } from '../orders/authorize.ts';
import { capture } from '../orders/capture.ts';
import { findOrder, type Order } from '../orders/orders.ts';
import { findSale, salesOf } from './sales.ts';

/** How a sale's one capture is called. */
const captureReference = 'counter';

/**
 * Takes what the shopper has agreed to: the goods are handed over at once, so the order is authorized and captured whole
 * in one transaction. Doing so again, as after a lost answer, gives the same order.
 *
 * @throws GatewayError `not_found`; `state_conflict` while the shopper has not agreed and when the sale is over; what
 *   `authorize` and `capture` throw.
 */
export async function finishSale(
  tx: Tx,
  input: { merchantId: string; sessionId: string },
): Promise<{ order: Order; isNew: boolean }> {
  const { merchantId, sessionId } = input;
  // Whoever finishes the same sale waits here, and finds the order.
  await salesOf(tx, merchantId)
    .where({ session_id: sessionId as Id<'cs'> })
    .forUpdate()
    .first('session_id');
  const { session } = await findSale(tx, input);
  if (session.orderId !== null) {
    return { order: await findOrder(tx, { orderId: session.orderId, merchantId }), isNew: false };
  }
  if (session.status !== 'confirmed' || isOver(session, tx.wallNow)) {
    throw new GatewayError('state_conflict', { detail: `The checkout is ${session.status}, not agreed to.` });
  }
  const { merchantReference, amount, currency } = session;
  const order = await authorize(tx, {
    merchantId,
    checkoutToken: tokenOf(tx, session),
    merchantReference,
    amount,
    currency,
  });
  await capture(tx, { orderId: order.id, merchantId, reference: captureReference, amount, final: true });
  return { order: await findOrder(tx, { orderId: order.id, merchantId }), isNew: true };
}
