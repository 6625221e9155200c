import type { Knex } from '@morrow/db';
import { addMs } from '../lib/dates.ts';
import type { TxHost } from '../lib/tx.ts';

/** A stream that has moved since its follower looked at it last; `number` is its last number as it was read. */
export type Look = { environmentId: string; stream: string; number: bigint };

/** What a follower found: `again` is when it looks the next time, null where nothing is left; wall time. */
export type Looked = Look & {
  again: Date | null;
  /** Or at once, when the stream's number comes to this. */
  from?: bigint;
};

const postponedMs = 10_000;

/**
 * Notes what followers found in streams. A stream that has moved since it was read stays listed, and so does one that is
 * being numbered just now: whoever numbers is not waited for, and the next look finds nothing more to do.
 */
export async function noteLooked(sql: Knex, looked: readonly Looked[]): Promise<void> {
  if (looked.length === 0) return;
  await sql.raw(
    `with looked as (
       select * from unnest(:environments::text[], :streams::text[], :numbers::bigint[], :again::timestamptz[], :from::bigint[])
         as l (environment_id, stream, number, again, look_from)
     ), mine as materialized (
       select l.environment_id, l.stream, looked.again, looked.look_from
       from stream_looks l join looked using (environment_id, stream)
       where l.number = looked.number
       for update of l skip locked
     ), later as (
       update stream_looks l set look_at = mine.again, look_from = mine.look_from
       from mine
       where l.environment_id = mine.environment_id and l.stream = mine.stream and mine.again is not null
     )
     delete from stream_looks l using mine
     where l.environment_id = mine.environment_id and l.stream = mine.stream and mine.again is null`,
    {
      environments: looked.map((each) => each.environmentId),
      streams: looked.map((each) => each.stream),
      numbers: looked.map((each) => each.number),
      again: looked.map((each) => each.again),
      from: looked.map((each) => each.from ?? null),
    } as never,
  );
}

/** Leaves a stream that could not be followed for a while, so that it is in nobody's way. */
export async function postponeLook({ db, clock }: TxHost, { environmentId, stream }: Look): Promise<void> {
  await db('stream_looks')
    .where({ environment_id: environmentId, stream })
    .update({ look_at: addMs(clock.now(), postponedMs) });
}
