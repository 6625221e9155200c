import type { Tx } from '../lib/tx.ts';
import type { PasskeyKind } from './staff.ts';
import { scopeOf } from './tables.ts';

/** What is known of one authenticator: nothing that could sign in anybody. */
export type Passkey = {
  /** The credential's id, base64url. */
  id: string;
  ownerId: string;
  publicKey: Buffer;
  counter: bigint;
  transports: string[];
  createdAt: Date;
  usedAt: Date | null;
  /** What a shopper calls it, sealed by `shoppers/`; nobody else names theirs. */
  nameSealed: string | null;
};

type PasskeyRow = {
  id: string;
  owner_id: string;
  public_key: Buffer;
  counter: bigint;
  transports: string[];
  created_at: Date;
  used_at: Date | null;
  name_sealed?: string | null;
};

function passkeysOf(tx: Tx, kind: PasskeyKind) {
  return tx.sql(`${kind}_passkeys`).where(scopeOf(tx, kind));
}

/** Its owner's column under one name. */
function columnsOf(kind: PasskeyKind): [string, string] {
  return ['*', `${kind}_id as owner_id`];
}

function toPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    ownerId: row.owner_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports,
    createdAt: row.created_at,
    usedAt: row.used_at,
    nameSealed: row.name_sealed ?? null,
  };
}

/** Somebody's passkeys, the oldest first. */
export async function listPasskeys(tx: Tx, kind: PasskeyKind, ownerId: string): Promise<Passkey[]> {
  const rows = await passkeysOf(tx, kind)
    .where({ [`${kind}_id`]: ownerId })
    .orderBy(['created_at', 'id'])
    .select<PasskeyRow[]>(columnsOf(kind));
  return rows.map(toPasskey);
}

/** How many passkeys each of these people has; who has none is not named. */
export async function countPasskeys(
  tx: Tx,
  kind: PasskeyKind,
  owners: readonly string[],
): Promise<Map<string, number>> {
  const rows = await passkeysOf(tx, kind)
    .whereIn(`${kind}_id`, owners)
    .groupBy(`${kind}_id`)
    .select<{ owner_id: string; passkeys: string }[]>(
      `${kind}_id as owner_id`,
      tx.sql.raw('count(*)::text as passkeys'),
    );
  return new Map(rows.map((row) => [row.owner_id, Number(row.passkeys)]));
}

/** Locked until the transaction ends, so that of two answers with one counter only the first is good. */
export async function lockPasskey(tx: Tx, kind: PasskeyKind, id: string): Promise<Passkey | undefined> {
  const [row] = await passkeysOf(tx, kind).where({ id }).forUpdate().select<PasskeyRow[]>(columnsOf(kind));
  return row && toPasskey(row);
}

/** False when somebody has this passkey already. */
export async function storePasskey(
  tx: Tx,
  kind: PasskeyKind,
  input: Pick<Passkey, 'id' | 'ownerId' | 'publicKey' | 'counter' | 'transports'>,
): Promise<boolean> {
  const stored = (await tx
    .sql(`${kind}_passkeys`)
    .insert({
      ...scopeOf(tx, kind),
      id: input.id,
      [`${kind}_id`]: input.ownerId,
      public_key: input.publicKey,
      counter: input.counter,
      transports: input.transports,
      created_at: tx.wallNow,
    })
    .onConflict()
    .ignore()
    .returning('id')) as unknown[];
  return stored.length === 1;
}

export async function countPasskeyUse(tx: Tx, kind: PasskeyKind, id: string, counter: bigint): Promise<void> {
  await passkeysOf(tx, kind).where({ id }).update({ counter, used_at: tx.wallNow });
}

/** What a shopper calls one of their passkeys, sealed; false when they have no such passkey. */
export async function namePasskey(
  tx: Tx,
  input: { shopperId: string; passkeyId: string; nameSealed: string | null },
): Promise<boolean> {
  const named = await passkeysOf(tx, 'shopper')
    .where({ id: input.passkeyId, shopper_id: input.shopperId })
    .update({ name_sealed: input.nameSealed });
  return named === 1;
}

/** Forgets a shopper's passkeys. */
export async function forgetPasskeys(tx: Tx, shopperId: string): Promise<void> {
  await passkeysOf(tx, 'shopper').where({ shopper_id: shopperId }).delete();
}

/**
 * Removes one of somebody's passkeys. Staff keep their last, and whoever loses that is invited once more; shoppers have their
 * phone.
 */
export async function removePasskey(
  tx: Tx,
  kind: PasskeyKind,
  input: { ownerId: string; passkeyId: string },
): Promise<'removed' | 'unknown' | 'last'> {
  const own = await passkeysOf(tx, kind)
    .where({ [`${kind}_id`]: input.ownerId })
    .forUpdate()
    .select<{ id: string }[]>('id');
  if (!own.some(({ id }) => id === input.passkeyId)) return 'unknown';
  if (own.length === 1 && kind !== 'shopper') return 'last';
  await passkeysOf(tx, kind).where({ id: input.passkeyId }).delete();
  return 'removed';
}
