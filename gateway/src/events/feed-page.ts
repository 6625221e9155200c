import { maxOf, minOf } from '../lib/money.ts';
import type { EarlyTx } from '../lib/tx.ts';
import { type EventFilter, mostFiltered } from './feed.ts';

/** A part of a feed as JSON text, and where to go on. */
export type FeedPage = {
  /** The events in order, each in the form of `eventJson`, with commas between them; empty when there are none. */
  json: string;
  count: number;
  /** Everything that was asked for up to here has been given. */
  nextAfter: bigint;
  /** Whether numbers follow `nextAfter` already. */
  hasMore: boolean;
};

const newestSql = 'select last_sequence from event_streams where environment_id = $1 and stream = $2';

/**
 * PostgreSQL writes the text of each event: to make objects of its columns and text of those again took most of a
 * request's time. They are rows and not one text of them all, so that they are on their way while the next is written.
 * What stands in quotation marks as it is, ids, types and times, is of our own making and has no character to escape; the
 * name of an object is escaped. `data` is text as jsonb prints it.
 */
const eventsSql = (filter: string): string => `
  select '{"id":"' || id || '","object":"event","type":"' || type || '","sequence":' || sequence ||
      ',"object_id":' || to_json(object_id) || ',"object_version":' || object_version || ',"data":' || data::text ||
      ',"occurred_at":"' || to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"}' as json,
    sequence::text as number
  from events
  where environment_id = $1 and stream = $2 and sequence > $3 ${filter}
  order by sequence
  limit $4`;

const wholeSql = eventsSql('');
const filteredSql = eventsSql(`and sequence <= $5
    and ($6::text[] is null or type = any($6))
    and ($7::text is null or object_id = $7)`);

/**
 * At most `limit` events of `stream` that follow number `after` (0 starts at the beginning) and that `filter` lets through.
 * With a filter, at most 10,000 numbers are looked through.
 */
export async function readFeedPage(
  tx: Pick<EarlyTx, 'query'>,
  input: { environmentId: string; stream: string; after: bigint; limit: number; filter: EventFilter },
): Promise<FeedPage> {
  const { environmentId, stream, after, limit, filter } = input;
  const { types, objectId } = filter;
  const isFiltered = types !== undefined || objectId !== undefined;
  const through = after + mostFiltered;
  const whole = [environmentId, stream, after, limit];
  // The newest number first: what it tells of has then been looked at by the events' own, later look.
  const [[newest], rows] = await Promise.all([
    tx.query<{ last_sequence: bigint }>(newestSql, [environmentId, stream]),
    tx.query<{ json: string; number: string }>(
      isFiltered ? filteredSql : wholeSql,
      isFiltered ? [...whole, through, types ?? null, objectId ?? null] : whole,
    ),
  ]);
  const last = newest?.last_sequence ?? 0n;
  const final = rows.at(-1);
  const seen = final ? BigInt(final.number) : after;
  // Short of the limit, everything up to there has been looked at.
  const nextAfter = isFiltered && rows.length < limit ? maxOf(seen, minOf(through, last)) : seen;
  return {
    json: rows.map(({ json }) => json).join(','),
    count: rows.length,
    nextAfter,
    hasMore: nextAfter < last,
  };
}
