import { addDays, dateIn, startOf } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { refusedFromDaysPastDue } from '../pay-score/policy.ts';

/**
 * The start of the date, after `tx.now`, on which lateness may next suspend an agreement, or on which one that nothing
 * speaks against any more is resumed; undefined without one.
 */
export async function nextReviewAt(tx: Tx): Promise<Date | undefined> {
  if (await isBehind(tx)) {
    const { timeZone } = tx.environment;
    return startOf(addDays(dateIn(timeZone, tx.now), 1), timeZone);
  }
  const { rows } = await tx.sql.raw<{ rows: { at: Date | null }[] }>(
    `select min(at) as at from (
       select (i.due_date + ?::integer)::timestamp at time zone p.time_zone as at
       from agreements a
       join plans p on p.environment_id = a.environment_id and p.shopper_id = a.shopper_id
       join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
       where a.environment_id = ? and a.status = 'active' and i.status in ('scheduled', 'due', 'overdue')
         and i.paused_until is null
     ) dates where at > ?`,
    [refusedFromDaysPastDue, tx.environment.id, tx.now],
  );
  return rows[0]?.at ?? undefined;
}

/** Whether an agreement's state does not yet follow from how its shopper stands, as after a payment late in the day. */
async function isBehind(tx: Tx): Promise<boolean> {
  const { rows } = await tx.sql.raw<{ rows: { behind: boolean }[] }>(
    `select exists (
       select from agreements a
       where a.environment_id = ? and a.status in ('active', 'suspended') and (a.status = 'active') = (
         exists (select from credit_lines l
           where l.environment_id = a.environment_id and l.shopper_id = a.shopper_id and l.currency = a.currency
             and l.status = 'suspended')
         or exists (select from plans p
           join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
           where p.environment_id = a.environment_id and p.shopper_id = a.shopper_id
             and i.status in ('due', 'overdue') and i.paused_until is null
             and (?::timestamptz at time zone p.time_zone)::date - i.due_date >= ?))
     ) as behind`,
    [tx.environment.id, tx.now, refusedFromDaysPastDue],
  );
  return rows[0]?.behind === true;
}
