import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
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

function toStreamEvent(row: EventRow): StreamEvent {
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

/**
 * At most `limit` events of `stream` that follow number `after`, in order; `after` 0 starts at the beginning. A
 * reader that goes on after the last number it saw misses nothing and sees nothing twice.
 */
export async function readFeed(
  tx: Tx,
  input: { stream: string; after: bigint; limit: number },
): Promise<StreamEvent[]> {
  const rows = await tx
    .sql<EventRow>('events')
    .where({ environment_id: tx.environment.id, stream: input.stream })
    .where('sequence', '>', input.after)
    .orderBy('sequence')
    .limit(input.limit);
  return rows.map(toStreamEvent);
}

/** One numbered event of `stream`; `not_found` when it is another stream's or not numbered yet. */
export async function findEvent(tx: Tx, input: { stream: string; eventId: string }): Promise<StreamEvent> {
  const row = await tx
    .sql<EventRow>('events')
    .where({ environment_id: tx.environment.id, stream: input.stream, id: input.eventId as Id<'evt'> })
    .whereNotNull('sequence')
    .first();
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
