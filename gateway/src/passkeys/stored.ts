import type { Tx } from '../lib/tx.ts';
import type { StaffKind } from './staff.ts';

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
};

type PasskeyRow = {
  id: string;
  owner_id: string;
  public_key: Buffer;
  counter: bigint;
  transports: string[];
  created_at: Date;
  used_at: Date | null;
};

function passkeysOf(tx: Tx, kind: StaffKind) {
  return tx.sql(`${kind}_passkeys`);
}

/** Its owner's column under one name. */
function columnsOf(kind: StaffKind): [string, string] {
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
  };
}

/** Somebody's passkeys, the oldest first. */
export async function listPasskeys(tx: Tx, kind: StaffKind, ownerId: string): Promise<Passkey[]> {
  const rows = await passkeysOf(tx, kind)
    .where({ [`${kind}_id`]: ownerId })
    .orderBy(['created_at', 'id'])
    .select<PasskeyRow[]>(columnsOf(kind));
  return rows.map(toPasskey);
}

/** How many passkeys each of these people has; who has none is not named. */
export async function countPasskeys(
  tx: Tx,
  kind: StaffKind,
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
export async function lockPasskey(tx: Tx, kind: StaffKind, id: string): Promise<Passkey | undefined> {
  const [row] = await passkeysOf(tx, kind).where({ id }).forUpdate().select<PasskeyRow[]>(columnsOf(kind));
  return row && toPasskey(row);
}

/** False when somebody has this passkey already. */
export async function storePasskey(
  tx: Tx,
  kind: StaffKind,
  input: Pick<Passkey, 'id' | 'ownerId' | 'publicKey' | 'counter' | 'transports'>,
): Promise<boolean> {
  const stored = (await passkeysOf(tx, kind)
    .insert({
      id: input.id,
      [`${kind}_id`]: input.ownerId,
      public_key: input.publicKey,
      counter: input.counter,
      transports: input.transports,
      created_at: tx.wallNow,
    })
    .onConflict('id')
    .ignore()
    .returning('id')) as unknown[];
  return stored.length === 1;
}

export async function countPasskeyUse(tx: Tx, kind: StaffKind, id: string, counter: bigint): Promise<void> {
  await passkeysOf(tx, kind).where({ id }).update({ counter, used_at: tx.wallNow });
}

/** Removes one of somebody's passkeys, but never the last; whoever loses that is invited once more. */
export async function removePasskey(
  tx: Tx,
  kind: StaffKind,
  input: { ownerId: string; passkeyId: string },
): Promise<'removed' | 'unknown' | 'last'> {
  const own = await passkeysOf(tx, kind)
    .where({ [`${kind}_id`]: input.ownerId })
    .forUpdate()
    .select<{ id: string }[]>('id');
  if (!own.some(({ id }) => id === input.passkeyId)) return 'unknown';
  if (own.length === 1) return 'last';
  await passkeysOf(tx, kind).where({ id: input.passkeyId }).delete();
  return 'removed';
}
