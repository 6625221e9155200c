import { runMigrations } from 'graphile-worker';
import type { Knex } from 'knex';
import { Pool } from 'pg';
import { migrations, type Migration } from '../migrations/index.ts';
import { connectionOf } from './connect.ts';

/** Any constant will do, as long as nothing else in the database locks it. */
const MIGRATION_LOCK = 7_236_846_337;

/** knex wants a way back for each step; ours only go forward. */
const migrationSource: Knex.MigrationSource<Migration> = {
  getMigrations: async () => [...migrations],
  getMigrationName: (migration) => migration.name,
  getMigration: async (migration) => ({
    up: async (db) => migration.up(db),
    down: async () => {
      throw new Error(`Migration ${migration.name} has no way back.`);
    },
  }),
};

/**
 * Brings the schema of `db`, then graphile-worker's own, up to date and answers with the names of the
 * migrations that it ran. They run in one transaction: all of them or none. Processes that start at the same
 * moment wait for each other; those that come later find nothing to do.
 * Throws when the database knows a migration that this code does not, which means that it is newer.
 */
export async function migrate(db: Knex): Promise<string[]> {
  const pool = sidePool(db);
  try {
    const lock = await pool.connect();
    try {
      await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
      const [, names] = (await db.migrate.latest({ migrationSource })) as [number, string[]];
      await runMigrations({ pgPool: pool });
      await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      return names;
    } finally {
      lock.release();
    }
  } finally {
    // Ends the session that holds the lock, and with it the lock, when something above failed.
    await pool.end();
  }
}

/**
 * One connection that holds the lock and one for graphile-worker, apart from the pool of `db`, which may
 * have a single connection. graphile-worker would open a pool by itself but not wait until it has ended, and
 * a template database cannot be cloned while somebody is connected to it.
 */
function sidePool(db: Knex): Pool {
  const pool = new Pool({ ...connectionOf(db), types: undefined, max: 2 });
  // A broken connection fails the query that uses it; without these handlers it would end the process.
  const ignore = (): void => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

/** The names of the migrations that this code has and the database has not. */
export async function pendingMigrations(db: Knex): Promise<string[]> {
  const [, pending] = (await db.migrate.list({ migrationSource })) as [unknown, Migration[]];
  return pending.map((migration) => migration.name);
}
