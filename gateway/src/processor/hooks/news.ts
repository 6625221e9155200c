import { addMs, dayMs } from '../../lib/dates.ts';
import { deleteSome } from '../../lib/delete-some.ts';
import type { Tx, TxHost } from '../../lib/tx.ts';
import type { ProcessorEvent } from './read-event.ts';

/** Why news was only kept: nothing was booked, and somebody looks at it. */
export const parkReasons = [
  'type_unsupported',
  'shape_unknown',
  'account_foreign',
  'attempt_unknown',
  'check_unknown',
  'reversed_in_part',
  'contradicts',
  'refused',
] as const;

export type ParkReason = (typeof parkReasons)[number];

/**
 * What became of news: an open attempt is looked up now, nothing was new, a payout has come back, our books at the processor
 * are to be read, or it was parked. `reason` is of one that was parked, here or with the news of payouts.
 */
export type NewsResult =
  { result: 'looked_up' | 'known' | 'returned' | 'books' } | { result: 'parked'; reason: string };

type NewsRow = {
  environment_id: string;
  event_id: string;
  type: string;
  object_id: string | null;
  made_at: Date;
  received_at: Date;
  result: NewsResult['result'];
  reason: string | null;
  looked_at: Date | null;
};

/** The processor sends an event again for days; after so many it is long over, and what it tells of is known. */
const keptDays = 90;

function news(tx: Tx) {
  return tx.sql<NewsRow>('processor_news').where({ environment_id: tx.environment.id });
}

/** One taker of an event at a time; whether nobody has taken it before. */
export async function isFirstNews(tx: Tx, eventId: string): Promise<boolean> {
  await tx.sql.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `news:${tx.environment.id}:${eventId}`,
  ]);
  return (await news(tx).where({ event_id: eventId }).first('event_id')) === undefined;
}

/** Keeps that an event was taken, in the transaction of its effects. */
export async function keepNews(tx: Tx, event: ProcessorEvent, became: NewsResult): Promise<void> {
  await tx.sql<NewsRow>('processor_news').insert({
    environment_id: tx.environment.id,
    event_id: event.id,
    type: event.type,
    object_id: event.thing?.id ?? null,
    made_at: event.madeAt,
    received_at: tx.wallNow,
    result: became.result,
    reason: became.result === 'parked' ? became.reason : null,
  });
}

/** News that could not be used, as people look at it. */
export type ParkedEvent = {
  eventId: string;
  type: string;
  objectId: string | null;
  reason: ParkReason;
  receivedAt: Date;
};

/** What was parked here, the newest first. What was parked with the news of payouts is told there. */
export async function listParkedEvents(tx: Tx, input: { limit: number }): Promise<ParkedEvent[]> {
  const rows = await news(tx)
    .where({ result: 'parked' })
    .whereIn('reason', parkReasons)
    .orderBy('received_at', 'desc')
    .limit(input.limit);
  return rows.map((row) => ({
    eventId: row.event_id,
    type: row.type,
    objectId: row.object_id,
    reason: row.reason as ParkReason,
    receivedAt: row.received_at,
  }));
}

/** The environments whose books at the processor have to be read because of news. */
export async function listToRead(host: TxHost): Promise<string[]> {
  const rows = await host
    .db<NewsRow>('processor_news')
    .where({ result: 'books', looked_at: null })
    .distinct('environment_id')
    .orderBy('environment_id');
  return rows.map(({ environment_id: id }) => id);
}

/** The books were read after all news up to `before` had come. */
export async function noteRead(tx: Tx, before: Date): Promise<void> {
  await news(tx)
    .where({ result: 'books', looked_at: null })
    .where('received_at', '<=', before)
    .update({ looked_at: tx.wallNow });
}

/** Deletes news that has been dealt with for so long that it is not sent again, a batch of it; answers how much. */
export function forgetNews(tx: Tx): Promise<number> {
  return deleteSome(tx, 'processor_news', (query) =>
    query
      .whereNot({ result: 'parked' })
      .whereRaw(`(result <> 'books' or looked_at is not null)`)
      .where('received_at', '<', addMs(tx.wallNow, -keptDays * dayMs)),
  );
}
