import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { administer } from '../src/administer.ts';
import { freshDatabase, type TestDatabase } from '../src/testing.ts';

let one: TestDatabase;
let two: TestDatabase;

beforeAll(async () => {
  [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
});
afterAll(() => Promise.all([one.drop(), two.drop()]));

const sandbox = {
  id: 'env_1',
  kind: 'sandbox',
  time_zone: 'UTC',
  clock_at: new Date(0),
  created_at: new Date(0),
};

it('has the whole schema and no rows', async () => {
  expect(await one.db('environments').select()).toEqual([]);
  expect(await one.db.schema.hasTable('knex_migrations')).toBe(true);
});

it('keeps the rows of one database out of another, present and future', async () => {
  await one.db('environments').insert(sandbox);
  expect(await one.db('environments').pluck('id')).toEqual(['env_1']);
  expect(await two.db('environments').pluck('id')).toEqual([]);

  const later = await freshDatabase();
  expect(await later.db('environments').pluck('id')).toEqual([]);
  await later.drop();
});

it('deletes a database when it is dropped, though somebody is still connected', async () => {
  const gone = await freshDatabase();
  const name = new URL(gone.url).pathname.slice(1);
  const listed = `select datname from pg_database where datname = '${name}'`;
  await gone.db.raw('select 1');
  expect(await administer(inject('testServer').url, listed)).toHaveLength(1);
  await gone.drop();
  expect(await administer(inject('testServer').url, listed)).toHaveLength(0);
});
