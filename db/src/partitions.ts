import type { Knex } from 'knex';
import { boundOf, type Every, partitionName, type Range, rangeAt, rangesAhead } from './partition-ranges.ts';

/**
 * A table that is partitioned by the time in its ids. A partition by a column of time would want that column in every
 * unique key; an id that begins with its time is in the primary key anyway.
 */
export type Partitioned = {
  table: string;
  /** What its ids begin with, without the underscore. */
  idPrefix: string;
  every: Every;
  /** So many ranges after the present one have their partitions. */
  ahead: number;
  /** A partition goes when the youngest row that it could hold is older. */
  keptDays: number;
  /** Columns that are unique within each partition: a key over all of them would have to hold the id. */
  uniqueWithin?: readonly string[];
};

/** What was made and dropped, and what was not to be had now and is tried again the next time. */
export type Maintained = { created: string[]; dropped: string[]; left: string[] };

const dayMs = 86_400_000;

/**
 * Whoever wants one of the tables queues behind a statement that waits for its lock, so it waits no longer than this for each;
 * what it does under the lock is bounded as well: PostgreSQL looks through the default partition for what belongs in a new one.
 */
const bounds = "set local lock_timeout = '200ms'; set local statement_timeout = '800ms'";

/** A lock, or the time, was not to be had; a deadlock was ended. */
const passing = new Set(['55P03', '57014', '40P01']);

/**
 * Makes the partitions of the present range and of those ahead, and drops those that are past what is kept. May run twice and
 * in several processes at once: each step is a transaction of its own that looks again under a lock. What would wait for
 * others longer than a moment is left for the next time.
 */
export async function maintainPartitions(db: Knex, of: Partitioned, now: Date): Promise<Maintained> {
  const done: Maintained = { created: [], dropped: [], left: [] };
  const keep = async (name: string, to: string[], step: (tx: Knex.Transaction) => Promise<boolean>) => {
    const outcome = await inTurn(db, of.table, step);
    if (outcome === 'done') to.push(name);
    if (outcome === 'left') done.left.push(name);
  };
  for (const range of rangesAhead(of.every, now, of.ahead)) {
    const name = partitionName(of.table, of.every, range.from);
    await keep(name, done.created, (tx) => create(tx, of, name, range));
  }
  const keptFrom = boundOf(of.idPrefix, new Date(now.getTime() - of.keptDays * dayMs));
  for (const { name, to } of await listPartitions(db, of.table)) {
    if (to === undefined || to > keptFrom) continue;
    await keep(name, done.dropped, (tx) => drop(tx, of, name));
  }
  return done;
}

/** One step alone: `nothing` when it found nothing to do, `left` when somebody or something was in the way. */
async function inTurn(
  db: Knex,
  table: string,
  step: (tx: Knex.Transaction) => Promise<boolean>,
): Promise<'done' | 'nothing' | 'left'> {
  try {
    return await db.transaction(async (tx) => {
      await tx.raw(bounds);
      const { rows } = await tx.raw<{ rows: { mine: boolean }[] }>(
        'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as mine',
        [`partitions:${table}`],
      );
      if (!rows[0]?.mine) return 'left';
      return (await step(tx)) ? 'done' : 'nothing';
    });
  } catch (error) {
    if (passing.has((error as { code?: string }).code ?? '')) return 'left';
    throw error;
  }
}

/**
 * Made beside the table and then attached, which keeps nobody from writing to other partitions, unlike `create table …
 * partition of`. A range of which the default partition holds rows already stays there.
 */
async function create(tx: Knex.Transaction, of: Partitioned, name: string, range: Range): Promise<boolean> {
  const [from, to] = [boundOf(of.idPrefix, range.from), boundOf(of.idPrefix, range.to)];
  const partitions = await listPartitions(tx, of.table);
  if (partitions.some((one) => one.to !== undefined && (one.from ?? '') < to && one.to > from)) return false;
  const { rows } = await tx.raw<{ rows: unknown[] }>('select from ?? where id >= ? and id < ? limit 1', [
    `${of.table}_default`,
    from,
    to,
  ]);
  if (rows.length > 0) return false;
  await tx.raw('create table ?? (like ?? including all)', [name, of.table]);
  if (of.uniqueWithin) await tx.raw(uniqueWithin(name, of.uniqueWithin));
  // A bound cannot be a parameter of a statement. These are made of hexadecimal digits alone.
  await tx.raw(`alter table ?? attach partition ?? for values from ('${from}') to ('${to}')`, [
    of.table,
    name,
  ]);
  return true;
}

/** The index of a partition that keeps twins out of it. */
export function uniqueWithin(partition: string, columns: readonly string[]): string {
  return `create unique index "${partition}_once" on "${partition}" (${columns.join(', ')})`;
}

async function drop(tx: Knex.Transaction, of: Partitioned, name: string): Promise<boolean> {
  const partitions = await listPartitions(tx, of.table);
  if (!partitions.some((one) => one.name === name)) return false;
  await tx.raw('drop table ??', [name]);
  return true;
}

/** A partition and its bounds; `from` is missing of the one that holds all that is older, both of the default. */
export type Partition = { name: string; from?: string; to?: string };

/** The partitions of a table, in the order of their names. */
export async function listPartitions(db: Knex, table: string): Promise<Partition[]> {
  const { rows } = await db.raw<{ rows: { name: string; bound: string }[] }>(
    `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
     from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = to_regclass(?) order by c.relname`,
    [table],
  );
  return rows.map(({ name, bound }) => {
    const from = /FROM \('([^']+)'\)/.exec(bound)?.[1];
    const to = /TO \('([^']+)'\)/.exec(bound)?.[1];
    return { name, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  });
}

/** Of partitioned tables, those whose rows are deleted one by one: from before there were partitions, and of no range. */
export const strays = (table: string): string[] => [`${table}_before`, `${table}_default`];

/** So many are counted at most. */
export const mostStraysCounted = 10_000;

/** How many rows the default partition of each partitioned table holds: what came when its own was missing. */
export async function countDefaultRows(db: Knex): Promise<{ table: string; rows: number }[]> {
  const { rows: tables } = await db.raw<{ rows: { name: string; rest: string }[] }>(
    `select c.relname as name, d.relname as rest from pg_partitioned_table p
     join pg_class c on c.oid = p.partrelid join pg_class d on d.oid = p.partdefid
     where c.relnamespace = 'public'::regnamespace order by c.relname`,
  );
  return Promise.all(
    tables.map(async ({ name, rest }) => {
      const { rows } = await db.raw<{ rows: { count: number }[] }>(
        'select count(*)::int as count from (select from ?? limit ?) as counted',
        [rest, mostStraysCounted],
      );
      return { table: name, rows: rows[0]?.count ?? 0 };
    }),
  );
}

/** Where the first partition of a table begins that is made while it is in use: `steps` ranges from now. */
export const firstBound = (idPrefix: string, every: Every, now: Date, steps: number): string =>
  boundOf(idPrefix, rangeAt(every, now, steps).from);
