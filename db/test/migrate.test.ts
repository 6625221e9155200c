import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { connect, migrate } from '../src/index.ts';
import { emptyDatabase, type TestDatabase } from '../src/testing.ts';

const all = migrations.map((migration) => migration.name);
let database: TestDatabase;

beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

it('has migrations, named once each and in the order of their names', () => {
  expect(all.length).toBeGreaterThan(0);
  expect(all).toEqual([...new Set(all)].sort());
});

it('runs every migration once, in order', async () => {
  expect(await migrate(database.db)).toEqual(all);
  expect(await migrate(database.db)).toEqual([]);
  expect(await database.db('knex_migrations').orderBy('id').pluck('name')).toEqual(all);
});

it('makes the schema of the job queue, in which a transaction of ours can add a job', async () => {
  await migrate(database.db);
  await database.db.transaction(async (trx) => {
    await trx.raw("select graphile_worker.add_job('greet', '{}'::json)");
  });
  const jobs = (await database.db.raw('select task_identifier from graphile_worker.jobs')) as {
    rows: unknown[];
  };
  expect(jobs.rows).toEqual([{ task_identifier: 'greet' }]);
});

it('lets processes that start at once all succeed, and runs each migration in one of them', async () => {
  const others = Array.from({ length: 3 }, () => connect(database.url, { max: 1 }));
  try {
    const results = await Promise.all([database.db, ...others].map((db) => migrate(db)));
    expect(results.flat()).toEqual(all);
    expect(results.filter((names) => names.length > 0)).toHaveLength(1);
  } finally {
    await Promise.all(others.map((db) => db.destroy()));
  }
});

it('leaves no connection and no lock behind', async () => {
  const db = connect(database.url, { applicationName: 'migrating' });
  await migrate(db);
  await db.destroy();
  const { rows } = await database.db.raw<{ rows: { count: bigint }[] }>(
    "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'migrating'",
  );
  expect(rows).toEqual([{ count: 0n }]);
});

it('refuses a database that is newer than this code, and lets go of the lock', async () => {
  await migrate(database.db);
  const newer = { name: '9999-from-the-future', batch: 2, migration_time: new Date(0) };
  await database.db('knex_migrations').insert(newer);
  await expect(migrate(database.db)).rejects.toThrow('9999-from-the-future');
  await database.db('knex_migrations').where({ name: newer.name }).delete();
  expect(await migrate(database.db)).toEqual([]);
});
