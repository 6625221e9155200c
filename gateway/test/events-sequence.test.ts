import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEvent, findLastSequence, readFeed } from '../src/events/feed.ts';
import { recordEvent } from '../src/events/record.ts';
import { runSequencer } from '../src/events/run-sequencer.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import { newId } from '../src/lib/ids.ts';
import { createEnvironment, inside, recordNamed, testHost, type TestHost } from './support/events-world.ts';

let database: TestDatabase;
let host: TestHost;
let sandbox: string;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  sandbox = await createEnvironment(host, 'sandbox');
});
afterAll(() => database.drop());

async function feedOf(stream: string, after = 0n, limit = 10_000, environmentId = sandbox) {
  return inside(host, environmentId, (tx) => readFeed(tx, { stream, after, limit }));
}

async function numbersOf(stream: string): Promise<bigint[]> {
  return (await feedOf(stream)).map(({ sequence }) => sequence);
}

function upTo(count: number): bigint[] {
  return Array.from({ length: count }, (_, index) => BigInt(index + 1));
}

/** A promise and the function that fulfils it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('recording', () => {
  it('gives each stream a row of its own with what the caller said', async () => {
    const merchant = newId('mer');
    const shopper = newId('shp');
    await inside(host, sandbox, (tx) =>
      recordEvent(tx, {
        streams: [merchant, shopper, merchant],
        type: 'order.authorized',
        objectId: 'ord_1',
        objectVersion: 3,
        data: { status: 'authorized', amount: 129_900, nested: { list: [1, null, 'x'] } },
      }),
    );
    await sequenceEvents(host);
    const [merchants] = await feedOf(merchant);
    const [shoppers] = await feedOf(shopper);
    expect(merchants).toMatchObject({
      stream: merchant,
      type: 'order.authorized',
      sequence: 1n,
      objectId: 'ord_1',
      objectVersion: 3,
      data: { status: 'authorized', amount: 129_900, nested: { list: [1, null, 'x'] } },
      occurredAt: host.clock.now(),
    });
    expect(shoppers?.sequence).toBe(1n);
    expect(shoppers?.id).not.toBe(merchants?.id);
    expect(await numbersOf(merchant)).toEqual([1n]);
  });

  it('refuses what names no stream', async () => {
    await expect(inside(host, sandbox, (tx) => recordNamed(tx, 'ord_1', 'lost'))).rejects.toThrow('ord_1');
  });
});

describe('numbering', () => {
  it('leaves no gap where a transaction rolled back', async () => {
    const stream = newId('mer');
    await inside(host, sandbox, (tx) => recordNamed(tx, stream, 'first'));
    const failing = inside(host, sandbox, async (tx) => {
      await recordNamed(tx, stream, 'undone');
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    await inside(host, sandbox, (tx) => recordNamed(tx, stream, 'second'));
    expect(await sequenceEvents(host)).toBe(2);
    const events = await feedOf(stream);
    expect(events.map(({ objectId, sequence }) => [objectId, sequence])).toEqual([
      ['first', 1n],
      ['second', 2n],
    ]);
  });

  it('never puts a late commit before a number that could already be read', async () => {
    const stream = newId('mer');
    const recorded = gate();
    const finish = gate();
    const slow = inside(host, sandbox, async (tx) => {
      await recordNamed(tx, stream, 'recorded first');
      recorded.open();
      await finish.opened;
    });
    await recorded.opened;
    await inside(host, sandbox, (tx) => recordNamed(tx, stream, 'committed first'));
    expect(await sequenceEvents(host)).toBe(1);
    expect(await numbersOf(stream)).toEqual([1n]);
    finish.open();
    await slow;
    expect(await sequenceEvents(host)).toBe(1);
    const events = await feedOf(stream);
    expect(events.map(({ objectId, sequence }) => [objectId, sequence])).toEqual([
      ['committed first', 1n],
      ['recorded first', 2n],
    ]);
  });

  it('numbers two that committed in the reverse order of recording, both in one batch', async () => {
    const stream = newId('mer');
    const recorded = gate();
    const finish = gate();
    const slow = inside(host, sandbox, async (tx) => {
      await recordNamed(tx, stream, 'recorded first');
      recorded.open();
      await finish.opened;
    });
    await recorded.opened;
    await inside(host, sandbox, (tx) => recordNamed(tx, stream, 'committed first'));
    finish.open();
    await slow;
    expect(await sequenceEvents(host)).toBe(2);
    expect(await numbersOf(stream)).toEqual([1n, 2n]);
  });

  it('keeps the order of one writer across batches that are smaller than the backlog', async () => {
    const stream = newId('mer');
    const names = Array.from({ length: 25 }, (_, index) => `event ${index}`);
    for (const name of names) await inside(host, sandbox, (tx) => recordNamed(tx, stream, name));
    expect(await sequenceEvents(host, 4)).toBe(25);
    const events = await feedOf(stream);
    expect(events.map(({ objectId }) => objectId)).toEqual(names);
    expect(await numbersOf(stream)).toEqual(upTo(25));
  });

  it('numbers 20 concurrent writers with two sequencers at once, 1 to N for each stream', async () => {
    const streams = [newId('mer'), newId('shp'), newId('fnd')];
    const perWriter = 15;
    const write = async (writer: number): Promise<void> => {
      for (let index = 0; index < perWriter; index += 1) {
        await inside(host, sandbox, async (tx) => {
          for (const stream of streams) await recordNamed(tx, stream, `${writer}.${index}`);
        });
      }
    };
    const written = new AbortController();
    const number = async (): Promise<number> => {
      let total = 0;
      while (!written.signal.aborted) total += await sequenceEvents(host, 7);
      return total;
    };
    const sequencers = [number(), number()];
    await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
    written.abort();
    const during = await Promise.all(sequencers);
    const after = await sequenceEvents(host);
    expect((during[0] ?? 0) + (during[1] ?? 0) + after).toBe(20 * perWriter * streams.length);
    for (const stream of streams) {
      const events = await feedOf(stream);
      expect(events.map(({ sequence }) => sequence)).toEqual(upTo(20 * perWriter));
      expect(new Set(events.map(({ objectId }) => objectId)).size).toBe(20 * perWriter);
      // Each writer waited for its commit before it recorded the next, so its own order must be kept.
      for (let writer = 0; writer < 20; writer += 1) {
        const own = events.map(({ objectId }) => objectId.split('.')).filter(([of]) => of === String(writer));
        expect(own.map(([, index]) => Number(index))).toEqual(upTo(perWriter).map((n) => Number(n) - 1));
      }
    }
  });

  it('returns at once while another process numbers', async () => {
    const stream = newId('mer');
    await inside(host, sandbox, (tx) => recordNamed(tx, stream, 'waiting'));
    const locked = gate();
    const finish = gate();
    // A second process that is in the middle of a batch: numbered, not committed.
    const other = host.db.transaction(async (sql) => {
      await sequenceEvents({ db: sql });
      locked.open();
      await finish.opened;
    });
    await locked.opened;
    expect(await sequenceEvents(host)).toBe(0);
    expect(await numbersOf(stream)).toEqual([]);
    finish.open();
    await other;
    expect(await sequenceEvents(host)).toBe(0);
    expect(await numbersOf(stream)).toEqual([1n]);
  });

  it('counts each environment by itself, even for the same stream', async () => {
    const stream = newId('mer');
    const other = await createEnvironment(host, 'sandbox');
    for (const environmentId of [sandbox, other, other]) {
      await inside(host, environmentId, (tx) => recordNamed(tx, stream, environmentId));
    }
    await sequenceEvents(host);
    expect(await numbersOf(stream)).toEqual([1n]);
    const others = await feedOf(stream, 0n, 10, other);
    expect(others.map(({ objectId, sequence }) => [objectId, sequence])).toEqual([
      [other, 1n],
      [other, 2n],
    ]);
  });
});

describe('the feed', () => {
  it('pages through a stream without missing or repeating anything', async () => {
    const stream = newId('mer');
    for (let index = 0; index < 23; index += 1) {
      await inside(host, sandbox, (tx) => recordNamed(tx, stream, String(index)));
    }
    await sequenceEvents(host);
    const seen: string[] = [];
    let after = 0n;
    for (;;) {
      const page = await feedOf(stream, after, 10);
      if (page.length === 0) break;
      seen.push(...page.map(({ objectId }) => objectId));
      after = page.at(-1)?.sequence ?? after;
    }
    expect(seen).toEqual(Array.from({ length: 23 }, (_, index) => String(index)));
    expect(await inside(host, sandbox, (tx) => findLastSequence(tx, stream))).toBe(23n);
  });

  it('shows an event only when it is numbered, and only in its own stream', async () => {
    const stream = newId('mer');
    await inside(host, sandbox, (tx) => recordNamed(tx, stream, 'new'));
    expect(await feedOf(stream)).toEqual([]);
    const row = (await host.db('events').where({ stream }).first()) as { id: string };
    const find = (of: string) =>
      inside(host, sandbox, (tx) => findEvent(tx, { stream: of, eventId: row.id }));
    await expect(find(stream)).rejects.toMatchObject({ code: 'not_found' });
    await sequenceEvents(host);
    expect(await find(stream)).toMatchObject({ id: row.id, sequence: 1n });
    await expect(find(newId('mer'))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the sequencer process', () => {
  it('numbers what comes while it runs and ends at its signal', async () => {
    const stream = newId('mer');
    const ending = new AbortController();
    const running = runSequencer(host, { signal: ending.signal, idleMs: 5 });
    for (const name of ['first', 'second']) {
      await inside(host, sandbox, (tx) => recordNamed(tx, stream, name));
      await expect.poll(async () => (await feedOf(stream)).at(-1)?.objectId, { timeout: 10_000 }).toBe(name);
    }
    ending.abort();
    await running;
    await inside(host, sandbox, (tx) => recordNamed(tx, stream, 'third'));
    expect(await numbersOf(stream)).toEqual([1n, 2n]);
  });

  it('goes on after a round that failed', async () => {
    const stream = newId('mer');
    await inside(host, sandbox, (tx) => recordNamed(tx, stream, 'survivor'));
    let failures = 0;
    const breaking = new Proxy(host.db, {
      get(target, property, receiver) {
        if (property === 'transaction' && failures < 2) {
          failures += 1;
          return () => Promise.reject(new Error('the connection was lost'));
        }
        return Reflect.get(target, property, receiver) as unknown;
      },
    });
    const ending = new AbortController();
    const running = runSequencer({ ...host, db: breaking }, { signal: ending.signal, idleMs: 5 });
    await expect.poll(() => numbersOf(stream), { timeout: 10_000 }).toEqual([1n]);
    expect(failures).toBe(2);
    // Told once, and that it goes well again.
    expect(host.errors.filter((line) => line.includes('the connection was lost'))).toHaveLength(1);
    ending.abort();
    await running;
  });
});
