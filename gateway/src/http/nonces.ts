import { GatewayError } from '../lib/errors.ts';
import { addMs, minuteMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';

/** Longer than a signature can be valid: 5 minutes on either side of the wall clock. */
const NONCE_LIFETIME_MS = 15 * minuteMs;

/**
 * Uses up the nonce of a verified signature; it is good for one request of its key within 15 minutes.
 *
 * @throws GatewayError `nonce_reused`.
 */
export async function spendNonce(
  tx: Tx,
  { merchantId, kid, nonce }: { merchantId: string; kid: string; nonce: string },
): Promise<void> {
  const { rows } = await tx.sql.raw<{ rows: unknown[] }>(
    `insert into signature_nonces (environment_id, merchant_id, kid, nonce, expires_at)
     values (:environmentId, :merchantId, :kid, :nonce, :expiresAt)
     on conflict (merchant_id, kid, nonce) do update set expires_at = excluded.expires_at
       where signature_nonces.expires_at <= :wallNow
     returning 1`,
    {
      environmentId: tx.environment.id,
      merchantId,
      kid,
      nonce,
      expiresAt: addMs(tx.wallNow, NONCE_LIFETIME_MS),
      wallNow: tx.wallNow,
    },
  );
  if (rows.length === 0) {
    throw new GatewayError('nonce_reused', {
      detail: 'A request with this nonce was received before.',
      hint: 'Sign each attempt anew, with a fresh nonce or without one.',
    });
  }
}

/** Deletes the nonces of this environment that may be used again; answers how many there were. */
export function pruneNonces(tx: Tx): Promise<number> {
  return tx
    .sql('signature_nonces')
    .where({ environment_id: tx.environment.id })
    .where('expires_at', '<=', tx.wallNow)
    .delete();
}
