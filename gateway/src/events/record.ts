import { type Id, newId } from '../lib/ids.ts';
import { insertInto } from '../lib/insert-sql.ts';
import type { Tx } from '../lib/tx.ts';
import type { EventData, EventType } from './types.ts';

export type NewEvent = {
  /** Whose feeds carry it: ids of merchants, shoppers and funders. Each gets a row and an event id of its own. */
  streams: readonly string[];
  type: EventType;
  objectId: string;
  /** The object's version after the change, so that a reader can tell an old fact from a newer one. */
  objectVersion: number;
  data: EventData;
};

const streamShape = /^(mer|shp|fnd)_/;

/**
 * Records a fact in the caller's transaction, without a number: it exists exactly if the change does. The
 * sequencer numbers it after the commit. It is found by polling and not by NOTIFY, because PostgreSQL takes one
 * lock for the whole cluster when a transaction that notified commits, which would queue all orders behind each other.
 */
export async function recordEvent(tx: Tx, event: NewEvent): Promise<void> {
  await recordEvents(tx, [event]);
}

/** As `recordEvent`, for what happens at once: by one statement. */
export async function recordEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  tx.later(insertRows(events.flatMap((event) => rowsOf(tx, event))));
}

/** As `recordEvent`, for one stream; answers with the event's id there. */
export async function recordOwnEvent(
  tx: Tx,
  { stream, ...event }: Omit<NewEvent, 'streams'> & { stream: string },
): Promise<Id<'evt'>> {
  const rows = rowsOf(tx, { ...event, streams: [stream] });
  const [row] = rows;
  if (!row) throw new Error('the event was not recorded');
  tx.later(insertRows(rows));
  return row.id;
}

const insertRows = insertInto('events', [
  'environment_id',
  'id',
  'stream',
  'type',
  'object_id',
  'object_version',
  'data',
  'occurred_at',
  'recorded_at',
]);

function rowsOf(tx: Tx, event: NewEvent) {
  const foreign = event.streams.find((stream) => !streamShape.test(stream));
  if (foreign !== undefined) throw new Error(`${foreign} does not name a stream of events`);
  const data = JSON.stringify(event.data);
  return [...new Set(event.streams)].map((stream) => ({
    environment_id: tx.environment.id,
    id: newId('evt'),
    stream,
    type: event.type,
    object_id: event.objectId,
    object_version: event.objectVersion,
    data,
    occurred_at: tx.now,
    recorded_at: tx.wallNow,
  }));
}
