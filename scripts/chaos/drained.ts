import { setTimeout as sleep } from 'node:timers/promises';
import { hourMs, minuteMs } from '../../gateway/src/lib/dates.ts';
import type { World } from './world.ts';

/** Waits between tries of webhooks and payments grow to many hours; nobody waits for them, the clocks are put forward. */
const hopsMs = [0, 10 * minuteMs, 40 * minuteMs, 3 * hourMs, 6 * hourMs, 12 * hourMs];

/** How long what is due at once may take, on the busiest machine. */
const patienceMs = 60_000;

/** Work that is begun or due, by what it is; each of it has to come to 0. */
const leftSql = `
  select 'attempts' as what, count(*)::int as left from processor_attempts where status in ('pending', 'unknown')
  union all select 'deliveries', count(*)::int from deliveries where status = 'pending'
  union all select 'events without a number', count(*)::int from events where sequence is null
  union all select 'events without deliveries', count(*)::int from webhook_endpoints w
    join event_streams s on s.environment_id = w.environment_id and s.stream = w.merchant_id
    where s.last_sequence > w.last_sequence
  union all select 'streams to be looked at', count(*)::int from stream_looks
  union all select 'clocks on their way', count(*)::int from environments where clock_target is not null
  union all select 'requests begun', count(*)::int from idempotency_keys where state = 'in_progress'
  union all select 'questions to funders', count(*)::int from funder_asks where status = 'asked' or tell_withdrawn
  union all select 'repayments', count(*)::int from repayments where status = 'pending'
  union all select 'refunds', count(*)::int from refunds where status = 'pending'
  union all select 'jobs that failed for good', count(*)::int from graphile_worker.jobs where attempts >= max_attempts`;

/** Lets all work behind requests end; what is left of it, by what it is. */
export async function drain(world: World): Promise<string[]> {
  let left: string[] = [];
  for (const hop of hopsMs) {
    world.putForward(hop);
    const end = performance.now() + patienceMs;
    do {
      left = await lookAt(world);
      if (left.length === 0) return [];
      await sleep(100);
      // What waits for another hour is not waited for.
    } while (performance.now() < end && (await isBusy(world)));
  }
  return left;
}

async function lookAt({ host }: World): Promise<string[]> {
  const { rows } = await host.db.raw<{ rows: { what: string; left: number }[] }>(leftSql);
  return rows.filter(({ left }) => left > 0).map(({ what, left }) => `${left} ${what}`);
}

/**
 * Whether something is left that is not waiting for a later hour. What somebody is at is, though its lease ends later: with
 * the clock put forward meanwhile, another would begin it again and again, and on a busy machine never end it.
 */
async function isBusy({ host }: World): Promise<boolean> {
  const now = new Date(host.clock.now().getTime() + 5_000);
  const { rows } = await host.db.raw<{ rows: { busy: boolean }[] }>(
    `select exists (select from processor_attempts where status in ('pending', 'unknown')
         and (lease_until is not null or next_try_at <= :now))
       or exists (select from deliveries where status = 'pending'
         and (lease_until is not null or scheduled_at <= :now))
       or exists (select from events where sequence is null)
       or exists (select from stream_looks where look_at <= :now)
       or exists (select from environments where clock_target is not null)
       or exists (select from webhook_endpoints w join event_streams s
         on s.environment_id = w.environment_id and s.stream = w.merchant_id where s.last_sequence > w.last_sequence)
       as busy`,
    { now },
  );
  return rows[0]?.busy === true;
}
