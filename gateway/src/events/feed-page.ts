import type { Tx } from '../lib/tx.ts';
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

/**
 * PostgreSQL writes the text of a whole page: to read the columns of a thousand events, make objects of them and text of
 * those again took most of a request's time. What stands in quotation marks as it is, ids, types and times, is of our own
 * making and has no character to escape; the name of an object is escaped. `data` is text as jsonb prints it.
 */
const pageSql = `
  select page.json, page.count, page.last, coalesce(stream.last_sequence, 0) as newest
  from (
    select string_agg(
        '{"id":"' || id || '","object":"event","type":"' || type || '","sequence":' || sequence ||
        ',"object_id":' || to_json(object_id) || ',"object_version":' || object_version || ',"data":' || data::text ||
        ',"occurred_at":"' || to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"}',
        ',' order by sequence) as json,
      count(*)::int as count, max(sequence) as last
    from (?) events
  ) page
  left join event_streams stream on stream.environment_id = ? and stream.stream = ?`;

type PageRow = { json: string | null; count: number; last: bigint | null; newest: bigint };

/**
 * At most `limit` events of `stream` that follow number `after` (0 starts at the beginning) and that `filter` lets through.
 * With a filter, at most 10,000 numbers are looked through. It is one statement, so page and newest number fit each other.
 */
export async function readFeedPage(
  tx: Tx,
  input: { stream: string; after: bigint; limit: number; filter: EventFilter },
): Promise<FeedPage> {
  const { stream, after, limit, filter } = input;
  const { types, objectId } = filter;
  const isFiltered = types !== undefined || objectId !== undefined;
  const through = after + mostFiltered;
  const environmentId = tx.environment.id;
  const events = tx
    .sql('events')
    .where({ environment_id: environmentId, stream })
    .where('sequence', '>', after)
    .modify((query) => {
      if (isFiltered) void query.where('sequence', '<=', through);
      // An array is one value however long it is, so that the statement can stay prepared.
      if (types !== undefined) void query.whereRaw('type = any(?)', [[...types]]);
      if (objectId !== undefined) void query.where('object_id', objectId);
    })
    .orderBy('sequence')
    .limit(limit);
  const { rows } = await tx.sql.raw<{ rows: PageRow[] }>(pageSql, [events, environmentId, stream]);
  const [page] = rows;
  if (!page) throw new Error('an aggregate has one row');
  const seen = page.last ?? after;
  // Short of the limit, everything up to there has been looked at.
  const nextAfter = isFiltered && page.count < limit ? most(seen, least(through, page.newest)) : seen;
  return { json: page.json ?? '', count: page.count, nextAfter, hasMore: nextAfter < page.newest };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
