import type { Knex } from '@morrow/db';
import type { TxHost } from '../lib/tx.ts';

/** Any constant will do, as long as nothing else in the database locks it. */
const sequencerLock = 7_236_846_338;
const defaultBatchSize = 1000;

/**
 * Numbers what was committed since the last call, in all environments: per stream from 1, without gaps. An event
 * that was recorded after another one's commit always gets the later number, and once a number can be read nothing
 * will ever appear before it, whatever the order in which concurrent transactions began.
 *
 * One process numbers at a time, and nothing that records an event ever waits for it. While another process is
 * at it, the call returns at once. Returns how many events it numbered.
 */
export async function sequenceEvents(
  host: Pick<TxHost, 'db'>,
  batchSize: number = defaultBatchSize,
): Promise<number> {
  let total = 0;
  for (;;) {
    const numbered = await host.db.transaction((sql) => numberBatch(sql, batchSize));
    total += numbered;
    if (numbered < batchSize) return total;
  }
}

/**
 * The lock is a statement of its own, because a statement sees what was committed when it began: taken together
 * with the numbering, the last numbers of the process that held the lock before might not be seen yet.
 */
async function numberBatch(sql: Knex.Transaction, batchSize: number): Promise<number> {
  const lock = await sql.raw<{ rows: { held: boolean }[] }>('select pg_try_advisory_xact_lock(?) as held', [
    sequencerLock,
  ]);
  if (!lock.rows[0]?.held) return 0;
  const result = await sql.raw<{ rowCount: number }>(
    `with unnumbered as (
       select environment_id, stream, id, recorded from events
       where sequence is null order by recorded limit ?
     ), numbered as (
       select u.environment_id, u.stream, u.id,
         coalesce(s.last_sequence, 0) + row_number() over (
           partition by u.environment_id, u.stream order by u.recorded
         ) as sequence
       from unnumbered u left join event_streams s on s.environment_id = u.environment_id and s.stream = u.stream
     ), advanced as (
       insert into event_streams (environment_id, stream, last_sequence)
       select environment_id, stream, max(sequence) from numbered group by environment_id, stream
       on conflict (environment_id, stream) do update set last_sequence = excluded.last_sequence
     )
     update events e set sequence = n.sequence
     from numbered n where e.environment_id = n.environment_id and e.id = n.id`,
    [batchSize],
  );
  return result.rowCount;
}
