import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { listedPhone } from '../shoppers/find-by-phone.ts';
import type { ListKey } from './rules.ts';
import { hashSignal } from './signals.ts';

/** Somebody who is let through or refused. Who it is cannot be read back: only asked for again. */
export type ListEntry = {
  id: Id<'fle'>;
  list: 'allow' | 'deny';
  of: ListKey;
  reason: string;
  addedBy: string;
  addedAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endedBy: string | null;
};

type ListRow = {
  environment_id: string;
  id: Id<'fle'>;
  list: ListEntry['list'];
  of: ListKey;
  value: Buffer;
  reason: string;
  added_by: string;
  added_at: Date;
  expires_at: Date;
  ended_at: Date | null;
  ended_by: string | null;
};

function entriesOf(tx: Tx) {
  return tx.sql<ListRow>('fraud_list_entries').where({ environment_id: tx.environment.id });
}

function toEntry(row: ListRow): ListEntry {
  return {
    id: row.id,
    list: row.list,
    of: row.of,
    reason: row.reason,
    addedBy: row.added_by,
    addedAt: row.added_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  };
}

/** What is put on a list: in plain, to be hashed; or already a hash, such as one of a decision that was looked at. */
export type Listable = { plain: string } | { hash: Buffer };

/** `every` is all under which the same may stand on a list already. */
async function valueOf(
  tx: Tx,
  of: ListKey,
  value: Listable,
): Promise<{ index: Buffer; every: readonly Buffer[] }> {
  if ('hash' in value) return { index: value.hash, every: [value.hash] };
  if (of === 'phone') return listedPhone(tx, value.plain);
  const index = hashSignal(tx, of, value.plain);
  return { index, every: [index] };
}

/**
 * Puts somebody on a list until an instant of the wall's time, with the reason. One who is on it already stays on it as
 * the new entry says.
 *
 * @throws GatewayError `validation_failed` for an expiry that is over and for what is no phone, `unavailable` as
 *   `indexToStore`.
 */
export async function addToList(
  tx: Tx,
  input: {
    list: ListEntry['list'];
    of: ListKey;
    value: Listable;
    reason: string;
    expiresAt: Date;
    addedBy: string;
  },
): Promise<ListEntry> {
  const { list, of, reason, expiresAt, addedBy } = input;
  if (expiresAt <= tx.wallNow) {
    throw new GatewayError('validation_failed', {
      detail: 'The entry would be over before it begins.',
      errors: [{ pointer: '/expires_at', code: 'in_the_past' }],
    });
  }
  const { index: value, every } = await valueOf(tx, of, input.value);
  await entriesOf(tx)
    .where({ list, of })
    .whereIn('value', every)
    .whereNull('ended_at')
    .update({ ended_at: tx.wallNow, ended_by: addedBy });
  const [row] = await tx
    .sql<ListRow>('fraud_list_entries')
    .insert({
      environment_id: tx.environment.id,
      id: newId('fle'),
      list,
      of,
      value,
      reason,
      added_by: addedBy,
      added_at: tx.wallNow,
      expires_at: expiresAt,
    })
    .returning('*');
  if (!row) throw new Error('the entry was not stored');
  return toEntry(row);
}

/** Ends an entry now. @throws GatewayError `not_found` for one that is not there or has ended. */
export async function endListEntry(tx: Tx, input: { id: string; endedBy: string }): Promise<ListEntry> {
  const [row] = await entriesOf(tx)
    .where({ id: input.id as Id<'fle'> })
    .whereNull('ended_at')
    .update({ ended_at: tx.wallNow, ended_by: input.endedBy })
    .returning('*');
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such entry on a list.' });
  return toEntry(row);
}

/** The entries that hold at this moment, the newest first. */
export async function listEntries(tx: Tx): Promise<ListEntry[]> {
  const rows = await entriesOf(tx)
    .whereNull('ended_at')
    .where('expires_at', '>', tx.wallNow)
    .orderBy('id', 'desc');
  return rows.map(toEntry);
}
