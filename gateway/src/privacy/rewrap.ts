import type { TxHost } from '../lib/tx.ts';
import { type RowKey, type SealedColumn, underMasterKeys } from './sealed-columns.ts';

/** So many rows are read, and written in one statement, at a time. */
const batchSize = 200;

type Host = Pick<TxHost, 'db' | 'vault'>;

/** What was done of one column. */
export type Rewrapped = {
  table: string;
  column: string;
  /** Sealed anew under the newest master key. */
  resealed: number;
  /** Changed by somebody else meanwhile, who sealed it themselves. */
  changed: number;
  /** No key opens these: the line of their master key is missing, or they were damaged. */
  unreadable: number;
};

/**
 * Seals everything that lies directly under an older master key anew under the newest: what was done already is not looked
 * at again, so it may be cut off and begun anew. A value is replaced only if it is still the one that was read, so it runs
 * beside everything else, and nothing that is written meanwhile is lost. `progress` is told after each batch.
 */
export async function rewrap(
  host: Host,
  progress: (so: Rewrapped) => void = () => undefined,
): Promise<Rewrapped[]> {
  const done: Rewrapped[] = [];
  for (const sealed of underMasterKeys) done.push(await rewrapColumn(host, sealed, progress));
  return done;
}

async function rewrapColumn(
  host: Host,
  sealed: SealedColumn,
  progress: (so: Rewrapped) => void,
): Promise<Rewrapped> {
  const { table, column } = sealed;
  const so = { table, column, resealed: 0, changed: 0, unreadable: 0 };
  let after: RowKey | undefined;
  for (;;) {
    const rows = await readOlder(host, sealed, after);
    after = rows.at(-1);
    if (!after) return so;
    const fresh = rows.flatMap((row) => {
      const text = resealed(host, sealed, row);
      return text === undefined ? [] : [{ row, text }];
    });
    const written = await write(host, sealed, fresh);
    so.resealed += written;
    so.changed += fresh.length - written;
    so.unreadable += rows.length - fresh.length;
    progress({ ...so });
  }
}

/** The next rows, by their key, whose value lies under a master key that is not the newest. */
async function readOlder(
  { db, vault }: Host,
  { table, column, key, also = [] }: SealedColumn,
  after: RowKey | undefined,
): Promise<RowKey[]> {
  return db<Record<string, string>>(table)
    .select([...key, ...also, column])
    .whereRaw(underOlder, { column, newest: vault.keyIds[0] ?? '' })
    .modify((query) => {
      if (!after) return;
      const names = key.map(() => '??').join(', ');
      const values = key.map(() => '?').join(', ');
      void query.whereRaw(`(${names}) > (${values})`, [...key, ...key.map((name) => after[name] ?? '')]);
    })
    .orderBy([...key])
    .limit(batchSize);
}

/** Sealed text is `v1.<master key>.<data key, or - for none>.<nonce>.<ciphertext>`. */
const underOlder = "split_part(:column:, '.', 3) = '-' and split_part(:column:, '.', 2) <> :newest";

function resealed({ vault }: Host, { column, place }: SealedColumn, row: RowKey): string | undefined {
  try {
    return vault.reseal(row[column] ?? '', place(row));
  } catch {
    return undefined;
  }
}

/** One statement, so one transaction: each value goes in if the old one is still there. Returns how many did. */
async function write(
  { db }: Host,
  { table, column, key }: SealedColumn,
  fresh: readonly { row: RowKey; text: string }[],
): Promise<number> {
  if (fresh.length === 0) return 0;
  const named = [...key, 'sealed_before', 'sealed_now'];
  const values = fresh.map(() => `(${named.map(() => '?::text').join(', ')})`).join(', ');
  const same = key.map(() => 't.?? = v.??').join(' and ');
  const result = await db.raw<{ rowCount: number }>(
    `update ?? t set ?? = v.sealed_now from (values ${values}) v (${named.map(() => '??').join(', ')})
     where ${same} and t.?? = v.sealed_before`,
    [
      table,
      column,
      ...fresh.flatMap(({ row, text }) => [...key.map((name) => row[name] ?? ''), row[column] ?? '', text]),
      ...named,
      ...key.flatMap((name) => [name, name]),
      column,
    ],
  );
  return result.rowCount;
}
