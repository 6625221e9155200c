import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

/** What is known of one authenticator: nothing that could sign in anybody. */
export type Passkey = {
  /** The credential's id, base64url. */
  id: string;
  operatorId: Id<'opr'>;
  publicKey: Buffer;
  counter: bigint;
  transports: string[];
  createdAt: Date;
  usedAt: Date | null;
};

type PasskeyRow = {
  id: string;
  operator_id: Id<'opr'>;
  public_key: Buffer;
  counter: bigint;
  transports: string[];
  created_at: Date;
  used_at: Date | null;
};

function passkeysOf(tx: Tx) {
  return tx.sql<PasskeyRow>('operator_passkeys');
}

function toPasskey(row: PasskeyRow): Passkey {
  return {
    id: row.id,
    operatorId: row.operator_id,
    publicKey: row.public_key,
    counter: row.counter,
    transports: row.transports,
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}

/** An operator's passkeys, the oldest first. */
export async function listPasskeys(tx: Tx, operatorId: Id<'opr'>): Promise<Passkey[]> {
  const rows = await passkeysOf(tx).where({ operator_id: operatorId }).orderBy(['created_at', 'id']);
  return rows.map(toPasskey);
}

/** Locked until the transaction ends, so that of two answers with one counter only the first is good. */
export async function lockPasskey(tx: Tx, id: string): Promise<Passkey | undefined> {
  const row = await passkeysOf(tx).where({ id }).forUpdate().first();
  return row && toPasskey(row);
}

/** False when somebody has this passkey already. */
export async function storePasskey(
  tx: Tx,
  input: Pick<Passkey, 'id' | 'operatorId' | 'publicKey' | 'counter' | 'transports'>,
): Promise<boolean> {
  const stored = await passkeysOf(tx)
    .insert({
      id: input.id,
      operator_id: input.operatorId,
      public_key: input.publicKey,
      counter: input.counter,
      transports: input.transports,
      created_at: tx.wallNow,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return stored.length === 1;
}

export async function countPasskeyUse(tx: Tx, id: string, counter: bigint): Promise<void> {
  await passkeysOf(tx).where({ id }).update({ counter, used_at: tx.wallNow });
}

/** Removes one of an operator's passkeys, but never the last; whoever loses that is invited once more. */
export async function removePasskey(
  tx: Tx,
  input: { operatorId: Id<'opr'>; passkeyId: string },
): Promise<'removed' | 'unknown' | 'last'> {
  const own = await passkeysOf(tx).where({ operator_id: input.operatorId }).forUpdate().select('id');
  if (!own.some(({ id }) => id === input.passkeyId)) return 'unknown';
  if (own.length === 1) return 'last';
  await passkeysOf(tx).where({ id: input.passkeyId }).delete();
  return 'removed';
}
