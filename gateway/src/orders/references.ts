import { GatewayError } from '../lib/errors.ts';
import type { EarlyTx, Tx } from '../lib/tx.ts';

type Reference = { merchantId: string; merchantReference: string };

/**
 * Lets one transaction at a time decide about a merchant's reference: an authorization and the reversal that races it
 * each have to see what the other did, also when neither has written a row yet.
 */
export function lockReference(tx: EarlyTx, reference: Reference): Promise<void> {
  return tx.lock(`reference\n${reference.merchantId}\n${reference.merchantReference}`);
}

/** What became of a reference so far. */
export type ReferenceUse = { isReversed: boolean; isInUse: boolean };

const useSql = `select
    exists (select from order_reversals where environment_id = $1 and merchant_id = $2 and merchant_reference = $3)
      as is_reversed,
    exists (select from orders where environment_id = $1 and merchant_id = $2 and merchant_reference = $3)
      as is_in_use`;

/** Locks a merchant's reference and says whether it was reversed or is an order's, in one round trip. */
export async function lockAndLook(tx: EarlyTx, reference: Reference): Promise<ReferenceUse> {
  const { merchantId, merchantReference } = reference;
  // In this order: what is read once the lock is had holds, because all who make orders take it.
  const [, [use]] = await Promise.all([
    lockReference(tx, reference),
    tx.query<{ is_reversed: boolean; is_in_use: boolean }>(useSql, [
      tx.environment.id,
      merchantId,
      merchantReference,
    ]),
  ]);
  return { isReversed: use?.is_reversed ?? false, isInUse: use?.is_in_use ?? false };
}

/**
 * Throws when a locked reference must not become an order any more: `merchant_reference_reversed` or
 * `merchant_reference_in_use`.
 */
export function requireUnused({ merchantReference }: Reference, { isReversed, isInUse }: ReferenceUse): void {
  if (isReversed) {
    throw new GatewayError('merchant_reference_reversed', {
      detail: `${merchantReference} was reversed before it was authorized.`,
      hint: 'Start again with a new reference if the shopper still wants the order.',
    });
  }
  if (isInUse) {
    throw new GatewayError('merchant_reference_in_use', {
      detail: `There is already an order ${merchantReference}.`,
      errors: [{ pointer: '/merchant_reference', code: 'in_use' }],
    });
  }
}

/** Marks a reference as reversed for good; marking it twice changes nothing. */
export async function markReversed(tx: Tx, reference: Reference): Promise<void> {
  await tx
    .sql('order_reversals')
    .insert({
      environment_id: tx.environment.id,
      merchant_id: reference.merchantId,
      merchant_reference: reference.merchantReference,
      created_at: tx.now,
    })
    .onConflict(['environment_id', 'merchant_id', 'merchant_reference'])
    .ignore();
}
