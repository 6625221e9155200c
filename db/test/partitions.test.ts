import * as fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { boundOf, countDefaultRows, maintainPartitions, migrate, type Partitioned } from '../src/index.ts';
import { partitionName, rangesAhead } from '../src/partition-ranges.ts';
import { listPartitions } from '../src/partitions.ts';
import { emptyDatabase, freshDatabase, type TestDatabase } from '../src/testing.ts';

let database: TestDatabase;
const clients: Client[] = [];
const dayMs = 86_400_000;

async function open(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  clients.push(client);
  await client.connect();
  return client;
}

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database.drop();
});

let tables = 0;

/** A partitioned table of its own, with nothing but a default partition. */
async function newTable(of: Partial<Partitioned> = {}): Promise<Partitioned> {
  const table = `noted_${(tables += 1)}`;
  await database.db
    .raw(`create table ${table} (id text primary key, kind text not null, number integer not null)
      partition by range (id);
    create table ${table}_default partition of ${table} default;
    create index on ${table} (kind)`);
  return { table, idPrefix: 'nte', every: 'month', ahead: 2, keptDays: 90, ...of };
}

const idAt = (at: Date, rest = '0'): string => `${boundOf('nte', at)}${rest.padStart(20, '0')}`;

async function note(table: string, ...at: string[]): Promise<void> {
  for (const one of at)
    await database.db(table).insert({ id: idAt(new Date(one)), kind: one.slice(0, 10), number: 1 });
}

const kindsIn = async (table: string): Promise<string[]> =>
  (await database.db<{ kind: string }>(table).orderBy('id').select('kind')).map(({ kind }) => kind);

const namesOf = async (table: string): Promise<string[]> =>
  (await listPartitions(database.db, table)).map(({ name }) => name.slice(table.length + 1));

describe('partitions', () => {
  it('are made ahead, once, and those past what is kept go with their rows', async () => {
    const of = await newTable();
    const first = await maintainPartitions(database.db, of, new Date('2027-11-30T23:59:00Z'));
    expect(first).toEqual({
      created: ['202711', '202712', '202801'].map((month) => `${of.table}_${month}`),
      dropped: [],
      left: [],
    });
    expect(await maintainPartitions(database.db, of, new Date('2027-11-30T23:59:00Z'))).toEqual({
      created: [],
      dropped: [],
      left: [],
    });
    await note(of.table, '2027-11-01T00:00:00Z', '2027-11-30T23:59:59Z', '2027-12-01T00:00:00Z');
    expect(await kindsIn(`${of.table}_202711`)).toEqual(['2027-11-01', '2027-11-30']);
    // The youngest that November could hold is 90 days old at the end of February 28th.
    const before = await maintainPartitions(database.db, of, new Date('2028-02-28T23:59:59Z'));
    expect(before.dropped).toEqual([]);
    const at = await maintainPartitions(database.db, of, new Date('2028-02-29T00:00:00Z'));
    expect(at.dropped).toEqual([`${of.table}_202711`]);
    expect(await kindsIn(of.table)).toEqual(['2027-12-01']);
    expect(await namesOf(of.table)).toEqual(['202712', '202801', '202802', '202803', '202804', 'default']);
  });

  it('are there for every instant, however long nobody looked', async () => {
    const instant = fc.date({
      min: new Date('2027-01-01'),
      max: new Date('2029-12-31'),
      noInvalidDate: true,
    });
    const unit = fc.constantFrom<'day' | 'month'>('day', 'month');
    await fc.assert(
      fc.asyncProperty(unit, fc.array(instant, { minLength: 1, maxLength: 3 }), async (every, instants) => {
        const of = await newTable({ every, ahead: 3, keptDays: 40 });
        for (const now of instants.toSorted((a, b) => a.getTime() - b.getTime())) {
          await maintainPartitions(database.db, of, now);
          for (const { from, to } of rangesAhead(every, now, 3)) {
            const name = partitionName(of.table, every, from);
            for (const at of [from, new Date(to.getTime() - 1)]) {
              const { rows } = await database.db.raw<{ rows: { place: string }[] }>(
                `insert into ${of.table} values (?, '', 0) on conflict (id) do update set number = 1
                   returning tableoid::regclass::text as place`,
                [idAt(at)],
              );
              expect(rows[0]?.place).toBe(name);
            }
          }
          const kept = boundOf('nte', new Date(now.getTime() - 40 * dayMs));
          for (const { to = '~' } of await listPartitions(database.db, of.table))
            expect(to > kept).toBe(true);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('are made and dropped once by several processes at the same time', async () => {
    const of = await newTable({ every: 'day', ahead: 5, keptDays: 3 });
    const both = async (now: string) => {
      const done = await Promise.all([1, 2, 3].map(() => maintainPartitions(database.db, of, new Date(now))));
      // What one of them found in the hands of another is done the next time at the latest.
      done.push(await maintainPartitions(database.db, of, new Date(now)));
      return { created: done.flatMap((one) => one.created), dropped: done.flatMap((one) => one.dropped) };
    };
    const names = (...days: string[]): string[] => days.map((day) => `${of.table}_${day}`);
    const { created } = await both('2028-02-27T05:00:00Z');
    expect(created.toSorted()).toEqual(
      names('20280227', '20280228', '20280229', '20280301', '20280302', '20280303'),
    );
    const { dropped } = await both('2028-03-04T00:00:00Z');
    expect(dropped.toSorted()).toEqual(names('20280227', '20280228', '20280229'));
  });

  it('that are missing are stood in for by the default one, which is counted', async () => {
    const of = await newTable({ every: 'day', ahead: 1 });
    await note(of.table, '2028-05-02T10:00:00Z');
    const counted = async () =>
      (await countDefaultRows(database.db)).find(({ table }) => table === of.table)?.rows;
    expect(await counted()).toBe(1);
    // The day of which it holds a row stays there as a whole; the next one has its own.
    const { created, left } = await maintainPartitions(database.db, of, new Date('2028-05-02T11:00:00Z'));
    expect({ created, left }).toEqual({ created: [`${of.table}_20280503`], left: [] });
    await note(of.table, '2028-05-02T12:00:00Z', '2028-05-03T12:00:00Z');
    expect(await counted()).toBe(2);
    expect(await kindsIn(of.table)).toEqual(['2028-05-02', '2028-05-02', '2028-05-03']);
  });

  it('are not dropped under a transaction that writes, which waits for nobody; the next time they go', async () => {
    const of = await newTable({ every: 'day', ahead: 0, keptDays: 1 });
    await maintainPartitions(database.db, of, new Date('2028-01-01T12:00:00Z'));
    await maintainPartitions(database.db, of, new Date('2028-01-02T12:00:00Z'));
    await note(of.table, '2028-01-01T12:00:00Z', '2028-01-02T12:00:00Z');
    const writer = await open(database.url);
    await writer.query('begin');
    await writer.query(`insert into ${of.table} values ($1, 'under way', 1)`, [
      idAt(new Date('2028-01-02T13:00:00Z')),
    ]);
    const now = new Date('2028-01-03T00:00:00Z');
    const tried = await maintainPartitions(database.db, of, now);
    expect(tried.dropped).toEqual([]);
    expect(tried.left).toContain(`${of.table}_20280101`);
    await writer.query(`insert into ${of.table} values ($1, 'under way', 2)`, [
      idAt(new Date('2028-01-02T14:00:00Z')),
    ]);
    await writer.query('commit');
    expect((await maintainPartitions(database.db, of, now)).dropped).toEqual([`${of.table}_20280101`]);
    expect(await kindsIn(of.table)).toEqual(['2028-01-02', 'under way', 'under way']);
  });

  it('keep twins apart, where that is asked for', async () => {
    const of = await newTable({ uniqueWithin: ['kind', 'number'] });
    await maintainPartitions(database.db, of, new Date('2028-01-01T00:00:00Z'));
    await note(of.table, '2028-01-01T10:00:00Z');
    await expect(note(of.table, '2028-01-01T11:00:00Z')).rejects.toThrow(/_202801_once/);
  });
});

/** PostgreSQL itself ends a statement of the writers that has waited longer than this for a lock. */
const longestWaitMs = 1000;

describe('the migration of a database in use', () => {
  let loaded: TestDatabase;
  const now = new Date();
  const rows = 20_000;
  const partitioned = ['api_requests', 'deliveries'];

  beforeAll(async () => {
    loaded = await emptyDatabase();
    await migrate(loaded.db, { migrations: migrations.filter(({ name }) => name < '0056') });
    // As many rows as a moment allows; what they refer to is there once.
    await loaded.db.raw(`set session_replication_role = replica;
      insert into environments (id, kind, time_zone, created_at) values ('live', 'live', 'UTC', now())
        on conflict do nothing;
      insert into events (environment_id, id, stream, type, object_id, object_version, data, occurred_at, recorded_at)
        values ('live', 'evt_1', 'mer_1', 'order.captured', 'ord_1', 1, '{}', now(), now());
      insert into webhook_endpoints (environment_id, id, merchant_id, url, event_types, secret_sealed, status,
          last_sequence, created_at)
        values ('live', 'whe_1', 'mer_1', 'https://shop.example', '{*}', '', 'enabled', 0, now());
      insert into api_requests (environment_id, merchant_id, id, at, method, path, operation, duration_ms)
        select 'live', 'mer_1', 'req_' || lpad(to_hex(n), 32, '0'), now(), 'GET', '/v1', 'getOrder', 1
        from generate_series(1, ${rows}) as n;
      insert into deliveries (environment_id, id, endpoint_id, event_id, attempt, status, scheduled_at)
        select 'live', 'dlv_' || lpad(to_hex(n), 32, '0'), 'whe_1', 'evt_1', n, 'pending', now()
        from generate_series(1, ${rows}) as n;
      set session_replication_role = default`);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await loaded.drop();
  });

  /** Writes and changes row after row; counts what PostgreSQL ended because it waited too long. */
  async function startWriter(first: number) {
    const client = await open(loaded.url);
    await client.query(`set lock_timeout = ${longestWaitMs}`);
    const seen = { written: 0, heldUp: 0 };
    const over = new AbortController();
    const statements: [string, (id: string) => unknown[]][] = [
      [
        `insert into api_requests (environment_id, merchant_id, id, at, method, path, operation, duration_ms)
         values ('live', 'mer_1', $1, now(), 'GET', '/v1', 'getOrder', 1)`,
        (id) => [`${boundOf('req', now)}${id}`],
      ],
      [
        `insert into deliveries (environment_id, id, endpoint_id, event_id, attempt, status, scheduled_at)
         values ('live', $1, 'whe_1', 'evt_1', $2, 'pending', now())`,
        (id) => [`${boundOf('dlv', now)}${id}`, rows + Number(id) + 1],
      ],
      [
        `update deliveries set lease_until = now() where environment_id = 'live' and id = $1`,
        (id) => [`${boundOf('dlv', now)}${id}`],
      ],
      [
        `update events set data = '{}' where environment_id = 'live' and id = 'evt_1' and $1::text is not null`,
        (id) => [id],
      ],
    ];
    const whole = (async () => {
      while (!over.signal.aborted) {
        const id = String(first + seen.written).padStart(20, '0');
        for (const [text, values] of statements) {
          try {
            await client.query(text, values(id));
          } catch (error) {
            if ((error as { code?: string }).code !== '55P03') throw error;
            seen.heldUp += 1;
          }
        }
        seen.written += 1;
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

  const indexesOf = async (table: string): Promise<bigint[]> => {
    const result = await loaded.db.raw<{ rows: { indexrelid: bigint }[] }>(
      `select indexrelid::bigint from pg_index where indrelid = ?::regclass order by 1`,
      [table],
    );
    return result.rows.map(({ indexrelid }) => indexrelid);
  };

  it('holds up nobody who writes, loses no row and builds no index anew', async () => {
    const before = await Promise.all(partitioned.map(indexesOf));
    const writers = await Promise.all([1_000_000, 2_000_000].map(startWriter));
    const names = await migrate(loaded.db, { migrations });
    await Promise.all(writers.map((writer) => writer.stop()));
    expect(names).toEqual(expect.arrayContaining(['0056-partitions', '0057-delivery-partitions']));
    for (const { seen } of writers) {
      expect(seen.heldUp).toBe(0);
      expect(seen.written).toBeGreaterThan(0);
    }
    const written = writers.reduce((total, { seen }) => total + seen.written, 0);
    for (const [index, table] of partitioned.entries()) {
      const [counted] = await loaded.db(table).count<{ count: bigint }[]>('* as count');
      expect(Number(counted?.count)).toBe(rows + written);
      expect(await indexesOf(`${table}_before`)).toEqual(before[index]);
      const { rows: own } = await loaded.db.raw<{ rows: unknown[] }>(
        `select from pg_constraint where conname like '%_bound' and conrelid::regclass::text like ?`,
        [`${table}%`],
      );
      expect(own).toEqual([]);
    }
    // What a row refers to is still asked for, in old partitions and new ones.
    await expect(
      loaded.db
        .raw(`insert into deliveries (environment_id, id, endpoint_id, event_id, attempt, status, scheduled_at)
        values ('live', '${boundOf('dlv', now)}f', 'whe_1', 'evt_none', 1, 'pending', now())`),
    ).rejects.toThrow('deliveries_environment_id_event_id_fkey');
  }, 60_000);

  it('does nothing when it runs again after it was cut off at the end', async () => {
    const before = await Promise.all(partitioned.map((table) => listPartitions(loaded.db, table)));
    await loaded
      .db('knex_migrations')
      .where('name', 'like', '005_-%partitions')
      .andWhere('name', '>=', '0056')
      .delete();
    await migrate(loaded.db, { migrations });
    expect(await Promise.all(partitioned.map((table) => listPartitions(loaded.db, table)))).toEqual(before);
  });

  it('goes on where it was cut off between its steps', async () => {
    const half = await emptyDatabase();
    try {
      await migrate(half.db, { migrations: migrations.filter(({ name }) => name < '0056') });
      await half.db.raw(
        `alter table api_requests add constraint api_requests_bound check (id < 'req_0') not valid`,
      );
      expect(await migrate(half.db, { migrations })).toContain('0056-partitions');
      const [first] = await listPartitions(half.db, 'api_requests');
      expect(first?.name).toBe('api_requests_before');
      expect(first?.to).toBe(boundOf('req', rangesAhead('day', new Date(), 2)[2]!.from));
    } finally {
      await half.drop();
    }
  }, 60_000);
});
