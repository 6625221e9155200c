import type { Knex } from '@morrow/db';
import type { Clock } from '../lib/clock.ts';

/** Work of one kind that waits, in all live or all sandbox environments together. */
export type Backlog = {
  queue: Queue;
  environment: 'live' | 'sandbox';
  /** Rows that are due. */
  due: number;
  /** For how long the oldest of them has been due. */
  oldestSeconds: number;
};

/** What waits, since when it is due, and in which table. Each has a partial index that holds open rows only. */
const queues = {
  attempts: ['processor_attempts', 'next_try_at', "status in ('pending', 'unknown')"],
  deliveries: ['deliveries', 'scheduled_at', "status = 'pending'"],
  messages: ['messages', 'next_try_at', "status = 'queued'"],
  events: ['events', 'recorded_at', 'sequence is null'],
  funder_asks: ['funder_asks', 'next_try_at', "(status = 'asked' or tell_withdrawn)"],
  code_pauses: ['code_pauses', 'started_at', 'ended_at is null'],
  ledger_alarms: ['ledger_alarms', 'raised_at', 'ended_at is null'],
  exceptions: ['reconciliation_exceptions', 'opened_at', "status = 'open'"],
} as const;

export type Queue = keyof typeof queues;

const statement = Object.entries(queues)
  .map(
    ([queue, [table, since, waiting]]) => `
     select '${queue}' as queue, e.kind as environment, count(*)::int as due,
       extract(epoch from :now::timestamptz - min(q.${since}))::float8 as oldest
     from ${table} q join environments e on e.id = q.environment_id
     where ${waiting} and q.${since} <= :now and (e.expires_at is null or e.expires_at > :now)
     group by e.kind`,
  )
  .join(' union all ');

/** What is due and has not been done, of every queue that has something; one statement. */
export async function readBacklog({ db, clock }: { db: Knex; clock: Clock }): Promise<Backlog[]> {
  const { rows } = await db.raw<{ rows: (Omit<Backlog, 'oldestSeconds'> & { oldest: number })[] }>(
    statement,
    {
      now: clock.now(),
    },
  );
  return rows.map(({ oldest, ...row }) => ({ ...row, oldestSeconds: oldest }));
}

export const queueNames = Object.keys(queues) as Queue[];
