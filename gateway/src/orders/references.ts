import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';

type Reference = { merchantId: string; merchantReference: string };

/**
 * Lets one transaction at a time decide about a merchant's reference: an authorization and the reversal that races it
 * each have to see what the other did, also when neither has written a row yet.
 */
export async function lockReference(tx: Tx, reference: Reference): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `reference\n${reference.merchantId}\n${reference.merchantReference}`,
  ]);
}

const reversedSql = `select created_at from order_reversals
  where environment_id = $1 and merchant_id = $2 and merchant_reference = $3`;

export async function isReversed(tx: Tx, reference: Reference): Promise<boolean> {
  const { merchantId, merchantReference } = reference;
  const rows = await tx.query(reversedSql, [tx.environment.id, merchantId, merchantReference]);
  return rows.length > 0;
}

/** Locks a merchant's reference and says whether it was reversed before, in one round trip. */
export async function lockAndLook(tx: Tx, reference: Reference): Promise<{ isReversed: boolean }> {
  // In this order: what is read once the lock is had holds.
  const [, reversed] = await Promise.all([lockReference(tx, reference), isReversed(tx, reference)]);
  return { isReversed: reversed };
}

/** Throws `merchant_reference_reversed` when a locked reference must not become an order any more. */
export function requireNotReversed(
  reference: Reference,
  { isReversed: reversed }: { isReversed: boolean },
): void {
  if (!reversed) return;
  throw new GatewayError('merchant_reference_reversed', {
    detail: `${reference.merchantReference} was reversed before it was authorized.`,
    hint: 'Start again with a new reference if the shopper still wants the order.',
  });
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
