import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from '@morrow/db';
import type { TxHost } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';
import type { IndexedName } from '../shoppers/blind-index.ts';
import { readIndexKeys } from './index-keys.ts';
import { type IndexedColumn, indexedColumns, versionSql } from './indexed-columns.ts';
import { type Moved, movePhoneCopies, moveStrayCopies } from './phone-copies.ts';

/** So many rows are written, and locked, at a time: for a moment, because orders wait for the row of their shopper. */
const batchSize = 100;

/** So often is looked again for rows that others had locked. */
const mostPasses = 20;
const pauseMs = 100;

const deadlockDetected = '40P01';

type Host = Pick<TxHost, 'db' | 'vault'>;

/** What was done of one column. */
export type Reindexed = {
  name: IndexedName;
  version: string;
  /** Rows that stood under another version when it began. */
  found: number;
  moved: number;
  /** Others had these locked each time: they are left for the next run. */
  busy: number;
  /** What they are made from does not open: the line of a master key is missing, or they were damaged. */
  unreadable: number;
};

type Row = {
  environment_id: string;
  id: string;
  before: Buffer;
  sealed: string | null;
  owner: string | null;
  data_key: string | null;
};

/**
 * Makes the hashes of a column anew that stand under another version than the present one, from what is sealed beside them. It
 * runs beside everything else, waits for no lock, and may be cut off and begun anew: what was done is not looked at again. A
 * hash is replaced only if it is still the one that was read. `progress` is told after each batch.
 *
 * Throws an Error where the file of this process lacks the key.
 */
export async function reindex(
  host: Host,
  name: IndexedName,
  progress: (so: Reindexed) => void = () => undefined,
): Promise<Reindexed> {
  const version = (await readIndexKeys(host)).find((key) => key.name === name)?.version;
  if (version === undefined) throw new Error(`${name} has no versions`);
  const column = indexedColumns[name];
  const so = {
    name,
    version,
    found: await countOlder(host, column, version),
    moved: 0,
    busy: 0,
    unreadable: 0,
  };
  for (let pass = 1; ; pass += 1) {
    so.busy = 0;
    so.unreadable = 0;
    await passOver(host, so, progress);
    if (so.busy === 0 || pass === mostPasses) break;
    await sleep(pauseMs);
  }
  if (name === 'shoppers.phone') await moveStrayCopies(host, version);
  return so;
}

async function passOver(host: Host, so: Reindexed, progress: (so: Reindexed) => void): Promise<void> {
  const column = indexedColumns[so.name];
  let after: Pick<Row, 'environment_id' | 'id'> = { environment_id: '', id: '' };
  for (;;) {
    const rows = await readOlder(host, column, { version: so.version, after });
    const last = rows.at(-1);
    if (!last) return;
    after = last;
    const fresh = rows.flatMap((row) => {
      const now = made(host, so, row);
      return now === undefined ? [] : [{ ...row, now }];
    });
    const moved = await move(host, so, fresh);
    so.moved += moved;
    so.busy += fresh.length - moved;
    so.unreadable += rows.length - fresh.length;
    progress({ ...so });
  }
}

async function countOlder({ db }: Host, { table, column }: IndexedColumn, version: string): Promise<number> {
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    `select count(*)::int as count from ${table} where ${column} is not null and ${versionSql(column)} <> ?`,
    [version],
  );
  return rows[0]?.count ?? 0;
}

/** The next rows, by their key, with the data key under which their value lies. */
async function readOlder(
  { db }: Host,
  { table, column, id, sealed, owner }: IndexedColumn,
  { version, after }: { version: string; after: Pick<Row, 'environment_id' | 'id'> },
): Promise<Row[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select t.environment_id, t.${id} as id, t.${column} as before, t.${sealed} as sealed,
       ${owner === undefined ? 'null as owner, null as data_key' : `t.${owner} as owner, s.data_key`}
     from ${table} t
     ${owner === undefined ? '' : `left join shoppers s on s.environment_id = t.environment_id and s.id = t.${owner}`}
     where (t.environment_id, t.${id}) > (?, ?)
       and t.${column} is not null and ${versionSql(`t.${column}`)} <> ?
     order by t.environment_id, t.${id} limit ?`,
    [after.environment_id, after.id, version, batchSize],
  );
  return rows;
}

/** The row's hash by the present version; undefined where what it is made from does not open. */
function made({ vault }: Host, { name, version }: Reindexed, row: Row): Buffer | undefined {
  const { table, sealed, owner } = indexedColumns[name];
  if (row.sealed === null || (owner !== undefined && (row.owner === null || row.data_key === null)))
    return undefined;
  const place = sealedPlace(row.environment_id, table, sealed.replace(/_sealed$/, ''), row.id);
  let plain: string;
  try {
    const dataKey =
      row.owner === null || row.data_key === null ? undefined : vault.unwrapDataKey(row.data_key, row.owner);
    plain = vault.open(row.sealed, place, dataKey);
  } catch {
    return undefined;
  }
  const made = vault.blindIndexes(name, `${row.environment_id}\n${plain}`);
  const found = made.find((one) => one.version === version);
  if (!found) throw new Error(`The file of MASTER_KEY_FILE has no line ${version}.`);
  return found.index;
}

/**
 * One transaction: each hash goes in if the old one is still there and nobody has its row locked. Returns how many did. No other
 * version comes into use meanwhile, as for everybody who stores one (`indexToStore`).
 */
async function move({ db }: Host, so: Reindexed, fresh: readonly (Row & { now: Buffer })[]): Promise<number> {
  if (fresh.length === 0) return 0;
  try {
    return await db.transaction(async (sql) => {
      const present = await sql('index_keys')
        .where({ name: so.name, version: so.version })
        .forShare()
        .first('name');
      if (!present) throw new Error(`${so.name} has another version meanwhile: begin again.`);
      const moved = await write(sql, indexedColumns[so.name], fresh);
      if (so.name === 'shoppers.phone' && moved.length > 0) await movePhoneCopies(sql, moved);
      return moved.length;
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === deadlockDetected) return 0;
    throw error;
  }
}

async function write(
  sql: Knex.Transaction,
  { table, column, id }: IndexedColumn,
  fresh: readonly (Row & { now: Buffer })[],
): Promise<Moved[]> {
  const { rows } = await sql.raw<{ rows: Moved[] }>(
    `update ${table} t set ${column} = l.now from (
       select r.environment_id, r.${id} as id, v.before, v.now
       from unnest(?::text[], ?::text[], ?::bytea[], ?::bytea[]) as v (environment_id, id, before, now)
       join ${table} r on r.environment_id = v.environment_id and r.${id} = v.id and r.${column} = v.before
       for update of r skip locked) l
     where t.environment_id = l.environment_id and t.${id} = l.id
     returning l.environment_id, l.before, l.now`,
    [
      fresh.map((row) => row.environment_id),
      fresh.map((row) => row.id),
      fresh.map(({ before }) => before),
      fresh.map(({ now }) => now),
    ],
  );
  return rows;
}
