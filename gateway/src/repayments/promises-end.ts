import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { lockPlan, todayOf } from './plans.ts';
import { endPromise, openPromise } from './promises.ts';
import { noteReminders } from './reminders.ts';

/** The ids of plans with a promise whose date is over at `tx.now`. */
export async function findBrokenPromises(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select p.id
     from promises s
     join plans p on p.environment_id = s.environment_id and p.id = s.plan_id
     where s.environment_id = ? and s.status = 'open'
       and s.promised_on < (?::timestamptz at time zone p.time_zone)::date
       and not exists (select from repayments r
         where r.environment_id = p.environment_id and r.plan_id = p.id and r.status = 'pending')
     order by p.id`,
    [tx.environment.id, tx.now],
  );
  return rows.map(({ id }) => id);
}

/** Ends a promise whose date has passed; telling of it is also the reminder of what was promised. */
export async function breakPromise(tx: Tx, planId: string): Promise<void> {
  const plan = await lockPlan(tx, planId);
  const today = todayOf(tx, plan);
  const promise = await openPromise(tx, planId);
  if (!promise || today <= promise.promisedOn) return;
  await endPromise(tx, promise, { status: 'broken', today });
  await noteReminders(tx, plan, today);
}

/** When a promised date next comes or is over; null without a promise. */
export function nextPromiseAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(at) as at from (
       select (s.promised_on + day)::timestamp at time zone p.time_zone as at
       from promises s
       join plans p on p.environment_id = s.environment_id and p.id = s.plan_id
       cross join unnest(array[0, 1]) as day
       where s.environment_id = ? and s.status = 'open'
     ) dates where at > ?`,
    [tx.environment.id, tx.now],
  );
}
