import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Knex } from '../src/index.ts';
import { emptyDatabase, type TestDatabase } from '../src/testing.ts';

let database: TestDatabase;
let db: Knex;

beforeAll(async () => {
  database = await emptyDatabase();
  db = connect(database.url, { max: 1 });
  await db.schema.createTable('cup', (table) => table.integer('size').unique());
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const sizes = async () => (await db('cup').orderBy('size')).map(({ size }: { size: number }) => size);

it('does what is asked at once in the order in which it was asked', async () => {
  const seen = await db.transaction((sql) =>
    Promise.all([
      sql('cup').insert({ size: 1 }),
      sql('cup').count(),
      sql.raw('insert into cup values (2)'),
      sql('cup').count(),
      sql('cup').delete(),
      sql('cup').count(),
    ]),
  );
  expect([seen[1], seen[3], seen[5]]).toEqual([[{ count: 1n }], [{ count: 2n }], [{ count: 0n }]]);
});

it('gives each its own answer when one in the middle fails', async () => {
  const asked = ['select 1 as n', 'select broken', 'select 3 as n'].map((text) => db.raw(text));
  const [first, second, third] = await Promise.allSettled(asked);
  expect([first, third]).toMatchObject([{ value: { rows: [{ n: 1 }] } }, { value: { rows: [{ n: 3 }] } }]);
  expect(second).toMatchObject({ status: 'rejected', reason: { code: '42703' } });
});

it('rolls back what was sent together with what failed', async () => {
  const work = db.transaction((sql) =>
    Promise.all([
      sql('cup').insert({ size: 5 }),
      sql('cup').insert({ size: 5 }),
      sql('cup').insert({ size: 6 }),
    ]),
  );
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(await sizes()).toEqual([]);
  await db.transaction((sql) => sql('cup').insert({ size: 7 }));
  expect(await sizes()).toEqual([7]);
});

it('fails a transaction whose connection is gone before it began', async () => {
  const { rows } = await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
  const work = db.transaction(async (sql) => {
    await database.db.raw('select pg_terminate_backend(?)', [rows[0]?.pid ?? 0]);
    await sql('cup').insert({ size: 8 });
  });
  await expect(work).rejects.toThrow();
  expect(await sizes()).toEqual([7]);
});
