import { recordEvent } from '../events/record.ts';
import { addMs, hourMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { MerchantKey } from '../lib/jwk.ts';
import type { Tx } from '../lib/tx.ts';
import { logKeyChange } from './key-log.ts';
import { readKeySource } from './key-source.ts';
import { type Key, type KeyRow, type KeyScope, keysOf, registerKey, toKey } from './keys.ts';
import { lockMerchant } from './merchants.ts';

export const mostActiveKeys = 10;

export type NewKey = {
  merchantId: string;
  /** The scopes of the key that signs the request: nobody gives more than that has. */
  granting: readonly string[];
  key: MerchantKey;
  /** Those of the replaced key when they are left out. */
  scopes?: readonly KeyScope[] | undefined;
  expiresAt?: Date | undefined;
  /** The key that ends in its place, after so many hours in which both sign. */
  replaces?: { kid: string; overlapHours: number } | undefined;
};

/**
 * Registers another key for a merchant, who is told so by an event, and lets the one that it replaces run out.
 *
 * @throws GatewayError `scope_missing`, `validation_failed`, or `state_conflict` for a kid that was used before, an
 *   eleventh active key, and when no lasting key with the scope `keys` would be left.
 */
export async function addKey(tx: Tx, input: NewKey): Promise<Key> {
  const { merchantId, key, replaces, expiresAt } = input;
  // Keys change one after the other, or two changes together could break what each of them keeps.
  await lockMerchant(tx, merchantId);
  if (await keysOf(tx, merchantId).where({ kid: key.kid }).first('kid')) {
    throw new GatewayError('state_conflict', {
      detail: `A key named ${key.kid} was registered before.`,
      hint: 'Make a new key, or give it another kid.',
    });
  }
  if (expiresAt && expiresAt <= tx.wallNow) throw invalid('/expires_at', 'The instant is over.');
  const replaced = replaces && (await findReplaced(tx, merchantId, replaces.kid));
  const scopes = input.scopes ?? replaced?.scopes;
  if (!scopes) throw invalid('/scopes', 'Name the scopes, or the key that is replaced.');
  requireGrant(input.granting, scopes);
  if (replaced && replaces) await letExpire(tx, replaced, addMs(tx.wallNow, replaces.overlapHours * hourMs));
  if ((await activeKeys(tx, merchantId)).length >= mostActiveKeys) {
    throw new GatewayError('state_conflict', {
      detail: `There are ${mostActiveKeys} active keys already.`,
      hint: 'Revoke one that nothing uses any more.',
    });
  }
  const added = await registerKey(tx, { merchantId, key, scopes, expiresAt: expiresAt ?? null });
  await requireManagingKey(tx, merchantId);
  await tell(tx, 'key.created', added);
  return added;
}

/**
 * Ends a key at once, in every process within five seconds. Ending what has ended changes nothing.
 *
 * @throws GatewayError `not_found`, or `state_conflict` when no lasting key with the scope `keys` would be left.
 */
export async function revokeKey(
  tx: Tx,
  { merchantId, kid }: { merchantId: string; kid: string },
): Promise<Key> {
  await lockMerchant(tx, merchantId);
  const row = await keysOf(tx, merchantId).where({ kid }).first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such key.' });
  if (row.revoked_at) return toKey(row, tx.wallNow);
  const revoked = await change(tx, row, { revoked_at: tx.wallNow });
  await requireManagingKey(tx, merchantId);
  await logKeyChange(tx, { ownerId: merchantId, kid, action: 'revoked' });
  await tell(tx, 'key.revoked', revoked);
  return revoked;
}

/**
 * There is always a way to register the next key: one with the scope `keys` that does not expire, or a source with it.
 *
 * @throws GatewayError `state_conflict`
 */
export async function requireManagingKey(tx: Tx, merchantId: string): Promise<void> {
  const keys = await activeKeys(tx, merchantId);
  if (keys.some(({ scopes, expires_at: end }) => end === null && scopes.includes('keys'))) return;
  if ((await readKeySource(tx, merchantId))?.scopes.includes('keys')) return;
  throw new GatewayError('state_conflict', {
    detail: 'No lasting key with the scope "keys" would be left, so that no other could ever be registered.',
    hint: 'Register one first, or set a source of keys with that scope.',
  });
}

/** @throws GatewayError `scope_missing` when the key that grants does not have all that it grants. */
export function requireGrant(granting: readonly string[], scopes: readonly KeyScope[]): void {
  const beyond = scopes.filter((scope) => !granting.includes(scope));
  if (beyond.length === 0) return;
  throw new GatewayError('scope_missing', {
    detail: `The key that signs does not have ${beyond.map((scope) => `"${scope}"`).join(', ')} to give.`,
    hint: 'Ask for no more than its own scopes, or sign with a key that has them.',
  });
}

function activeKeys(tx: Tx, merchantId: string): Promise<KeyRow[]> {
  return keysOf(tx, merchantId)
    .whereNull('revoked_at')
    .whereRaw('(expires_at is null or expires_at > ?)', [tx.wallNow])
    .then((rows) => rows);
}

async function findReplaced(tx: Tx, merchantId: string, kid: string): Promise<KeyRow> {
  const row = (await activeKeys(tx, merchantId)).find((key) => key.kid === kid);
  if (!row) throw invalid('/replaces/kid', 'There is no active key of this name.');
  return row;
}

/** Never later than it would anyway. */
async function letExpire(tx: Tx, row: KeyRow, at: Date): Promise<void> {
  if (row.expires_at && row.expires_at <= at) return;
  const key = await change(tx, row, { expires_at: at });
  const detail = { expires_at: at.toISOString() };
  await logKeyChange(tx, { ownerId: row.merchant_id, kid: row.kid, action: 'expiring', detail });
  await tell(tx, 'key.expiring', key);
}

async function change(tx: Tx, row: KeyRow, to: Partial<KeyRow>): Promise<Key> {
  const [changed] = await keysOf(tx, row.merchant_id)
    .where({ kid: row.kid })
    .update({ ...to, version: row.version + 1 })
    .returning('*');
  if (!changed) throw new Error(`the key ${row.kid} was not changed`);
  return toKey(changed, tx.wallNow);
}

/** The merchant's people learn of it even if it was not they who did it. */
async function tell(tx: Tx, type: 'key.created' | 'key.expiring' | 'key.revoked', key: Key): Promise<void> {
  await recordEvent(tx, {
    streams: [key.merchantId],
    type,
    objectId: key.kid,
    objectVersion: key.version,
    data: {
      key_id: `${key.merchantId}/${key.kid}`,
      algorithm: key.algorithm,
      scopes: [...key.scopes],
      status: key.status,
      expires_at: key.expiresAt?.toISOString() ?? null,
      by: 'kid' in tx.actor ? tx.actor.kid : null,
    },
  });
}

function invalid(pointer: string, detail: string): GatewayError {
  return new GatewayError('validation_failed', {
    detail: `${pointer}: ${detail}`,
    errors: [{ pointer, code: 'invalid', detail }],
  });
}
