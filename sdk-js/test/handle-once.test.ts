import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { freshDatabase } from '@morrow/db/testing';
import ts from 'typescript';
import { Pool, type PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handledInMemory, type HandledEvents, handleOnce } from '../src/server.ts';

/** The store in SQL that the README prints, as it is printed. */
function storeOfReadme(pool: Pool): HandledEvents<PoolClient> {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code] = /```ts\n(const handledEvents[\s\S]*?)```/.exec(readme) ?? [];
  if (code === undefined) throw new Error('the README has no store');
  const script = ts.transpile(code, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext });
  // oxlint-disable-next-line typescript/no-implied-eval -- what the README prints is what is tested
  return new Function('pool', `${script}; return handledEvents;`)(pool) as HandledEvents<PoolClient>;
}

let pool: Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  pool = new Pool({ connectionString: fresh.url });
  drop = fresh.drop;
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  await pool.query(/```sql\n([\s\S]*?)```/.exec(readme)?.[1] ?? '');
  await pool.query('create table shipments (event_id text not null)');
});

afterAll(async () => {
  await pool.end();
  await drop();
});

const stores: [string, () => HandledEvents<PoolClient | undefined>][] = [
  ['in memory', () => handledInMemory()],
  ['in a database', () => storeOfReadme(pool)],
];

describe.each(stores)('a store of handled events %s', (_, storeOf) => {
  test('lets an event be handled once, however often and from wherever it comes', async () => {
    const store = storeOf();
    const event = { id: `evt_${randomUUID()}` };
    let handled = 0;
    const work = async () => {
      handled += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const outcomes = await Promise.all([1, 2, 3].map(() => handleOnce(store, event, work)));
    outcomes.push(await handleOnce(store, event, work));
    expect(outcomes.toSorted()).toEqual(['handled', 'repeated', 'repeated', 'repeated']);
    expect(handled).toBe(1);
  });

  test('keeps nothing of an event whose work failed, and lets a waiting twin take over', async () => {
    const store = storeOf();
    const event = { id: `evt_${randomUUID()}` };
    let tries = 0;
    const work = async () => {
      tries += 1;
      const mine = tries;
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (mine === 1) throw new Error('out of stock');
    };
    const [first, twin] = await Promise.allSettled([
      handleOnce(store, event, work),
      handleOnce(store, event, work),
    ]);
    const outcomes = [first, twin].map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).message,
    );
    expect(outcomes.toSorted()).toEqual(['handled', 'out of stock']);
    await expect(handleOnce(store, event, work)).resolves.toBe('repeated');
  });
});

test('in the database, the work and its mark are written together or not at all', async () => {
  const store = storeOfReadme(pool);
  const event = { id: 'evt_crash' };
  const ship = (fails: boolean) =>
    handleOnce(store, event, async ({ id }, client) => {
      await client.query('insert into shipments (event_id) values ($1)', [id]);
      if (fails) throw new Error('the process ends here');
    });
  await expect(ship(true)).rejects.toThrow('the process ends here');
  expect((await pool.query('select 1 from shipments')).rowCount).toBe(0);
  await expect(ship(false)).resolves.toBe('handled');
  await expect(ship(false)).resolves.toBe('repeated');
  expect((await pool.query('select 1 from shipments')).rowCount).toBe(1);
});

test('in memory, the oldest ids are forgotten', async () => {
  const store = handledInMemory(2);
  const work = async () => undefined;
  for (const id of ['a', 'b', 'c']) expect(await handleOnce(store, { id }, work)).toBe('handled');
  expect(await handleOnce(store, { id: 'c' }, work)).toBe('repeated');
  expect(await handleOnce(store, { id: 'a' }, work)).toBe('handled');
});
