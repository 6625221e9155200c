import { lockLine } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import { capturableOf, lockOrder, type Order, refundableOf } from './orders.ts';
import { lockReference, markReversed } from './references.ts';
import { refund } from './refund.ts';
import { endRemainder } from './void.ts';

/**
 * Undoes whatever became of a merchant's reference, for a merchant that does not know the outcome of its request: the
 * remainder is voided, captures are refunded in full, and a later authorization of the same reference is refused.
 * Reversing again, or a reference without an order, changes nothing more. Returns the order if there is one.
 */
export async function reverse(
  tx: Tx,
  input: { merchantId: string; merchantReference: string },
): Promise<Order | undefined> {
  const known = await findByReference(tx, input);
  if (known) await lockLine(tx, known.shopper_id, known.currency);
  await lockReference(tx, input);
  await markReversed(tx, input);
  const found = await findByReference(tx, input);
  if (!found) return undefined;
  let order = await lockOrder(tx, { orderId: found.id, merchantId: input.merchantId });
  if (capturableOf(order) > 0n) order = await endRemainder(tx, order, 'voided');
  if (refundableOf(order) > 0n) {
    await refund(tx, {
      orderId: order.id,
      merchantId: input.merchantId,
      // An order is reversed once; its id keeps the reference apart from the merchant's own.
      reference: `reversal-${order.id}`,
      amount: refundableOf(order),
    });
    order = await lockOrder(tx, { orderId: order.id });
  }
  return order;
}

type Found = { id: string; shopper_id: string; currency: string };

async function findByReference(
  tx: Tx,
  input: { merchantId: string; merchantReference: string },
): Promise<Found | undefined> {
  return tx
    .sql('orders')
    .where({
      environment_id: tx.environment.id,
      merchant_id: input.merchantId,
      merchant_reference: input.merchantReference,
    })
    .first<Found | undefined>('id', 'shopper_id', 'currency');
}
