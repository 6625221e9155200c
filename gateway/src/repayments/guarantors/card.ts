import { guaranteeNotFound, lockGuarantee, updateGuarantee } from '../../credit/guarantees/guarantees.ts';
import type { Tx } from '../../lib/tx.ts';
import { findPaymentMethod } from '../../processor/payment-methods.ts';

/**
 * From now on another of the guarantor's cards is charged if the guarantee is called. One that is being asked goes on.
 *
 * @throws GatewayError `not_found` when the guarantee or the card is not this shopper's.
 */
export async function changeGuarantorCard(
  tx: Tx,
  input: { guaranteeId: string; shopperId: string; paymentMethodId: string },
): Promise<void> {
  const guarantee = await lockGuarantee(tx, input.guaranteeId);
  if (guarantee.guarantorId !== input.shopperId) throw guaranteeNotFound();
  const method = await findPaymentMethod(tx, { id: input.paymentMethodId, shopperId: input.shopperId });
  await updateGuarantee(tx, guarantee, { payment_method_id: method.id });
}
