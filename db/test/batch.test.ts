import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { connect, type Knex } from '../src/index.ts';
import { emptyDatabase, type TestDatabase } from '../src/testing.ts';

type Ask = (text: string, values: readonly unknown[]) => Promise<unknown[]>;

type Connection = {
  queryInTransaction(
    statement: { text: string; values: readonly unknown[] },
    answer: (error: Error | null, result: { rows: unknown[] }) => void,
  ): void;
};

type Client = { acquireConnection(): Promise<Connection> };

const insert = 'insert into cup values ($1) returning size';
const count = 'select count(*)::integer as cups from cup where size >= $1';
const say = 'select $1::text as said, $2::bigint as number';

let database: TestDatabase;
let db: Knex;

beforeAll(async () => {
  database = await emptyDatabase();
  db = connect(database.url, { max: 1 });
  await db.schema.createTable('cup', (table) => table.integer('size').unique());
  // Afterwards all of them are prepared.
  for (let times = 0; times < 6; times += 1) {
    await inTransaction(async (ask) => {
      await ask(insert, [times]);
      await ask(count, [0]);
      await ask(say, ['', 1n]);
    });
  }
});
beforeEach(() => db('cup').delete());
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

function inTransaction<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
  return db.transaction(async (sql) => {
    const connection = await (sql.client as Client).acquireConnection();
    return work(
      (text, values) =>
        new Promise((resolve, reject) => {
          connection.queryInTransaction({ text, values }, (error, result) => {
            if (error) reject(error);
            else resolve(result.rows);
          });
        }),
    );
  });
}

const cups = async () => (await db('cup').orderBy('size')).map(({ size }: { size: number }) => size);

it('does prepared statements of one turn in their order, and answers each with its own rows', async () => {
  const answers = await inTransaction((ask) =>
    Promise.all([
      ask(insert, [1]),
      ask(count, [0]),
      ask(insert, [2]),
      ask(count, [0]),
      ask('select $1::integer as never_prepared', [3]),
      ask(say, ['tea', 2n ** 60n]),
      ask(count, [9]),
    ]),
  );
  expect(answers).toEqual([
    [{ size: 1 }],
    [{ cups: 1 }],
    [{ size: 2 }],
    [{ cups: 2 }],
    [{ never_prepared: 3 }],
    [{ said: 'tea', number: 2n ** 60n }],
    [{ cups: 0 }],
  ]);
  expect(await cups()).toEqual([1, 2]);
});

it('tells the statement that failed why, and those behind it that the transaction is aborted', async () => {
  const outcomes = await inTransaction((ask) =>
    Promise.allSettled([ask(insert, [1]), ask(insert, [1]), ask(count, [0]), ask(say, ['', 1n])]),
  );
  expect(outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: '23505' } },
    { status: 'rejected', reason: { code: '25P02' } },
    { status: 'rejected', reason: { code: '25P02' } },
  ]);
  expect(await cups()).toEqual([]);
});

const unwritable = {
  toPostgres() {
    throw new Error('no text');
  },
};

it('sends none of them where the values of one cannot be written, and tells each of them why', async () => {
  const outcomes = await inTransaction((ask) =>
    Promise.allSettled([ask(insert, [1]), ask(say, [unwritable, 1n]), ask(count, [0])]),
  );
  const reason = { message: 'no text' };
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  expect(await cups()).toEqual([]);
});

it('commits nothing of a transaction in which the values of one could not be written, before, beside or behind it', async () => {
  const outcomes = await inTransaction(async (ask) => {
    await ask(insert, [1]);
    const beside = await Promise.allSettled([
      ask(insert, [2]),
      ask(say, [unwritable, 1n]),
      ask('insert into cup select $1::integer', [3]),
    ]);
    return [...beside, ...(await Promise.allSettled([ask(insert, [4])]))];
  });
  expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  expect(await cups()).toEqual([]);
});

it('does not let through without a transaction what is sent behind a packet that would have begun it', async () => {
  await inTransaction((ask) =>
    Promise.allSettled([ask(say, [unwritable, 1n]), ask('insert into cup select $1::integer + 0', [5])]),
  );
  expect(await cups()).toEqual([]);
  expect(await inTransaction((ask) => ask(insert, [6]))).toEqual([{ size: 6 }]);
  expect(await cups()).toEqual([6]);
});

it('tells all of them that the connection is gone', async () => {
  const { rows } = await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
  const work = inTransaction(async (ask) => {
    await database.db.raw('select pg_terminate_backend(?)', [rows[0]?.pid ?? 0]);
    const outcomes = await Promise.allSettled([ask(insert, [7]), ask(count, [0])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    throw new Error('as it should');
  });
  await expect(work).rejects.toThrow();
  expect(await cups()).toEqual([]);
});

it('asks only once how the rows of a statement look, whether it has any or not', async () => {
  const touch = 'update cup set size = size where size < $1';
  // The connection may be a new one.
  for (let times = 0; times < 7; times += 1)
    await inTransaction((ask) => Promise.all([ask(touch, [0]), ask(say, ['', 1n])]));
  let described = 0;
  const answers = await db.transaction(async (sql) => {
    type Wire = { connection: NodeJS.EventEmitter };
    const connection = (await (sql.client as Client).acquireConnection()) as Connection & Wire;
    const note = () => void (described += 1);
    connection.connection.on('rowDescription', note).on('noData', note);
    const ask: Ask = (text, values) =>
      new Promise((resolve, reject) => {
        connection.queryInTransaction({ text, values }, (error, result) =>
          error ? reject(error) : resolve(result.rows),
        );
      });
    const asked = await Promise.all([ask(say, ['a', 1n]), ask(touch, [0]), ask(say, ['b', null])]);
    connection.connection.off('rowDescription', note).off('noData', note);
    return asked;
  });
  expect(answers).toEqual([[{ said: 'a', number: 1n }], [], [{ said: 'b', number: null }]]);
  expect(described).toBe(0);
});
