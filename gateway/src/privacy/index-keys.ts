import type { TxHost } from '../lib/tx.ts';
import { firstVersion } from '../lib/vault.ts';
import type { IndexedName } from '../shoppers/blind-index.ts';
import { indexedColumns, versionSql } from './indexed-columns.ts';
import { type Counted, countPhoneCopies, forgetHashesBefore, hashesBefore } from './phone-copies.ts';

/** By which versions of its key the hashes of a column are made. */
export type IndexKey = {
  name: IndexedName;
  version: string;
  /** The version that is being left; null when there is none. */
  previous: string | null;
};

type Host = Pick<TxHost, 'db' | 'vault' | 'clock'>;

/** The versions in use, by column. */
export async function readIndexKeys({ db }: Pick<TxHost, 'db'>): Promise<IndexKey[]> {
  return db<IndexKey>('index_keys').select('name', 'version', 'previous').orderBy('name');
}

/**
 * Refuses a process whose file lacks a key that is in use: it would not find whom others have stored. Throws an Error that
 * says which.
 */
export async function requireIndexKeys({ db, vault }: Pick<TxHost, 'db' | 'vault'>): Promise<void> {
  const used = (await readIndexKeys({ db })).flatMap(({ version, previous }) => [version, previous]);
  const missing = new Set(
    used.filter((id) => id !== null && id !== firstVersion && !vault.keyIds.includes(id)),
  );
  if (missing.size === 0) return;
  throw new Error(
    `The file of MASTER_KEY_FILE has no line ${[...missing].join(', ')}, by which look-up hashes are made.`,
  );
}

/** Why look-up hashes cannot be made by the key of this id, in words; undefined when they can. */
export function obstacleToIntroduce({ vault }: Pick<TxHost, 'vault'>, keyId: string): string | undefined {
  if (!vault.keyIds.includes(keyId)) return `There is no line ${keyId} in the file of master keys.`;
  // Hashes by the last line have no version in them: everything began with it.
  if (keyId === vault.keyIds.at(-1)) return `${keyId} is the last line: put the new one before it.`;
  return undefined;
}

export type Introduced = {
  name: IndexedName;
  /** `busy`: an older version has to be retired first, so that there are never more than two. */
  outcome: 'introduced' | 'already' | 'busy';
};

/**
 * From now on hashes of this column are made by the key of this id, in every process; waits for what is being stored.
 * Every process must have the key's line in its file. Doing it twice changes nothing. Throws an Error that says the
 * obstacle (`obstacleToIntroduce`).
 */
export async function introduceIndexKey(
  host: Pick<TxHost, 'db' | 'vault'>,
  { name, keyId }: { name: IndexedName; keyId: string },
): Promise<Introduced> {
  const { db } = host;
  const obstacle = obstacleToIntroduce(host, keyId);
  if (obstacle !== undefined) throw new Error(obstacle);
  const changed = await db('index_keys')
    .where({ name, previous: null })
    .whereNot({ version: keyId })
    .update({ previous: db.ref('version'), version: keyId });
  if (changed === 1) return { name, outcome: 'introduced' };
  const [key] = await db<IndexKey>('index_keys').where({ name });
  return { name, outcome: key?.version === keyId ? 'already' : 'busy' };
}

/** What stands under which version: the column's rows, and what was copied from them. */
export type IndexUses = IndexKey & { rows: Counted[]; copies: Record<string, Counted[]> };

/** Counts for a column what stands under which version. */
export async function indexUses(host: Host, key: IndexKey): Promise<IndexUses> {
  const { table, column } = indexedColumns[key.name];
  const { rows } = await host.db.raw<{ rows: Counted[] }>(
    `select ${versionSql(column)} as version, count(*)::int as count from ${table}
     where ${column} is not null group by 1 order by 1`,
  );
  return { ...key, rows, copies: key.name === 'shoppers.phone' ? await countPhoneCopies(host) : {} };
}

export type Retired = {
  name: IndexedName;
  /** `none`: no version was being left. */
  outcome: 'retired' | 'none' | 'in_use';
  /** What still stands under another version than the present one, by where. */
  left: Record<string, number>;
};

/**
 * Ends the use of the version that is being left, once nothing stands under it. Nothing can come to stand under it meanwhile:
 * since the newer one was introduced, no process stores by it.
 */
export async function retireIndexKey(host: Host, name: IndexedName): Promise<Retired> {
  const key = (await readIndexKeys(host)).find((found) => found.name === name);
  if (!key) throw new Error(`${name} has no versions`);
  const { table, column } = indexedColumns[name];
  const { rows, copies } = await indexUses(host, key);
  const left: Record<string, number> = {};
  for (const [where, counted] of Object.entries({ [`${table}.${column}`]: rows, ...copies })) {
    const older = counted.filter(({ version }) => version !== key.version);
    if (older.length > 0 && where !== hashesBefore)
      left[where] = older.reduce((sum, { count }) => sum + count, 0);
  }
  if (key.previous !== null && Object.keys(left).length > 0) return { name, outcome: 'in_use', left };
  const retired = await host
    .db('index_keys')
    .where({ name, version: key.version })
    .whereNotNull('previous')
    .update({ previous: null });
  // Also when it was retired before: what was cut off then goes on.
  if (name === 'shoppers.phone') await forgetHashesBefore(host);
  return { name, outcome: retired === 1 ? 'retired' : 'none', left };
}
