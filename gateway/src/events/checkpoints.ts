import { createHash } from 'node:crypto';
import type { Knex } from '@morrow/db';
import { canonicalJson } from '../lib/canonical-json.ts';
import { signCompact } from '../lib/compact-jws.ts';
import { addMs, hourMs } from '../lib/dates.ts';
import { gatewayKeys } from '../lib/gateway-key.ts';
import type { Tx, TxHost } from '../lib/tx.ts';
import { eventJson } from './event-json.ts';
import { readStream, type StreamEvent } from './feed.ts';
import { type Looked, noteLooked } from './looks.ts';

/** The gateway's signature under a stream up to number `sequence`. Hashes are lower-case hexadecimal. */
export type Checkpoint = {
  sequence: bigint;
  hash: string;
  /** Those of the checkpoint before; 0 and zeros for a stream's first. */
  previousSequence: bigint;
  previousHash: string;
  jws: string;
  /** Wall time. */
  createdAt: Date;
};

export type CheckpointRow = {
  environment_id: string;
  stream: string;
  sequence: bigint;
  hash: string;
  previous_sequence: bigint;
  previous_hash: string;
  jws: string;
  created_at: Date;
};

export const checkpointType = 'morrow-event-checkpoint+jwt';

/** The hash of a stream in which nothing has happened. */
export const emptyHash = '0'.repeat(64);

/** Any constant will do, as long as nothing else in the database locks it. */
const checkpointLock = 7_236_846_341;
/** A reader that trusts one checkpoint needs at most so many events to reach the next. */
const mostEvents = 100;
/** Live, a stream that is quiet waits so long, so that a signature is not made for every event. */
const longestWaitMs = hourMs;
/** In one transaction: so many streams, and so many checkpoints of each. */
const mostStreams = 100;
const mostOfOne = 20;

/**
 * Makes the checkpoints that are due in merchants' streams of all environments: for every hundred events, and for what
 * is left when it has waited an hour, in a sandbox at once. One process is at it at a time, nothing that records or
 * numbers an event ever waits for it, and a call that dies leaves whole checkpoints or none. Returns how many it made.
 */
export async function writeEventCheckpoints(host: TxHost): Promise<number> {
  return host.db.transaction(async (sql) => {
    // A statement of its own, because the next one must see what whoever held the lock before has written.
    const lock = await sql.raw<{ rows: { held: boolean }[] }>('select pg_try_advisory_xact_lock(?) as held', [
      checkpointLock,
    ]);
    if (!lock.rows[0]?.held) return 0;
    let made = 0;
    const looked: Looked[] = [];
    for (const due of await findDue(host, sql)) {
      const end = await extendChain(host, sql, due);
      made += end.made;
      looked.push(lookedAt(host, due, end));
    }
    // At the end, because whoever numbers events of these streams waits for it.
    await noteLooked(sql, looked);
    return made;
  });
}

type Due = {
  environment_id: string;
  stream: string;
  /** The last number that the stream had at the look. */
  number: bigint;
  /** Where the chain ends. */
  sequence: bigint;
  hash: string;
  /** When the first event after it was recorded. */
  since: Date | null;
  /** Whether what is short of a hundred is due, too. */
  all: boolean;
};

/** How a chain was extended: by so many checkpoints, to where, and since when what it does not hold waits. */
type Extended = { made: number; sequence: bigint; since: Date | null };

/** The merchants' streams that have moved, or where what was left has waited long enough. */
async function findDue({ clock }: TxHost, sql: Knex.Transaction): Promise<Due[]> {
  const now = clock.now();
  const result = await sql.raw<{ rows: Due[] }>(
    `select l.environment_id, l.stream, l.number,
       coalesce(c.sequence, 0) as sequence, coalesce(c.hash, :empty) as hash,
       x.recorded_at as since, e.kind = 'sandbox' or x.recorded_at <= :before as all
     from stream_looks l
     join environments e on e.id = l.environment_id
     left join lateral (
       select sequence, hash from event_checkpoints c
       where c.environment_id = l.environment_id and c.stream = l.stream order by sequence desc limit 1
     ) c on true
     left join events x on x.environment_id = l.environment_id and x.stream = l.stream
       and x.sequence = coalesce(c.sequence, 0) + 1
     where starts_with(l.stream, 'mer_') and l.look_at <= :now
       and (e.expires_at is null or e.expires_at > :now)
     order by l.look_at limit :mostStreams`,
    { empty: emptyHash, before: addMs(now, -longestWaitMs), now, mostStreams },
  );
  return result.rows;
}

/** When to look at a stream again: at once, where it was too much for one time; after an hour, where events wait. */
function lookedAt({ clock }: TxHost, due: Due, { sequence, since }: Extended): Looked {
  const { environment_id: environmentId, stream, number } = due;
  const left = number - sequence;
  const from = sequence + BigInt(mostEvents);
  if (left <= 0n) return { environmentId, stream, number, again: null };
  const isMore = due.all || left >= mostEvents;
  const again = isMore || !since ? clock.now() : addMs(since, longestWaitMs);
  return { environmentId, stream, number, again, from };
}

async function extendChain(host: TxHost, sql: Knex.Transaction, due: Due): Promise<Extended> {
  if (!due.all && due.number - due.sequence < mostEvents)
    return { made: 0, sequence: due.sequence, since: due.since };
  const events = await readStream(sql, due.environment_id, {
    stream: due.stream,
    after: due.sequence,
    limit: mostOfOne * mostEvents,
  });
  const rows: CheckpointRow[] = [];
  let [sequence, hash] = [due.sequence, due.hash];
  for (let first = 0; first < events.length; first += mostEvents) {
    const part = events.slice(first, first + mostEvents);
    if (part.length < mostEvents && !due.all) break;
    const row = checkpointOf(host, due, { sequence, hash }, part);
    rows.push(row);
    ({ sequence, hash } = row);
  }
  if (rows.length > 0) await sql<CheckpointRow>('event_checkpoints').insert(rows);
  const next = await sql('events')
    .where({ environment_id: due.environment_id, stream: due.stream, sequence: sequence + 1n })
    .first<{ recorded_at: Date } | undefined>('recorded_at');
  return { made: rows.length, sequence, since: next?.recorded_at ?? null };
}

function checkpointOf(
  { vault, clock }: TxHost,
  { environment_id: environmentId, stream }: Due,
  previous: { sequence: bigint; hash: string },
  events: readonly StreamEvent[],
): CheckpointRow {
  const [key] = gatewayKeys(vault);
  const last = events.at(-1);
  if (!key || !last) throw new Error('a checkpoint needs a key and an event');
  const hash = chainEvents(previous.hash, events);
  const createdAt = clock.now();
  const claims = {
    version: 1,
    environment: environmentId,
    merchant_id: stream,
    sequence: Number(last.sequence),
    hash,
    previous_sequence: Number(previous.sequence),
    previous_hash: previous.hash,
    created_at: createdAt.toISOString(),
  };
  return {
    environment_id: environmentId,
    stream,
    sequence: last.sequence,
    hash,
    previous_sequence: previous.sequence,
    previous_hash: previous.hash,
    jws: signCompact(key, { type: checkpointType, claims }),
    created_at: createdAt,
  };
}

/** The hash of the stream after `events`, from the one before them (docs/events.md, "The hash"). */
export function chainEvents(before: string, events: readonly StreamEvent[]): string {
  const sha256 = (...parts: (string | Buffer)[]): Buffer =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
  const start: Buffer = Buffer.from(before, 'hex');
  return events
    .reduce((hash, event) => sha256(hash, sha256(canonicalJson(eventJson(event)))), start)
    .toString('hex');
}

/** At most `limit` checkpoints of `stream` whose number is above `after`, in order. */
export async function listCheckpoints(
  tx: Tx,
  input: { stream: string; after: bigint; limit: number },
): Promise<Checkpoint[]> {
  const rows = await tx
    .sql<CheckpointRow>('event_checkpoints')
    .where({ environment_id: tx.environment.id, stream: input.stream })
    .where('sequence', '>', input.after)
    .orderBy('sequence')
    .limit(input.limit);
  return rows.map((row) => ({
    sequence: row.sequence,
    hash: row.hash,
    previousSequence: row.previous_sequence,
    previousHash: row.previous_hash,
    jws: row.jws,
    createdAt: row.created_at,
  }));
}
