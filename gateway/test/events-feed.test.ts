import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../sdk-js/src/verify/canonical-json.ts';
import { arrivalsOf } from '../src/events/arrivals.ts';
import { writeEventCheckpoints } from '../src/events/checkpoints.ts';
import { eventJson } from '../src/events/event-json.ts';
import { readFeed } from '../src/events/feed.ts';
import { recordEvent } from '../src/events/record.ts';
import { type EventType, eventTypes } from '../src/events/types.ts';
import { isStorable } from '../src/http/json.ts';
import { newId } from '../src/lib/ids.ts';
import { recordNamed } from './support/events-world.ts';
import { openShop, type Shop } from './support/shop.ts';
import { signedHeaders } from './support/sign.ts';
import { openWorld, origin, type World } from './support/world.ts';

type Event = { id: string; type: string; sequence: number; object_id: string };
type Page = { data: Event[]; next_after: number; has_more: boolean };

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  expect(world.errors).toEqual([]);
  await world.close();
});
beforeEach(async () => {
  shop = await openShop(world);
});

/** Records an event of each of these types and numbers them. */
async function happen(types: EventType[], objectId = newId('ord'), of = shop): Promise<void> {
  await of.inTx(async (tx) => {
    for (const type of types) await recordNamed(tx, of.merchantId, objectId, type);
  });
  await world.sequence();
}

function read(query: string, of = shop): Promise<Page> {
  return of.get<Page>(query === '' ? '/v1/events' : `/v1/events?${query}`);
}

const numbersOf = ({ data }: Page): number[] => data.map(({ sequence }) => sequence);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const arrivals = () => arrivalsOf(world.context);

async function expectWaiting(count: number, of = shop): Promise<void> {
  await expect.poll(() => arrivals().countOf(of.merchantId), { timeout: 5000 }).toBe(count);
}

describe('the feed', () => {
  it('is read page by page to its end', async () => {
    await happen(Array.from({ length: 25 }, () => 'order.captured'));
    const seen: number[] = [];
    for (let after = 0, more = true; more;) {
      const page = await read(`after=${after}&limit=10`);
      seen.push(...numbersOf(page));
      expect(page.next_after).toBe(seen.at(-1));
      ({ next_after: after, has_more: more } = page);
    }
    expect(seen).toEqual(upTo(25));
    expect(await read('after=25')).toEqual({ data: [], next_after: 25, has_more: false });
    const last = Number.MAX_SAFE_INTEGER;
    for (const query of [`after=${last}`, `after=${last}&type=order.captured`])
      expect(await read(query)).toEqual({ data: [], next_after: last, has_more: false });
    expect(numbersOf(await read('limit=1000'))).toEqual(upTo(25));
  });

  it('says of every event what a checkpoint hashes, whatever it holds', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 }).filter(isStorable);
    const value = fc.oneof(text, fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const data = fc.dictionary(text, fc.oneof(value, fc.boolean(), fc.constant(null), fc.array(value)));
    const anyEvent = fc.record({
      type: fc.constantFrom(...(Object.keys(eventTypes) as EventType[])),
      objectId: fc.oneof(text, fc.constant('"'), fc.constant('\\u0022')),
      objectVersion: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      data,
      occurredAt: fc.date({
        min: new Date(0),
        max: new Date('9999-12-31T23:59:59.999Z'),
        noInvalidDate: true,
      }),
    });
    const events = fc.sample(anyEvent, 300);
    await shop.inTx(async (tx) => {
      for (const { occurredAt, ...event } of events)
        await recordEvent({ ...tx, now: occurredAt }, { ...event, streams: [shop.merchantId] });
    });
    await world.sequence();
    const stream = shop.merchantId;
    const stored = await shop.inTx((tx) => readFeed(tx, { stream, after: 0n, limit: 1000 }), 'read');
    const { data: served } = await read('limit=1000');
    expect(served).toEqual(JSON.parse(JSON.stringify(stored.map(eventJson))));
    expect(served).toMatchObject(
      events.map(({ type, occurredAt }) => ({ type, occurred_at: occurredAt.toISOString() })),
    );
  });

  it('skips numbers by its filters, and says up to where it has looked', async () => {
    const order = newId('ord');
    await happen(['order.authorized', 'order.captured']);
    await happen(['order.authorized', 'order.captured', 'refund.created'], order);
    expect(await read('type=order.captured')).toMatchObject({
      data: [{ sequence: 2 }, { sequence: 4 }],
      next_after: 5,
      has_more: false,
    });
    expect(numbersOf(await read('type=order.captured,refund.created&limit=2'))).toEqual([2, 4]);
    expect(await read('type=order.captured,refund.created&limit=2')).toMatchObject({
      next_after: 4,
      has_more: true,
    });
    expect(numbersOf(await read(`object_id=${order}`))).toEqual([3, 4, 5]);
    expect(numbersOf(await read(`object_id=${order}&type=order.authorized`))).toEqual([3]);
    expect(await read(`object_id=${newId('ord')}`)).toEqual({ data: [], next_after: 5, has_more: false });
  });

  it('looks through ten thousand numbers at once for what is rare', async () => {
    await world.db.raw(
      `insert into events (environment_id, id, stream, type, object_id, object_version, data, occurred_at, recorded_at)
       select ?, 'evt_' || lpad(to_hex(n), 32, '0'), ?, case n when 10001 then 'refund.failed' else 'order.captured' end,
         'ord', 1, '{}', now(), now() from generate_series(1, 10002) as n`,
      [shop.environmentId, shop.merchantId],
    );
    await world.sequence();
    const first = await read('type=refund.failed');
    expect(first).toEqual({ data: [], next_after: 10_000, has_more: true });
    const second = await read(`type=refund.failed&after=${first.next_after}`);
    expect(second).toMatchObject({ data: [{ sequence: 10_001 }], next_after: 10_002, has_more: false });
    // Who waits is not sent back with nothing in between.
    expect(numbersOf(await read('type=refund.failed&wait=5'))).toEqual([10_001]);
  });

  it('refuses what it cannot read', async () => {
    for (const query of [
      'wait=31',
      'wait=-1',
      'limit=0',
      'limit=1001',
      'after=x',
      'after=9007199254740992',
      'type=order.shipped',
      'type=',
      'type=order.captured,',
      'object_id=1',
      'newest=1',
    ]) {
      expect(await shop.refusal('GET', `/v1/events?${query}`), query).toMatchObject({ status: 422 });
    }
  });
});

describe('a request that waits', () => {
  it('is answered by the first event, of its own merchant and filter', async () => {
    const other = await openShop(world);
    await happen(['order.authorized']);
    const [any, refund] = [read('after=1&wait=30'), read('type=refund.created&wait=30')];
    await expectWaiting(2);
    await happen(['order.captured'], newId('ord'), other);
    await happen(['order.captured']);
    expect(await any).toMatchObject({ data: [{ sequence: 2, type: 'order.captured' }], next_after: 2 });
    await expectWaiting(1);
    await happen(['refund.created']);
    expect(await refund).toMatchObject({ data: [{ sequence: 3, type: 'refund.created' }], next_after: 3 });
    await expectWaiting(0);
  });

  it('is answered at once by what is there already', async () => {
    await happen(['order.authorized']);
    expect(numbersOf(await read('wait=30'))).toEqual([1]);
  });

  it('is answered with nothing when its time is over', async () => {
    expect(await read('after=3&wait=1')).toEqual({ data: [], next_after: 3, has_more: false });
    await expectWaiting(0);
  });

  it('holds no connection of the database, however many there are', async () => {
    const { pool } = world.db.client as { pool: { numUsed(): number; max: number } };
    const waiting = Array.from({ length: 3 * pool.max }, () => read('wait=30'));
    await expectWaiting(3 * pool.max);
    await expect.poll(() => pool.numUsed(), { timeout: 5000 }).toBe(0);
    await happen(['order.authorized']);
    for (const page of await Promise.all(waiting)) expect(numbersOf(page)).toEqual([1]);
  });

  it('is let go when its client has gone', async () => {
    const leaving = new AbortController();
    const path = '/v1/events?wait=30';
    const headers = signedHeaders({
      method: 'GET',
      url: origin + path,
      created: Math.floor(world.clock.at.getTime() / 1000),
      key: shop.key,
    });
    const cut = fetch(world.address + path, { headers, signal: leaving.signal });
    await expectWaiting(1);
    leaving.abort();
    await expect(cut).rejects.toThrow('aborted');
    await expectWaiting(0);
  });

  it('goes on waiting while the database does not answer', async () => {
    const waiting = read('wait=30');
    await expectWaiting(1);
    await world.db.raw('alter table event_streams rename to event_streams_away');
    await expect.poll(() => world.errors.length, { timeout: 5000 }).toBeGreaterThan(0);
    await world.db.raw('alter table event_streams_away rename to event_streams');
    await happen(['order.authorized']);
    expect(numbersOf(await waiting)).toEqual([1]);
    expect(world.errors.every(({ msg }) => msg === 'could not look for new events')).toBe(true);
    world.errors.length = 0;
  });

  it('is one of a hundred at most', async () => {
    const waiting = Array.from({ length: 100 }, () => read('wait=30'));
    await expectWaiting(100);
    expect(await shop.refusal('GET', '/v1/events?wait=30')).toMatchObject({
      status: 429,
      code: 'rate_limited',
    });
    expect(numbersOf(await read(''))).toEqual([]);
    await happen(['order.authorized']);
    await Promise.all(waiting);
  });
});

describe('a checkpoint', () => {
  it('is read in order and holds over the feed as it is read', async () => {
    await happen(['order.authorized', 'order.captured']);
    await writeEventCheckpoints(world.context);
    await happen(['refund.created']);
    await writeEventCheckpoints(world.context);
    type Checkpoint = { sequence: number; hash: string; previous_sequence: number; previous_hash: string };
    const { data } = await shop.get<{ data: Checkpoint[] }>('/v1/event-checkpoints');
    const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
    let hash: Buffer = Buffer.alloc(32);
    const hashes: string[] = [];
    for (const event of (await read('')).data) {
      hash = sha256(Buffer.concat([hash, sha256(canonicalJson(event))]));
      hashes.push(hash.toString('hex'));
    }
    expect(data).toMatchObject([
      { sequence: 2, hash: hashes[1], previous_sequence: 0, previous_hash: '0'.repeat(64) },
      { sequence: 3, hash: hashes[2], previous_sequence: 2, previous_hash: hashes[1] },
    ]);
    expect(await shop.get('/v1/event-checkpoints?after=2')).toEqual({ data: data.slice(1) });
    expect(await shop.get('/v1/event-checkpoints?limit=1')).toEqual({ data: data.slice(0, 1) });
    expect(await (await openShop(world)).get('/v1/event-checkpoints')).toEqual({ data: [] });
  });
});

// The last test: nobody waits in this process any more.
describe('a process that is going to end', () => {
  it('lets everybody go at once, and whoever comes later', async () => {
    const waiting = [read('wait=30'), read('type=refund.created&wait=30')];
    await expectWaiting(2);
    arrivals().stop();
    const none = { data: [], next_after: 0, has_more: false };
    expect(await Promise.all(waiting)).toEqual([none, none]);
    expect(await read('wait=30')).toEqual(none);
  });
});
