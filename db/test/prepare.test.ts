import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, isStalePlan, type Knex } from '../src/index.ts';
import { emptyDatabase, type TestDatabase } from '../src/testing.ts';

let database: TestDatabase;
let db: Knex;

beforeAll(async () => {
  database = await emptyDatabase();
  db = connect(database.url, { max: 1 });
  await db.schema.createTable('cup', (table) => table.integer('size'));
  await db('cup').insert([{ size: 1 }, { size: 2 }]);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const read = (size: number) => db('cup').where({ size }).first<Record<string, unknown>>();

/** What the one connection has prepared of the statements that read cups. */
async function prepared(from: Knex): Promise<number> {
  const { rows } = await from.raw<{ rows: unknown[] }>(
    `select from pg_prepared_statements where statement like 'select * from "cup"%'`,
  );
  return rows.length;
}

it('prepares a statement once it has come five times, and answers the same', async () => {
  for (let times = 1; times < 5; times += 1) await read(1);
  expect(await prepared(db)).toBe(0);
  expect([await read(1), await read(2), await read(3)]).toEqual([{ size: 1 }, { size: 2 }, undefined]);
  expect(await prepared(db)).toBe(1);
});

it('says that a plan is stale after the table has changed, and prepares it anew', async () => {
  for (let times = 0; times < 5; times += 1) await read(1);
  await db.schema.alterTable('cup', (table) => table.text('colour').defaultTo('red'));
  const error: unknown = await read(1).catch((thrown: unknown) => thrown);
  expect(isStalePlan(error)).toBe(true);
  expect(isStalePlan(new Error('cached plan must not change result type'))).toBe(false);
  for (let times = 0; times < 6; times += 1) expect(await read(1)).toEqual({ size: 1, colour: 'red' });
});

it('prepares nothing for a pooler that hands out connections by the transaction', async () => {
  const plain = connect(database.url, { max: 1, prepare: false });
  try {
    for (let times = 0; times < 6; times += 1) await plain('cup').where({ size: 1 }).first();
    expect(await prepared(plain)).toBe(0);
  } finally {
    await plain.destroy();
  }
});
