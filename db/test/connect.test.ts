import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { emptyDatabase, type TestDatabase } from '../src/testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await emptyDatabase();
});
afterAll(() => database.drop());

async function value(expression: string): Promise<unknown> {
  const { rows } = await database.db.raw<{ rows: { value: unknown }[] }>(`select ${expression} as value`);
  return rows[0]?.value;
}

it('reads int8 exactly, as bigint', async () => {
  expect(await value('9007199254740993::int8')).toBe(9_007_199_254_740_993n);
  expect(await value('(-1)::int8')).toBe(-1n);
  expect(await value('null::int8')).toBeNull();
  expect(await value('array[1, null, 9007199254740993]::int8[]')).toEqual([1n, null, 9_007_199_254_740_993n]);
  expect(await value('7::int4')).toBe(7);
});

it('reads a date as the day that it names', async () => {
  expect(await value("'2025-03-30'::date")).toBe('2025-03-30');
  expect(await value("array['2025-03-30', null]::date[]")).toEqual(['2025-03-30', null]);
});

it('reads numeric as string and timestamptz as Date', async () => {
  expect(await value('0.10::numeric')).toBe('0.10');
  expect(await value("'2025-03-30 01:02:03.456+00'::timestamptz")).toEqual(
    new Date('2025-03-30T01:02:03.456Z'),
  );
});

it('writes a bigint exactly', async () => {
  const { rows } = await database.db.raw<{ rows: unknown[] }>('select ?::int8 as value', [
    9_007_199_254_740_993n,
  ]);
  expect(rows).toEqual([{ value: 9_007_199_254_740_993n }]);
});

it('opens no more connections than allowed, and names them', async () => {
  const db = connect(database.url, { max: 2, applicationName: 'two-at-most' });
  try {
    await Promise.all(Array.from({ length: 8 }, () => db.raw('select pg_sleep(0.01)')));
    const { rows } = await db.raw<{ rows: { count: bigint }[] }>(
      "select count(*) from pg_stat_activity where application_name = 'two-at-most'",
    );
    expect(rows[0]?.count).toBeGreaterThan(0n);
    expect(rows[0]?.count).toBeLessThanOrEqual(2n);
  } finally {
    await db.destroy();
  }
});

it('survives a connection that the server ends', async () => {
  const db = connect(database.url, { max: 1 });
  try {
    const backend = async (): Promise<number> => {
      const { rows } = await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
      return Number(rows[0]?.pid);
    };
    const before = await backend();
    await database.db.raw('select pg_terminate_backend(?, 5000)', [before]);
    expect(await backend()).not.toBe(before);
  } finally {
    await db.destroy();
  }
});

it('fails the query, not the process, when there is no server', async () => {
  const db = connect('postgresql://postgres@localhost/morrow?host=/nowhere');
  await expect(db.raw('select 1')).rejects.toThrow('ENOENT');
  await db.destroy();
});
