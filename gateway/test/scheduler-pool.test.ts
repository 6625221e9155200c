import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Proxy, startProxy } from '../../scripts/chaos/proxy.ts';
import { createSchedulerPool } from '../src/jobs/scheduler-pool.ts';

let database: TestDatabase;
let proxy: Proxy;

beforeAll(async () => {
  database = await freshDatabase();
  const { host, port } = new Client(database.url);
  proxy = await startProxy(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
});
afterAll(async () => {
  await proxy?.close();
  await database?.drop();
});

it('tells the scheduler of a connection that broke as of one that it may open again', async () => {
  const { user = '', password, database: name } = new Client(database.url);
  const credentials = password ? `${user}:${encodeURIComponent(password)}` : user;
  const warnings: Error[] = [];
  const pool = createSchedulerPool(
    `postgresql://${credentials}@127.0.0.1:${proxy.port}/${name}`,
    (error) => void warnings.push(error),
  );
  const client = await pool.connect();
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await expect(client.query('select nothing')).rejects.toMatchObject({ code: '42703' });

  const asked = client.query('select pg_sleep(60)');
  proxy.cut();
  await expect(asked).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  client.release(true);

  proxy.to(undefined);
  await expect(pool.connect()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  expect(warnings.length).toBeGreaterThan(0);
  await pool.end();
});
