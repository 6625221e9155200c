import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { collectionDays } from './due.ts';

/**
 * When the next unpaid installment falls due, becomes overdue or is collected again after `tx.now`, at the start of a
 * date in its plan's calendar; null when nothing is owed. Paused ones wait for the end of their pause.
 */
export function nextDueAt(tx: Tx): UpcomingSql {
  // The date after the due date is when an installment becomes overdue.
  const days = [...new Set([...collectionDays, 1])];
  return tx.sql.raw(
    `select min(at) as at from (
       select (i.due_date + day)::timestamp at time zone p.time_zone as at
       from installments i
       join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
       cross join unnest(?::integer[]) as day
       where i.environment_id = ? and i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null
         and p.status = 'active'
     ) dates where at > ?`,
    [days, tx.environment.id, tx.now],
  );
}

/** When the next month ends for a plan that bears interest; null without one. */
export function nextMonthEndAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min((date_trunc('month', :now::timestamptz at time zone time_zone) + interval '1 month') at time zone time_zone) as at
     from plans where environment_id = :environment and status = 'active' and snapshot \\? 'interest'`,
    { now: tx.now, environment: tx.environment.id },
  );
}
