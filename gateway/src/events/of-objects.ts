import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { EventType } from './types.ts';

/** A fact about an object, as a history tells it. */
export type ObjectEvent = {
  id: Id<'evt'>;
  type: EventType;
  objectId: string;
  /** Business time: in a sandbox, its own clock's. */
  occurredAt: Date;
};

type Row = { id: Id<'evt'>; type: EventType; object_id: string; occurred_at: Date };

/**
 * What a stream carries about these objects, the newest first. Unlike the feed it tells of a fact as soon as it is
 * committed, also before it has its number: a history is read by people and followed by nobody.
 */
export async function listEventsOf(
  tx: Tx,
  input: { stream: string; objectIds: readonly string[]; types: readonly EventType[]; limit: number },
): Promise<ObjectEvent[]> {
  const rows: Row[] = await tx
    .sql('events')
    .where({ environment_id: tx.environment.id, stream: input.stream })
    .whereIn('object_id', input.objectIds)
    .whereIn('type', input.types)
    .orderBy('id', 'desc')
    .limit(input.limit)
    .select('id', 'type', 'object_id', 'occurred_at');
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    objectId: row.object_id,
    occurredAt: row.occurred_at,
  }));
}
