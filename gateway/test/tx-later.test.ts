import { freshDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordEvent } from '../src/events/record.ts';
import { findReply, lockKey } from '../src/http/idempotency-store.ts';
import { insertInto } from '../src/lib/insert-sql.ts';
import { changesOne, type EarlyTx, transact, transactEarly, type Tx } from '../src/lib/tx.ts';
import { ensureLiveEnvironment } from '../src/merchants/environments.ts';
import { testHost } from './support/events-world.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let host: ReturnType<typeof testHost>;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  await ensureLiveEnvironment(host, 'UTC');
});
afterAll(() => database.drop());

const work = <T>(run: (tx: Tx) => Promise<T>) =>
  transact(host, { environmentId: 'live', actor: { kind: 'system', id: 'test' } }, run);

const event = (objectId: string) =>
  ({ streams: ['mer_1'], type: 'order.captured', objectId, objectVersion: 1, data: {} }) as const;

async function recorded(): Promise<string[]> {
  const rows = await database.db<{ object_id: string }>('events').orderBy('recorded').select('object_id');
  return rows.map((row) => row.object_id);
}

describe('a write for which nobody waits', () => {
  it('is seen by later statements, and stands when the transaction does', async () => {
    const seen = await work(async (tx) => {
      await recordEvent(tx, event('ord_1'));
      return tx.sql('events').count();
    });
    expect(seen).toEqual([{ count: 1n }]);
    expect(await recorded()).toEqual(['ord_1']);
  });

  it('is undone with the work that throws', async () => {
    const failed = work(async (tx) => {
      await recordEvent(tx, event('ord_2'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await recorded()).toEqual(['ord_1']);
  });

  it('undoes the work when the database refuses it, and says why', async () => {
    const refused = work(async (tx) => {
      await recordEvent(tx, event('ord_3'));
      tx.later(tx.sql('events').insert({ environment_id: 'live' }));
      return 'done';
    });
    await expect(refused).rejects.toMatchObject({ code: '23502' });
    expect(await recorded()).toEqual(['ord_1']);
  });

  it('is tried again with the whole transaction where that may help', async () => {
    let tries = 0;
    const deadlock = "do $$ begin raise exception 'again' using errcode = '40P01'; end $$";
    await work(async (tx) => {
      tries += 1;
      await recordEvent(tx, event('ord_4'));
      if (tries === 1) tx.later(tx.sql.raw(deadlock) as never);
      // Told only that the transaction is aborted.
      await tx.sql('events').count();
    });
    expect(tries).toBe(2);
    expect(await recorded()).toEqual(['ord_1', 'ord_4']);
  });

  it('and that has to change one row, begins the whole transaction again where it changes none', async () => {
    let tries = 0;
    const text = changesOne('update environments set time_zone = time_zone where id = $1');
    const touch = (ids: readonly string[]) =>
      work(async (tx) => {
        tx.later({ text, values: [ids[tries] ?? ''] });
        tries += 1;
      });
    await touch(['sbx_gone', 'live']);
    expect(tries).toBe(2);
    tries = 0;
    await expect(touch([])).rejects.toMatchObject({ code: '22012' });
    expect(tries).toBe(3);
  });
});

describe('a statement as it is written', () => {
  it('sees what was asked for before it, and is undone with the rest', async () => {
    const failed = work(async (tx) => {
      tx.later(
        insertInto('events', [
          'environment_id',
          'id',
          'stream',
          'type',
          'object_id',
          'object_version',
          'data',
          'occurred_at',
          'recorded_at',
        ])([row('evt_1', tx), row('evt_2', tx)]),
      );
      const seen = await tx.query('select id from events where object_id = $1 order by id', ['ord_5']);
      expect(seen).toEqual([{ id: 'evt_1' }, { id: 'evt_2' }]);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await recorded()).not.toContain('ord_5');
  });

  it('is refused when the transaction is over', async () => {
    const kept = await work(async (tx) => tx);
    await expect(kept.query('select 1', [])).rejects.toThrow('over');
  });

  it('of those that are sent together, the one that failed first is told', async () => {
    const failed = work((tx) =>
      Promise.all([tx.query('select 1 / $1::integer', [0]), tx.query('select $1::text', ['a'])]),
    );
    await expect(failed).rejects.toMatchObject({ code: '22012' });
  });

  it('is tried again with the whole transaction where the cause was told to another one only', async () => {
    let tries = 0;
    const answer = await work(async (tx) => {
      tries += 1;
      if (tries === 1) await tx.query('select 1 / $1::integer', [0]).catch(() => undefined);
      return tx.query('select $1::text as text', ['a']);
    });
    expect(answer).toEqual([{ text: 'a' }]);
    expect(tries).toBe(2);
  });

  it('whose failure nobody heard, and which fails each time, is told in the end', async () => {
    let tries = 0;
    const failed = work(async (tx) => {
      tries += 1;
      tx.query('select 1 / $1::integer', [0]).catch(() => undefined);
      return tx.query('select $1::text', ['a']);
    });
    await expect(failed).rejects.toMatchObject({ code: '22012' });
    expect(tries).toBe(3);
  });

  it('is told as the cause, though the builder tells of it later than of what came after it', async () => {
    const failed = work((tx) =>
      Promise.all([tx.sql.raw('select 1 / 0'), tx.query('select $1::text as text', ['a'])]),
    );
    await expect(failed).rejects.toMatchObject({ code: '22012' });
  });

  it('leaves nobody listening to its connection', async () => {
    const listening = () =>
      work(async (tx) => {
        type Client = { acquireConnection(): Promise<{ connection: NodeJS.EventEmitter }> };
        const { connection } = await (tx.sql.client as Client).acquireConnection();
        return connection.listenerCount('errorMessage');
      });
    const before = await listening();
    await work((tx) => tx.query('select 1 / $1::integer', [0])).catch(() => undefined);
    expect(await listening()).toBe(before);
  });

  it('is told that the environment has ended, whatever else was asked for at once', async () => {
    const of = { environmentId: 'sbx_none', actor: { kind: 'system', id: 'test' } } as const;
    const early = async (tx: EarlyTx) => tx.query('select 1 / $1::integer', [0]);
    const failed = transactEarly(host, of, { early, work: async () => 'done' });
    await expect(failed).rejects.toMatchObject({ code: 'not_found' });
  });
});

const row = (id: string, tx: Tx) => ({
  environment_id: 'live',
  id,
  stream: 'mer_1',
  type: 'order.captured',
  object_id: 'ord_5',
  object_version: 1,
  data: '{}',
  occurred_at: tx.now,
  recorded_at: tx.wallNow,
});

it('an Idempotency-Key is locked before it is looked up, though both are sent together', async () => {
  const texts: string[] = [];
  const listen = ({ sql }: { sql: string }) => void texts.push(sql);
  database.db.on('query', listen);
  const scope = { environmentId: 'live', merchantId: 'mer_1', key: 'k', fingerprint: Buffer.alloc(32) };
  await work((tx) => Promise.all([lockKey(tx, 'mer_1', 'k'), findReply(tx, scope)]));
  database.db.off('query', listen);
  const lock = texts.findIndex((text) => text.includes('pg_try_advisory_xact_lock'));
  expect(lock).toBeGreaterThan(0);
  expect(texts[lock + 1]).toContain('idempotency_keys');
});
