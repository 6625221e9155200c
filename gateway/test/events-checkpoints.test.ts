import { createHash, createPublicKey, verify } from 'node:crypto';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../sdk-js/src/verify/canonical-json.ts';
import {
  chainEvents,
  type Checkpoint,
  listCheckpoints,
  writeEventCheckpoints,
} from '../src/events/checkpoints.ts';
import { eventJson } from '../src/events/event-json.ts';
import { readFeed, type StreamEvent } from '../src/events/feed.ts';
import { noteLooked } from '../src/events/looks.ts';
import { runEventCheckpoints } from '../src/events/run-checkpoints.ts';
import { sequenceEvents } from '../src/events/sequence.ts';
import { hourMs } from '../src/lib/dates.ts';
import { gatewayKeys } from '../src/lib/gateway-key.ts';
import { newId } from '../src/lib/ids.ts';
import { createEnvironment, inside, recordNamed, testHost, type TestHost } from './support/events-world.ts';

let database: TestDatabase;
let host: TestHost;
let sandbox: string;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  sandbox = await createEnvironment(host, 'sandbox');
  await createEnvironment(host, 'live', 'live');
});
afterAll(() => database.drop());

async function happen(stream: string, count: number, environmentId = sandbox): Promise<void> {
  await inside(host, environmentId, async (tx) => {
    for (let index = 0; index < count; index += 1) await recordNamed(tx, stream, `event ${index}`);
  });
  await sequenceEvents(host);
}

async function write(): Promise<number> {
  let made = 0;
  for (let more = await writeEventCheckpoints(host); more > 0; more = await writeEventCheckpoints(host))
    made += more;
  return made;
}

function checkpointsOf(stream: string, environmentId = sandbox): Promise<Checkpoint[]> {
  return inside(host, environmentId, (tx) => listCheckpoints(tx, { stream, after: 0n, limit: 1000 }));
}

function feedOf(stream: string, environmentId = sandbox): Promise<StreamEvent[]> {
  return inside(host, environmentId, (tx) => readFeed(tx, { stream, after: 0n, limit: 10_000 }));
}

function sha256(...parts: (Buffer | string)[]): Buffer {
  return createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();
}

/** What the docs say about the hash, once more: the value after each event, by its number. */
function hashesOf(events: readonly object[]): Map<number, string> {
  let last: Buffer = Buffer.alloc(32);
  return new Map(
    events.map((event, index) => {
      last = sha256(last, sha256(canonicalJson(event)));
      return [index + 1, last.toString('hex')];
    }),
  );
}

/** What a compact JWS says, when the gateway's own key signed it. */
function payloadOf(jws: string): unknown {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const [key] = gatewayKeys(host.vault);
  if (!key) throw new Error('there is no key');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    alg: 'EdDSA',
    kid: key.kid,
    typ: 'morrow-event-checkpoint+jwt',
  });
  const publicKey = createPublicKey({ key: { ...key.jwk }, format: 'jwk' });
  const signed = Buffer.from(`${header}.${payload}`);
  expect(verify(null, signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

/** Follows the chain over the feed as docs/events.md says, and gives the numbers at which there is a checkpoint. */
async function verifiedNumbers(stream: string, environmentId = sandbox): Promise<number[]> {
  const hashes = hashesOf((await feedOf(stream, environmentId)).map(eventJson));
  const checkpoints = await checkpointsOf(stream, environmentId);
  let [sequence, hash] = [0n, '0'.repeat(64)];
  for (const checkpoint of checkpoints) {
    expect(payloadOf(checkpoint.jws)).toEqual({
      version: 1,
      environment: environmentId,
      merchant_id: stream,
      sequence: Number(checkpoint.sequence),
      hash: hashes.get(Number(checkpoint.sequence)),
      previous_sequence: Number(sequence),
      previous_hash: hash,
      created_at: checkpoint.createdAt.toISOString(),
    });
    expect(checkpoint).toMatchObject({ previousSequence: sequence, previousHash: hash });
    ({ sequence, hash } = checkpoint);
    expect(hash).toBe(hashes.get(Number(sequence)));
  }
  return checkpoints.map((checkpoint) => Number(checkpoint.sequence));
}

describe('the hash of a stream', () => {
  // docs/events.md, "The hash": the two events that are printed there.
  const printed = (sequence: number, change: Partial<StreamEvent>): StreamEvent => ({
    id: 'evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6071',
    stream: 'mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6075',
    type: 'order.authorized',
    sequence: BigInt(sequence),
    objectId: 'ord_018f6b2a9c7d7e3f8a1b2c3d4e5f6072',
    objectVersion: sequence,
    data: { status: 'authorized', merchant_reference: 'order-1001' },
    occurredAt: new Date('2026-03-01T08:30:00Z'),
    ...change,
  });
  const first = printed(1, {});
  const second = printed(2, {
    id: 'evt_018f6b2a9c7d7e3f8a1b2c3d4e5f6073',
    type: 'order.captured',
    data: { status: 'captured', merchant_reference: 'order-1001' },
    occurredAt: new Date('2026-03-01T09:00:00Z'),
  });
  const after1 = 'b203cbd222490b9f457672b2536c2fb90a7a146e3229820aa75788e14b36534b';
  const after2 = 'af5357ac613e705e880ad7dba45cf9e489765be5c83dccf9d89ff8970b705ffe';

  it('is what the docs print, from the beginning and from any event on', () => {
    expect(chainEvents('0'.repeat(64), [first])).toBe(after1);
    expect(chainEvents('0'.repeat(64), [first, second])).toBe(after2);
    expect(chainEvents(after1, [second])).toBe(after2);
  });

  it('is another when an event is changed, left out or moved', () => {
    const changed = { ...first, data: { ...first.data, status: 'captured' } };
    for (const events of [[changed, second], [second], [second, first], [first, first, second]]) {
      expect(chainEvents('0'.repeat(64), events)).not.toBe(after2);
    }
  });
});

describe('a checkpoint', () => {
  it('is made of what a sandbox has, at once and once, and chains to the one before', async () => {
    const merchant = newId('mer');
    await happen(merchant, 3);
    expect(await write()).toBe(1);
    expect(await write()).toBe(0);
    await happen(merchant, 2);
    expect(await write()).toBe(1);
    expect(await verifiedNumbers(merchant)).toEqual([3, 5]);
  });

  it('covers at most a hundred events', async () => {
    const merchant = newId('mer');
    await happen(merchant, 250);
    expect(await write()).toBe(3);
    expect(await verifiedNumbers(merchant)).toEqual([100, 200, 250]);
  });

  it('is made of a merchant’s live events by the hundred, and of what is left after an hour', async () => {
    const merchant = newId('mer');
    await happen(merchant, 120, 'live');
    expect(await write()).toBe(1);
    host.clock.advance(hourMs - 1);
    expect(await write()).toBe(0);
    host.clock.advance(1);
    expect(await write()).toBe(1);
    expect(await verifiedNumbers(merchant, 'live')).toEqual([100, 120]);
    await happen(merchant, 1, 'live');
    expect(await write()).toBe(0);
  });

  it('is made of merchants’ streams only, and of no sandbox that has ended', async () => {
    const [shopper, merchant] = [newId('shp'), newId('mer')];
    const ended = await createEnvironment(host, 'sandbox');
    await happen(shopper, 1);
    await happen(merchant, 1, ended);
    await database.db('environments').where({ id: ended }).update({ expires_at: host.clock.now() });
    expect(await write()).toBe(0);
    expect(await database.db('event_checkpoints').whereIn('stream', [shopper, merchant])).toEqual([]);
  });

  it('stays as it is until its sandbox is purged', async () => {
    const other = await createEnvironment(host, 'sandbox');
    const merchant = newId('mer');
    await happen(merchant, 1, other);
    await write();
    const rows = () => database.db('event_checkpoints').where({ stream: merchant });
    await expect(rows().update({ hash: '0'.repeat(64) })).rejects.toThrow(/event_checkpoints/);
    await expect(rows().delete()).rejects.toThrow(/event_checkpoints/);
    await database.db.raw('select purge_sandbox(?)', [other]);
    expect(await rows()).toEqual([]);
  });

  it('does not hold over an event that somebody changed in the database', async () => {
    const merchant = newId('mer');
    await happen(merchant, 2);
    await write();
    const [checkpoint] = await checkpointsOf(merchant);
    const hash = async () => hashesOf((await feedOf(merchant)).map(eventJson)).get(2);
    expect(await hash()).toBe(checkpoint?.hash);
    await database
      .db('events')
      .where({ stream: merchant, sequence: 1 })
      .update({ data: JSON.stringify({ name: 'event 7' }) });
    expect(await hash()).not.toBe(checkpoint?.hash);
  });
});

describe('several processes at once', () => {
  it('make one chain, while events come in', async () => {
    const merchants = [newId('mer'), newId('mer'), newId('mer')];
    const ending = new AbortController();
    const options = { signal: ending.signal, idleMs: 1 };
    const workers = [1, 2, 3].map(() => runEventCheckpoints(host, options));
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(merchants.map((merchant) => happen(merchant, 11)));
      await sequenceEvents(host);
    }
    ending.abort();
    await Promise.all(workers);
    await write();
    expect(host.errors).toEqual([]);
    for (const merchant of merchants) {
      const numbers = await verifiedNumbers(merchant);
      expect(numbers.length).toBeGreaterThan(1);
      expect(numbers.at(-1)).toBe(12 * 11);
    }
  });
});

describe('the list of streams to look at', () => {
  const listed = (stream: string) =>
    database.db<{ stream: string; look_at: Date; number: bigint }>('stream_looks').where({ stream }).first();

  it('has a stream from when it moves until everything of it is signed', async () => {
    const merchant = newId('mer');
    await happen(merchant, 2);
    expect(await listed(merchant)).toMatchObject({ number: 2n });
    await write();
    expect(await listed(merchant)).toBeUndefined();
    await happen(merchant, 2);
    expect(await listed(merchant)).toMatchObject({ number: 4n });
    await write();
    expect(await listed(merchant)).toBeUndefined();
  });

  it('leaves a live stream alone until its hour has come, or a hundred events have', async () => {
    const [slow, busy] = [newId('mer'), newId('mer')];
    // What others left waiting is over first.
    host.clock.advance(hourMs);
    await write();
    await happen(slow, 1, 'live');
    await happen(busy, 1, 'live');
    await write();
    const looked = await listed(slow);
    expect(looked?.look_at).toEqual(new Date(host.clock.now().getTime() + hourMs));
    await happen(slow, 5, 'live');
    await happen(busy, 98, 'live');
    expect((await listed(slow))?.look_at).toEqual(looked?.look_at);
    expect((await listed(busy))?.look_at).toEqual(looked?.look_at);
    await happen(busy, 1, 'live');
    expect(await write()).toBe(1);
    expect(await verifiedNumbers(busy, 'live')).toEqual([100]);
    expect(await listed(busy)).toBeUndefined();
    host.clock.advance(hourMs);
    expect(await write()).toBe(1);
    expect(await verifiedNumbers(slow, 'live')).toEqual([6]);
  });

  it('keeps a stream that moved while it was looked at, and one that is being numbered', async () => {
    const [moved, numbered] = [newId('mer'), newId('mer')];
    await happen(moved, 1);
    await happen(numbered, 1);
    const before = [moved, numbered].map((stream) => ({
      environmentId: sandbox,
      stream,
      number: 1n,
      again: null,
    }));
    await happen(moved, 1);
    const numbering = await database.db.transaction();
    await numbering('stream_looks').where({ stream: numbered }).update({ number: 1n });
    await noteLooked(database.db, before);
    await numbering.rollback();
    expect(await listed(moved)).toMatchObject({ number: 2n });
    expect(await listed(numbered)).toMatchObject({ number: 1n });
    await noteLooked(database.db, before);
    expect(await listed(numbered)).toBeUndefined();
    await write();
    expect(await verifiedNumbers(moved)).toEqual([2]);
  });

  it('has no streams that nobody follows', async () => {
    const funder = newId('fnd');
    await happen(funder, 1);
    expect(await listed(funder)).toBeUndefined();
  });
});
