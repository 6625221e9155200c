import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Migration, migrations } from '../migrations/index.ts';
import { migrate } from '../src/index.ts';
import { freshDatabase, type TestDatabase } from '../src/testing.ts';

/** PostgreSQL itself ends a statement of the writer that has waited longer than this for a lock. */
const longestWaitMs = 1000;

const widened: Migration = {
  name: '9001-widened',
  up: (db) => db.raw("alter table loaded add column kind text not null default 'a'"),
};
const indexed: Migration = {
  name: '9002-indexed',
  concurrently: true,
  up: async (db) => {
    await db.raw('drop index concurrently if exists loaded_number');
    await db.raw('create index concurrently loaded_number on loaded (number)');
  },
};

let database: TestDatabase;
const clients: Client[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  await database.db.raw(`create table loaded (id integer primary key, number integer not null);
    insert into loaded select n, 0 from generate_series(1, 2000) as n`);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await database.drop();
});

async function open(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect();
  return client;
}

/** A transaction that has read the table and does not end. */
async function startReader(): Promise<() => Promise<unknown>> {
  const client = await open();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from loaded');
  return () => client.query('commit');
}

/** Writes row after row; `heldUp` counts the writes that PostgreSQL ended because they waited too long. */
async function startWriter() {
  const client = await open();
  await client.query(`set lock_timeout = ${longestWaitMs}`);
  const seen = { written: 0, heldUp: 0 };
  const over = new AbortController();
  const whole = (async () => {
    while (!over.signal.aborted) {
      try {
        await client.query('update loaded set number = number + 1 where id = $1', [
          (seen.written % 2000) + 1,
        ]);
        seen.written += 1;
      } catch (error) {
        if ((error as { code?: string }).code !== '55P03') throw error;
        seen.heldUp += 1;
      }
    }
  })();
  return {
    seen,
    async stop() {
      over.abort();
      await whole;
    },
  };
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await done()); looks += 1) {
    if (looks > 1500) throw new Error('it did not happen in time');
    await sleep(10);
  }
}

const isFound = async (sql: string): Promise<boolean> =>
  ((await database.db.raw<{ rows: unknown[] }>(sql)).rows.length ?? 0) > 0;

it('a change of a table waits for a long reader, and no writer waits for it longer than a second', async () => {
  const endReader = await startReader();
  const writer = await startWriter();
  const tried: string[] = [];
  const migrated = migrate(database.db, {
    migrations: [...migrations, widened],
    pauseMs: 50,
    told: ({ migration }) => void tried.push(migration),
  });
  // Each of these was a wait that held up the writer, until the migration stepped aside.
  await until(() => tried.length >= 3);
  const before = writer.seen.written;
  await until(() => writer.seen.written > before);
  await endReader();
  expect(await migrated).toEqual([widened.name]);
  const after = writer.seen.written;
  await until(() => writer.seen.written > after);
  await writer.stop();
  expect(new Set(tried)).toEqual(new Set([widened.name]));
  expect(writer.seen.heldUp).toBe(0);
});

it('the same change without a lock timeout holds up every writer until the reader ends', async () => {
  const endReader = await startReader();
  const writer = await startWriter();
  const altering = (await open()).query('alter table loaded add column kind text');
  await until(() => writer.seen.heldUp > 0);
  await endReader();
  await altering;
  await writer.stop();
});

it('an index that is made concurrently waits for the reader as well, and writers go on all the while', async () => {
  const endReader = await startReader();
  const writer = await startWriter();
  const migrated = migrate(database.db, { migrations: [...migrations, indexed] });
  await until(() => isFound("select from pg_stat_progress_create_index where phase like 'waiting for%'"));
  const before = writer.seen.written;
  await until(() => writer.seen.written > before + 20);
  // Another process that starts meanwhile waits for its turn, and is not waited for.
  const second = migrate(database.db, { migrations: [...migrations, indexed] });
  await endReader();
  expect(await migrated).toEqual([indexed.name]);
  expect(await second).toEqual([]);
  await writer.stop();
  expect(writer.seen.heldUp).toBe(0);
  expect(
    await isFound("select from pg_index where indexrelid = 'loaded_number'::regclass and indisvalid"),
  ).toBe(true);
});

it('what was done stays done when a later one fails, and the next start goes on from there', async () => {
  const broken: Migration = {
    name: '9002-broken',
    up: (db) => db.raw('alter table nowhere add column a text'),
  };
  await expect(migrate(database.db, { migrations: [...migrations, widened, broken] })).rejects.toThrow(
    'nowhere',
  );
  expect(await database.db('knex_migrations').orderBy('id', 'desc').first('name')).toEqual({
    name: widened.name,
  });
  // As a process leaves it that is killed while an index is made.
  await database.db('knex_migrations_lock').update({ is_locked: 1 });
  expect(await migrate(database.db, { migrations: [...migrations, widened, indexed] })).toEqual([
    indexed.name,
  ]);
});

it('gives up in the end, and says what held it up', async () => {
  const endReader = await startReader();
  const migrating = migrate(database.db, {
    migrations: [...migrations, widened],
    lockTimeoutMs: 20,
    pauseMs: 1,
    tries: 3,
  });
  await expect(migrating).rejects.toThrow(/9001-widened did not get a lock in 3 tries/);
  await endReader();
  expect(await migrate(database.db, { migrations: [...migrations, widened] })).toEqual([widened.name]);
});
