import { setTimeout as sleep } from 'node:timers/promises';
import { runMigrations } from 'graphile-worker';
import knex, { type Knex } from 'knex';
import { type ClientBase, Pool } from 'pg';
import { migrations as ownMigrations, type Migration } from '../migrations/index.ts';
import { connectionOf } from './connect.ts';

/** Any constant will do, as long as nothing else in the database locks it. */
const MIGRATION_LOCK = 7_236_846_337;

/** How often a process looks whether another one has ended its migrations. */
const LOOK_EVERY_MS = 100;

/** What PostgreSQL says when a lock was not to be had within lock_timeout. */
const LOCK_NOT_AVAILABLE = '55P03';

export type MigrateOptions = {
  /** Those of this code without; tests have their own. */
  migrations?: readonly Migration[];
  /**
   * For so long a migration waits for a lock, in milliseconds. Whoever comes meanwhile queues behind it, even where the
   * lock itself would be held for a moment only: so this is how long a transaction that does not end may hold up writers.
   */
  lockTimeoutMs?: number;
  /** How often a migration is tried before it is given up; between two tries everybody who queued behind it passes. */
  tries?: number;
  /** The first pause between tries, in milliseconds; each is twice as long as the one before, up to ten seconds. */
  pauseMs?: number;
  /** Told of each try that did not get its lock. */
  told?: (waits: { migration: string; tries: number }) => void;
};

type Settings = Required<Omit<MigrateOptions, 'told'>> & Pick<MigrateOptions, 'told'>;

/** Twenty tries are three minutes, longer than any transaction of the gateway. */
const defaults: Settings = { migrations: ownMigrations, lockTimeoutMs: 400, tries: 20, pauseMs: 200 };

/**
 * Brings the schema of `db`, then graphile-worker's own, up to date and answers with the names of the migrations that it
 * ran. In a database in use each has a transaction of its own, so that no lock is held while the next is waited for; what was
 * done stays done when a later one fails. Processes that start at the same moment wait for each other; those that come later
 * find nothing to do.
 * Throws when the database knows a migration that this code does not, which means that it is newer, and when a lock was not to
 * be had in all its tries.
 */
export async function migrate(db: Knex, options: MigrateOptions = {}): Promise<string[]> {
  const settings = { ...defaults, ...options };
  const pool = sidePool(db, settings);
  const own = sideKnex(db, settings);
  try {
    const lock = await pool.connect();
    try {
      await takeTurn(lock);
      const names = await runAll(own, settings);
      await patiently(settings, 'graphile-worker', () => runMigrations({ pgPool: pool }));
      await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      return names;
    } finally {
      lock.release();
    }
  } finally {
    // Ends the session that holds the lock, and with it the lock, when something above failed.
    await Promise.all([pool.end(), own.destroy()]);
  }
}

/**
 * Looks again and again instead of waiting for the lock: a statement that waits has a snapshot, and an index that is made
 * concurrently waits for every older snapshot, so that the two would wait for each other without end.
 */
async function takeTurn(lock: ClientBase): Promise<void> {
  for (;;) {
    const { rows } = await lock.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      MIGRATION_LOCK,
    ]);
    if (rows[0]?.taken) return;
    await sleep(LOOK_EVERY_MS);
  }
}

async function runAll(own: Knex, settings: Settings): Promise<string[]> {
  const migrationSource = sourceOf(settings);
  const [completed, pending] = (await own.migrate.list({ migrationSource })) as [unknown[], Migration[]];
  if (pending.length === 0) {
    // Only refuses a database that is newer than this code.
    await own.migrate.latest({ migrationSource });
    return [];
  }
  // A process that was killed outside a transaction has left knex's own mark; ours says that nobody is at work.
  await own.migrate.forceFreeMigrationsLock({ migrationSource });
  if (completed.length === 0) {
    // Nobody uses an empty database: there is nothing to wait for.
    const [, names] = (await own.migrate.latest({ migrationSource })) as [number, string[]];
    return names;
  }
  const names: string[] = [];
  for (const { name } of pending) {
    await patiently(settings, name, () => own.migrate.up({ migrationSource, name }));
    names.push(name);
  }
  return names;
}

/** Does something again while others hold its locks. */
async function patiently(settings: Settings, migration: string, work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      settings.told?.({ migration, tries });
      if (tries >= settings.tries) {
        throw new Error(
          `Migration ${migration} did not get a lock in ${tries} tries: a transaction holds it and does not end. ` +
            'pg_stat_activity shows it by the oldest xact_start.',
          { cause: error },
        );
      }
    }
    await sleep(Math.min(settings.pauseMs * 2 ** (tries - 1), 10_000));
  }
}

/** knex wants a way back for each step; ours only go forward. */
function sourceOf({ migrations, lockTimeoutMs }: Settings): Knex.MigrationSource<Migration> {
  return {
    getMigrations: async () => [...migrations],
    getMigrationName: (migration) => migration.name,
    getMigration: async (migration) => ({
      up: async (db) => {
        if (!migration.concurrently) return migration.up(db);
        // It holds up nobody while it waits, and waits for as long as the oldest transaction lasts.
        await db.raw('set lock_timeout = 0');
        try {
          return await migration.up(db);
        } finally {
          await db.raw(`set lock_timeout = ${lockTimeoutMs}`);
        }
      },
      down: async () => {
        throw new Error(`Migration ${migration.name} has no way back.`);
      },
      config: { transaction: !migration.concurrently },
    }),
  };
}

/** One connection as those of `db`, with the timeout: the pool of `db` may be in use already, and has none. */
function sideKnex(db: Knex, { lockTimeoutMs }: Settings): Knex {
  const { config } = db.client as { config: Knex.Config };
  const afterCreate = (made: ClientBase, done: (error: unknown, connection: unknown) => void): void => {
    made.query(`set lock_timeout = ${lockTimeoutMs}`, (error: unknown) => done(error, made));
  };
  return knex({ ...config, pool: { min: 0, max: 1, afterCreate } });
}

/**
 * One connection that holds the lock and one for graphile-worker, apart from the pool of `db`, which may
 * have a single connection. graphile-worker would open a pool by itself but not wait until it has ended, and
 * a template database cannot be cloned while somebody is connected to it.
 */
function sidePool(db: Knex, { lockTimeoutMs }: Settings): Pool {
  const pool = new Pool({ ...connectionOf(db), types: undefined, max: 2 });
  // A broken connection fails the query that uses it; without these handlers it would end the process.
  const ignore = (): void => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => {
    client.on('error', ignore);
    // Statements of a connection are done in their order; one that fails here fails in the next one, too.
    client.query(`set lock_timeout = ${lockTimeoutMs}`).catch(ignore);
  });
  return pool;
}

/** The names of the migrations that this code has and the database has not. */
export async function pendingMigrations(db: Knex): Promise<string[]> {
  const [, pending] = (await db.migrate.list({ migrationSource: sourceOf(defaults) })) as [
    unknown,
    Migration[],
  ];
  return pending.map((migration) => migration.name);
}
