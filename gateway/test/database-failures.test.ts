import { connect, type Knex } from '@morrow/db';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Proxy, startProxy } from '../../scripts/chaos/proxy.ts';
import { toGatewayError } from '../src/http/problem.ts';

let database: TestDatabase;
let proxy: Proxy;
let db: Knex;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database?.drop());

beforeEach(async () => {
  const { searchParams, pathname, hostname, port } = new URL(database.url);
  const folder = searchParams.get('host');
  const target =
    folder === null
      ? { host: hostname, port: Number(port) }
      : { path: `${folder}/.s.PGSQL.${searchParams.get('port') ?? 5432}` };
  proxy = await startProxy(target);
  db = connect(`postgresql://postgres@127.0.0.1:${proxy.port}${pathname}`);
});
afterEach(async () => {
  await db.destroy();
  await proxy.close();
});

/** What a request is told when the connection breaks in the middle of its transaction. */
async function brokenAt(moment: (sql: Knex.Transaction) => Promise<unknown>): Promise<unknown> {
  const failure: unknown = await db
    .transaction(async (sql) => {
      await sql.raw('select 1');
      await moment(sql);
    })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(failure).toBeInstanceOf(Error);
  const { code, status, details } = toGatewayError(failure);
  return { code, status, again: details.retryAfterSeconds };
}

const unavailable = { code: 'unavailable', status: 503, again: 2 };

describe('a connection to the database that breaks', () => {
  it('before the commit asks the client to come again', async () => {
    const broken = async () => void proxy.cut();
    expect(await brokenAt(broken)).toEqual(unavailable);
  });

  it('and is noticed before the commit, too', async () => {
    const noticed = async (sql: Knex.Transaction) => {
      proxy.cut();
      await sql.raw('select 1').catch(() => undefined);
    };
    expect(await brokenAt(noticed)).toEqual(unavailable);
  });

  it('while a statement waits for its answer, and by a half-close, too', async () => {
    const waits = async (sql: Knex.Transaction) => {
      setTimeout(() => proxy.halfClose(), 50);
      await sql.raw('select pg_sleep(1)');
    };
    expect(await brokenAt(waits)).toEqual(unavailable);
  });

  it('and cannot be opened again', async () => {
    proxy.to(undefined);
    await expect(db.raw('select 1')).rejects.toSatisfy(
      (error) => toGatewayError(error).code === 'unavailable',
    );
  });
});

it.each([
  ['53100', 'its disk is full'],
  ['53200', 'it has no memory'],
  ['53300', 'it has no connections'],
  ['58030', 'its disk fails'],
  ['57P02', 'it has crashed'],
])('a refusal of PostgreSQL with %s, because %s, asks the client to come again', (code) => {
  expect(toGatewayError(Object.assign(new Error('no'), { severity: 'ERROR', code })).code).toBe(
    'unavailable',
  );
});
