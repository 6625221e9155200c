import type { Tx } from '../lib/tx.ts';
import { startOfTomorrow, type UpcomingSql } from '../lib/upcoming.ts';
import { refusedFromDaysPastDue } from '../pay-score/policy.ts';

/** Whether an agreement's state does not yet follow from how its shopper stands, as after a payment late in the day. */
const isBehindSql = `
  exists (
    select from agreements a
    where a.environment_id = :environment and a.status in ('active', 'suspended') and (a.status = 'active') = (
      exists (select from credit_lines l
        where l.environment_id = a.environment_id and l.shopper_id = a.shopper_id and l.currency = a.currency
          and l.status = 'suspended')
      or exists (select from plans p
        join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
        where p.environment_id = a.environment_id and p.shopper_id = a.shopper_id
          and i.status in ('due', 'overdue') and i.paused_until is null
          and (:now::timestamptz at time zone p.time_zone)::date - i.due_date >= :days)))`;

/**
 * The start of the date, after `tx.now`, on which lateness may next suspend an agreement, or on which one that nothing
 * speaks against any more is resumed; null without one.
 */
export function nextReviewAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select case when ${isBehindSql} then :tomorrow else (
       select min(at) from (
         select (i.due_date + :days::integer)::timestamp at time zone p.time_zone as at
         from agreements a
         join plans p on p.environment_id = a.environment_id and p.shopper_id = a.shopper_id
         join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
         where a.environment_id = :environment and a.status = 'active'
           and i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null
       ) dates where at > :now) end`,
    {
      environment: tx.environment.id,
      now: tx.now,
      tomorrow: startOfTomorrow(tx),
      days: refusedFromDaysPastDue,
    },
  );
}
