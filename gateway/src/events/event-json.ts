import type { Id } from '../lib/ids.ts';
import type { StreamEvent } from './feed.ts';
import type { EventData, EventType } from './types.ts';

/** An event as the feed serves it. Checkpoints hash exactly these members (docs/events.md). */
export type EventJson = {
  id: Id<'evt'>;
  object: 'event';
  type: EventType;
  sequence: number;
  object_id: string;
  object_version: number;
  data: EventData;
  occurred_at: string;
};

/** What a merchant reads of an event, and what a checkpoint signs: one form, so that the one proves the other. */
export function eventJson(event: StreamEvent): EventJson {
  return {
    id: event.id,
    object: 'event',
    type: event.type,
    sequence: Number(event.sequence),
    object_id: event.objectId,
    object_version: event.objectVersion,
    data: event.data,
    occurred_at: event.occurredAt.toISOString(),
  };
}
