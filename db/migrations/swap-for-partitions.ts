import type { Knex } from 'knex';
import { firstBound } from '../src/partitions.ts';
import type { Every } from '../src/partition-ranges.ts';

type Swap = {
  table: string;
  idPrefix: string;
  every: Every;
  /** So many ranges from now the first partition of its own begins: long after this is over, however often it is tried. */
  from: number;
  /** The primary key, as `alter table … add` takes it. */
  key: string;
  /** Indexes of the partitioned table, from their name on. The table in use has each of them already, so none is built. */
  indexes: readonly string[];
  /** A statement for what the default partition has beyond the others. */
  ofDefault?: string;
};

/** For so long a statement here waits for a lock: those who come meanwhile queue behind it. */
const lockTimeout = "set lock_timeout = '150ms'";

/**
 * Puts a partitioned table in the place of one in use, whose rows stay where they are: it becomes the partition of all that
 * is older than a bound in the future. That it holds nothing else is a constraint, checked while everybody goes on writing, so
 * that attaching it reads nothing; then names change in one transaction that waits for no lock longer than a moment.
 * Runs outside a transaction, and may be cut off anywhere and run again. Used by migrations that have run: it never changes.
 */
export async function swapForPartitions(db: Knex, swap: Swap): Promise<void> {
  const { table } = swap;
  if (await isPartitioned(db, table)) return;
  const bound = await holdToBound(db, swap);
  const { rows } = await db.raw<{ rows: { name: string; definition: string }[] }>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = ?::regclass and contype = 'f' order by conname`,
    [table],
  );
  const keys = [swap.key, ...rows.map(({ definition }) => definition)].map((key) => `add ${key}`);
  const renamed = (await indexesOf(db, table)).map(
    (name) => `alter index ${name} rename to ${name.replace(table, `${table}_before`).slice(0, 63)};`,
  );
  await db.raw(lockTimeout);
  // Statements that are sent together are one transaction.
  await db.raw(`
    alter table ${table} rename to ${table}_before;
    ${renamed.join('\n    ')}
    create table ${table} (like ${table}_before including defaults including constraints) partition by range (id);
    alter table ${table} drop constraint ${table}_bound;
    alter table ${table} ${keys.join(', ')};
    ${swap.indexes.map((index) => `create index ${index};`).join('\n    ')}
    create table ${table}_default partition of ${table} default;
    ${swap.ofDefault ?? ''}
    alter table ${table} attach partition ${table}_before for values from (minvalue) to ('${bound}');
    alter table ${table}_before drop constraint ${table}_bound;
  `);
}

async function indexesOf(db: Knex, table: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(
    'select indexname as name from pg_indexes where tablename = ? order by indexname',
    [table],
  );
  return rows.map(({ name }) => name);
}

async function isPartitioned(db: Knex, table: string): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select from pg_class where oid = ?::regclass and relkind = 'p'`,
    [table],
  );
  return rows.length > 0;
}

/** Answers with the bound that the table is held to, by a constraint that has been checked. */
async function holdToBound(db: Knex, { table, idPrefix, every, from }: Swap): Promise<string> {
  const bound = firstBound(idPrefix, every, new Date(), from);
  const { rows } = await db.raw<{ rows: { is_this: boolean; convalidated: boolean }[] }>(
    `select pg_get_constraintdef(oid) like ? as is_this, convalidated from pg_constraint
     where conrelid = ?::regclass and conname = ?`,
    [`%'${bound}'%`, table, `${table}_bound`],
  );
  const [found] = rows;
  if (!found?.is_this) {
    await db.raw(lockTimeout);
    await db.raw(`alter table ${table} drop constraint if exists ${table}_bound,
      add constraint ${table}_bound check (id < '${bound}') not valid`);
  }
  await db.raw('set lock_timeout = 0');
  if (!found?.is_this || !found.convalidated)
    await db.raw(`alter table ${table} validate constraint ${table}_bound`);
  return bound;
}
