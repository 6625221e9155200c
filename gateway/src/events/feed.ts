import type { Knex } from '@morrow/db';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { maxOf } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { EventData, EventType } from './types.ts';

/** A numbered event as its stream carries it. */
export type StreamEvent = {
  id: Id<'evt'>;
  stream: string;
  type: EventType;
  /** Its place in the stream: 1, 2, 3 and so on without gaps. */
  sequence: bigint;
  objectId: string;
  objectVersion: number;
  data: EventData;
  /** Business time: in a sandbox, its own clock's. */
  occurredAt: Date;
};

type EventRow = {
  environment_id: string;
  id: Id<'evt'>;
  stream: string;
  sequence: bigint;
  type: EventType;
  object_id: string;
  object_version: number;
  data: EventData;
  occurred_at: Date;
};

/** What is read of a row; its other columns are for the sequencer and the checkpoints. */
const columns = [
  'id',
  'stream',
  'sequence',
  'type',
  'object_id',
  'object_version',
  'data',
  'occurred_at',
] as const;

function toStreamEvent(row: Pick<EventRow, (typeof columns)[number]>): StreamEvent {
  return {
    id: row.id,
    stream: row.stream,
    type: row.type,
    sequence: row.sequence,
    objectId: row.object_id,
    objectVersion: row.object_version,
    data: row.data,
    occurredAt: row.occurred_at,
  };
}

/** Which events of a stream are asked for; all of them when nothing is said. */
export type EventFilter = { types?: readonly EventType[] | undefined; objectId?: string | undefined };

type FeedPart = EventFilter & {
  stream: string;
  /** The number that is followed; 0 starts at the beginning. */
  after: bigint;
  /** Numbers above it are not looked at. */
  through?: bigint | undefined;
  limit: number;
};

/** The numbered events of one environment's stream, for those who work across environments. */
export async function readStream(
  sql: Knex | Knex.Transaction,
  environmentId: string,
  { stream, after, through, limit, types, objectId }: FeedPart,
): Promise<StreamEvent[]> {
  const rows = await sql<EventRow>('events')
    .where({ environment_id: environmentId, stream })
    .where('sequence', '>', after)
    .modify((query) => {
      if (through !== undefined) void query.where('sequence', '<=', through);
      if (types !== undefined) void query.whereIn('type', types);
      if (objectId !== undefined) void query.where('object_id', objectId);
    })
    .orderBy('sequence')
    .limit(limit)
    .select(...columns);
  return rows.map(toStreamEvent);
}

/**
 * At most `limit` events of `stream` that follow number `after`, in order; `after` 0 starts at the beginning. A
 * reader that goes on after the last number it saw misses nothing and sees nothing twice.
 */
export function readFeed(
  tx: Tx,
  input: { stream: string; after: bigint; limit: number },
): Promise<StreamEvent[]> {
  return readStream(tx.sql, tx.environment.id, input);
}

/** What one read with a filter looks through at most, so that a rare type does not read a whole stream at once. */
export const mostFiltered = 10_000n;

/**
 * The newest events of `stream` below the number `before`, the newest first, as people look at them. With a filter at most
 * 10,000 numbers are looked through; `older` is where to go on, undefined when there is nothing older.
 */
export async function readNewest(
  tx: Tx,
  input: { stream: string; before?: bigint | undefined; limit: number; filter: EventFilter },
): Promise<{ events: StreamEvent[]; older: bigint | undefined }> {
  const { stream, limit } = input;
  const { types, objectId } = input.filter;
  const before = input.before ?? (await findLastSequence(tx, stream)) + 1n;
  const from = maxOf(before - mostFiltered, 1n);
  const rows = await tx
    .sql<EventRow>('events')
    .where({ environment_id: tx.environment.id, stream })
    .where('sequence', '<', before)
    .where('sequence', '>=', from)
    .modify((query) => {
      if (types !== undefined) void query.whereIn('type', types);
      if (objectId !== undefined) void query.where('object_id', objectId);
    })
    .orderBy('sequence', 'desc')
    .limit(limit)
    .select(...columns);
  const events = rows.map(toStreamEvent);
  const last = rows.length < limit ? from : (events.at(-1)?.sequence ?? from);
  return { events, older: last > 1n ? last : undefined };
}

/** One numbered event of `stream`; `not_found` when it is another stream's or not numbered yet. */
export async function findEvent(tx: Tx, input: { stream: string; eventId: string }): Promise<StreamEvent> {
  const row = await tx
    .sql<EventRow>('events')
    .where({ environment_id: tx.environment.id, stream: input.stream, id: input.eventId as Id<'evt'> })
    .whereNotNull('sequence')
    .first(...columns);
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such event.' });
  return toStreamEvent(row);
}

/** The number of the newest event of `stream`; 0 when it has none. */
export async function findLastSequence(tx: Tx, stream: string): Promise<bigint> {
  const row = await tx
    .sql<{ environment_id: string; stream: string; last_sequence: bigint }>('event_streams')
    .where({ environment_id: tx.environment.id, stream })
    .first();
  return row?.last_sequence ?? 0n;
}
