import { GatewayError } from '../lib/errors.ts';
import { addMs, minuteMs } from '../lib/dates.ts';
import { deleteSome } from '../lib/delete-some.ts';
import type { Tx } from '../lib/tx.ts';

/** Longer than a signature can be valid: 5 minutes on either side of the wall clock. */
const NONCE_LIFETIME_MS = 15 * minuteMs;

/** What is good once: the nonce of a signature by a key of a merchant or funder, or of the proof of a merchant's new key. */
type Nonce = { ownerId: string; kid: string; nonce: string };

/**
 * Uses up the nonce of a verified signature; it is good for one request of its key within 15 minutes.
 *
 * @throws GatewayError `nonce_reused`.
 */
export async function spendNonce(tx: Tx, nonce: Nonce): Promise<void> {
  if (await takeNonce(tx, nonce)) return;
  throw new GatewayError('nonce_reused', {
    detail: 'A request with this nonce was received before.',
    hint: 'Sign each attempt anew, with a fresh nonce or without one.',
  });
}

/** Uses up a nonce; false when it was used within the last 15 minutes. */
export async function takeNonce(tx: Tx, { ownerId, kid, nonce }: Nonce): Promise<boolean> {
  const { rows } = await tx.sql.raw<{ rows: unknown[] }>(
    `insert into signature_nonces (environment_id, owner_id, kid, nonce, expires_at)
     values (:environmentId, :ownerId, :kid, :nonce, :expiresAt)
     on conflict (owner_id, kid, nonce) do update set expires_at = excluded.expires_at
       where signature_nonces.expires_at <= :wallNow
     returning 1`,
    {
      environmentId: tx.environment.id,
      ownerId,
      kid,
      nonce,
      expiresAt: addMs(tx.wallNow, NONCE_LIFETIME_MS),
      wallNow: tx.wallNow,
    },
  );
  return rows.length > 0;
}

/** Deletes nonces of this environment that may be used again, a batch of them; answers how many there were. */
export function pruneNonces(tx: Tx): Promise<number> {
  return deleteSome(tx, 'signature_nonces', (query) => query.where('expires_at', '<=', tx.wallNow));
}
