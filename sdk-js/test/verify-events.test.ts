import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type CheckpointInput,
  EventFeedError,
  type FeedEvent,
  followVerified,
  verifyEventFeed,
} from '../src/verify.ts';
import { feedStart, nextPosition } from '../src/verify/event-feed.ts';

type Signer = { kid: string; privateKey: KeyObject; keys: { keys: Record<string, unknown>[] } };

function newSigner(kid = 'gateway-1'): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { kid, privateKey, keys: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA' }] } };
}

const signer = newSigner();
const { keys } = signer;
const owner = { merchantId: 'mer_1', environment: 'sbx_1' };

const eventOf = (sequence: number): FeedEvent => ({
  id: `evt_${sequence}`,
  object: 'event',
  type: 'order.captured',
  sequence,
  object_id: 'ord_1',
  object_version: sequence,
  data: { note: '三 × ¥33.33', amount: sequence * 100 },
  occurred_at: '2026-03-01T08:30:00.000Z',
});

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

type Claims = Record<string, unknown>;

function jws(claims: Claims, { header = {}, by = signer }: { header?: Claims; by?: Signer } = {}): string {
  const head = { alg: 'EdDSA', kid: by.kid, typ: 'morrow-event-checkpoint+jwt', ...header };
  const content = `${base64url(head)}.${base64url(claims)}`;
  return `${content}.${sign(null, Buffer.from(content), by.privateKey).toString('base64url')}`;
}

function claimsOf(checkpoint: Omit<CheckpointInput, 'jws'>): Claims {
  const { sequence, hash, previous_sequence, previous_hash } = checkpoint;
  return {
    version: 1,
    environment: owner.environment,
    merchant_id: owner.merchantId,
    sequence,
    hash,
    previous_sequence,
    previous_hash,
    created_at: '2026-03-01T09:00:02.000Z',
  };
}

/** Checkpoints under events after each of these numbers. */
function checkpointsOver(events: readonly FeedEvent[], after: readonly number[]): CheckpointInput[] {
  const hashes = new Map([[0, feedStart.hash]]);
  let position = feedStart;
  for (const event of events) {
    position = nextPosition(position, event);
    hashes.set(position.sequence, position.hash);
  }
  return after.map((sequence, index) => {
    const previous = after[index - 1] ?? 0;
    const said = {
      sequence,
      hash: hashes.get(sequence) ?? '',
      previous_sequence: previous,
      previous_hash: hashes.get(previous) ?? '',
      jws: '',
    };
    return { ...said, jws: jws(claimsOf(said)) };
  });
}

const events = Array.from({ length: 9 }, (_, index) => eventOf(index + 1));
const checkpoints = checkpointsOver(events, [3, 4, 8]);

const changedAt = (sequence: number, change: Partial<FeedEvent>) =>
  events.map((event) => (event.sequence === sequence ? { ...event, ...change } : event));

describe('a feed', () => {
  test('leads to the hashes that docs/events.md prints', () => {
    const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
    const printed = [...page.matchAll(/^\{"data".*$/gm)].map(([line]) => JSON.parse(line) as FeedEvent);
    const hashes = [...page.matchAll(/^\| \d+ +\| `[0-9a-f]{64}` \| `([0-9a-f]{64})` \|$/gm)];
    expect(printed).toHaveLength(2);
    let position = feedStart;
    const computed = printed.map((event) => (position = nextPosition(position, event)).hash);
    expect(computed).toEqual(hashes.map(([, hash]) => hash));
  });

  test('is verified up to its last checkpoint, and tells from where to go on', async () => {
    const found = await verifyEventFeed({ events, checkpoints, keys, ...owner });
    expect(found).toMatchObject({ status: 'uncovered', coveredTo: 8, faults: [] });
    const whole = await verifyEventFeed({ events: events.slice(0, 8), checkpoints, keys });
    expect(whole).toMatchObject({ status: 'verified', coveredTo: 8, position: { sequence: 8 } });
    const rest = await verifyEventFeed({
      events: events.slice(8),
      checkpoints: checkpointsOver(events, [3, 4, 8, 9]).slice(2),
      keys,
      from: whole.position,
    });
    expect(rest).toMatchObject({ status: 'verified', coveredTo: 9 });
  });

  test('is unsigned without keys', async () => {
    const found = await verifyEventFeed({ events: events.slice(0, 8), checkpoints });
    expect(found).toMatchObject({ status: 'unsigned', faults: [] });
  });

  test('may get members that are not signed yet', async () => {
    const newer = changedAt(5, { request_id: 'req_1' });
    expect(await verifyEventFeed({ events: newer, checkpoints, keys })).toMatchObject({ coveredTo: 8 });
  });

  test.each<[string, readonly FeedEvent[], string]>([
    ['a changed amount', changedAt(2, { data: { note: '三 × ¥33.33', amount: 1 } }), 'events 1 to 3'],
    ['a changed time', changedAt(4, { occurred_at: '2026-03-01T08:30:01.000Z' }), 'event 4'],
    ['an event left out', events.filter(({ sequence }) => sequence !== 6), 'event 7'],
    [
      'an event left out, and the rest renumbered',
      events.filter(({ sequence }) => sequence !== 6).map((event, at) => ({ ...event, sequence: at + 1 })),
      'events 5 to 8',
    ],
    ['an event twice', [...events.slice(0, 5), ...events.slice(4)], 'event 5'],
    ['two in the wrong order', [...events.slice(0, 1), eventOf(3), eventOf(2)], 'event 3'],
    ['the end cut off', events.slice(0, 6), 'events 7 to 8'],
    ['a member left out', changedAt(2, { object_id: undefined }), 'event 2'],
  ])('with %s is refused, and the place is told', async (_, given, where) => {
    const found = await verifyEventFeed({ events: given, checkpoints, keys });
    expect(found).toMatchObject({ status: 'refused', coveredTo: 0 });
    expect(found.faults.map((fault) => fault.where)).toEqual([where]);
  });

  const [first, second, third] = checkpoints as [CheckpointInput, CheckpointInput, CheckpointInput];
  const said = claimsOf(third);
  const forged = (change: Partial<CheckpointInput>) => [first, second, { ...third, ...change }];

  test.each<[string, readonly CheckpointInput[]]>([
    ['signed by another key of the same name', forged({ jws: jws(said, { by: newSigner() }) })],
    ['signed by a key that is not in the set', forged({ jws: jws(said, { by: newSigner('other') }) })],
    ['of another kind', forged({ jws: jws(said, { header: { typ: 'morrow-seal+jwt' } }) })],
    ['unsigned', forged({ jws: jws(said, { header: { alg: 'none' } }) })],
    ['with a key of its own', forged({ jws: jws(said, { header: { jwk: keys.keys[0] } }) })],
    ['of another merchant', forged({ jws: jws({ ...said, merchant_id: 'mer_2' }) })],
    ['of another environment', forged({ jws: jws({ ...said, environment: 'live' }) })],
    ['of another version', forged({ jws: jws({ ...said, version: 2 }) })],
    ['with a member more', forged({ jws: jws({ ...said, note: 'x' }) })],
    ['with other words beside it', forged({ previous_sequence: 3 })],
    ['that is no JWS', forged({ jws: 'x.y.z' })],
  ])('with a checkpoint %s is refused', async (_, given) => {
    const found = await verifyEventFeed({ events, checkpoints: given, keys, ...owner });
    expect(found.status).toBe('refused');
    expect(new Set(found.faults.map(({ where }) => where))).toEqual(new Set(['checkpoint 8']));
  });

  test('with a checkpoint left out is refused', async () => {
    const found = await verifyEventFeed({ events, checkpoints: [first, third], keys });
    expect(found.faults).toEqual([
      { where: 'checkpoint 8', message: expect.stringContaining('does not follow checkpoint 3') },
    ]);
  });

  test('whose checkpoints are all of one other merchant is refused by who knows their own id', async () => {
    expect((await verifyEventFeed({ events, checkpoints, keys, merchantId: 'mer_2' })).status).toBe(
      'refused',
    );
  });
});

describe('a reader that verifies while it follows', () => {
  /** A gateway with a feed in pages of two; it signs what was read, or what it is told to have signed. */
  function feedOf(served: readonly FeedEvent[], signed: readonly CheckpointInput[], stop: AbortController) {
    return {
      async page({ after }: { after: number }) {
        const following = served.filter(({ sequence }) => sequence > after);
        if (following.length === 0) stop.abort();
        return { data: following.slice(0, 2), has_more: following.length > 2 };
      },
      async *checkpoints({ after }: { after: number }) {
        yield* signed.filter(({ sequence }) => sequence > after);
      },
    };
  }

  async function read(served: readonly FeedEvent[], signed: readonly CheckpointInput[], from = feedStart) {
    const stop = new AbortController();
    const seen: { sequence: number; coveredTo: number }[] = [];
    let last = from;
    const feed = feedOf(served, signed, stop);
    try {
      for await (const { event, position, coveredTo } of followVerified({
        feed,
        keys,
        from,
        signal: stop.signal,
        ...owner,
      })) {
        seen.push({ sequence: event.sequence, coveredTo });
        last = position;
      }
    } catch (error) {
      if (!(error instanceof EventFeedError)) throw error;
      return { seen, last, fault: error.fault.where };
    }
    return { seen, last, fault: undefined };
  }

  test('gives every event once, in order, and each place to go on from', async () => {
    const { seen, last, fault } = await read(events, checkpoints);
    expect(fault).toBeUndefined();
    expect(seen.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const more = [...events, eventOf(10), eventOf(11), eventOf(12)];
    const again = await read(more, checkpointsOver(more, [3, 4, 8, 10]), last);
    expect(again.fault).toBeUndefined();
    expect(again.seen.map(({ sequence }) => sequence)).toEqual([10, 11, 12]);
  });

  test('tells how far everything has been held against a signature', async () => {
    const stop = new AbortController();
    const feed = feedOf(events, checkpoints, stop);
    // Nothing follows at the moment of each answer, so that each is followed by a look at the checkpoints.
    const page = async (query: { after: number }) => ({ ...(await feed.page(query)), has_more: false });
    const covered: number[] = [];
    for await (const { coveredTo } of followVerified({
      feed: { ...feed, page },
      keys,
      signal: stop.signal,
    })) {
      covered.push(coveredTo);
    }
    expect(covered).toEqual([0, 0, 0, 0, 4, 4, 4, 4, 8]);
  });

  test.each<[string, readonly FeedEvent[], readonly CheckpointInput[], string]>([
    ['a changed event', changedAt(6, { type: 'order.voided' }), checkpoints, 'events 5 to 8'],
    ['a gap', events.filter(({ sequence }) => sequence !== 6), checkpoints, 'event 7'],
    ['a checkpoint left out', events, checkpoints.toSpliced(1, 1), 'checkpoint 8'],
    [
      'a forged checkpoint',
      events,
      checkpoints.with(0, { ...(checkpoints[0] as CheckpointInput), jws: jws({}) }),
      'checkpoint 3',
    ],
  ])('ends with %s', async (_, served, signed, where) => {
    expect((await read(served, signed)).fault).toBe(where);
  });

  test('who was told another history before sees it when going on', async () => {
    const other = changedAt(2, { object_version: 7 });
    const { last } = await read(other.slice(0, 3), []);
    expect((await read(events, checkpoints, last)).fault).toBe('event 4');
  });
});
