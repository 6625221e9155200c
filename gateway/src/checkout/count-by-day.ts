import { addDays, type CalendarDate, startOf } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';

/** What became of the checkouts that a merchant opened on one date of its calendar. */
export type DayOfCheckouts = {
  date: CalendarDate;
  opened: number;
  /** Of those that were decided at all: at least once for, or never. */
  approved: number;
  declined: number;
  /** Became an order. */
  completed: number;
};

/** So many checkouts are counted at most, so that a large merchant's page does not wait for its past. */
export const mostCounted = 5_000;

/** A merchant's checkouts by date from `from` to `to`, dates without any among them; of more, the newest `mostCounted`. */
export async function countCheckouts(
  tx: Tx,
  input: { merchantId: string; timeZone: string; from: CalendarDate; to: CalendarDate },
): Promise<DayOfCheckouts[]> {
  const { merchantId, timeZone, from, to } = input;
  const { rows } = await tx.sql.raw<{ rows: DayOfCheckouts[] }>(
    `select day.date::date as date,
       count(c.id)::int as opened,
       count(c.id) filter (where c.is_approved)::int as approved,
       count(c.id) filter (where not c.is_approved)::int as declined,
       count(c.id) filter (where c.status = 'completed')::int as completed
     from generate_series(:from::date, :to::date, interval '1 day') as day(date)
     left join (
       select s.id, s.status, (s.created_at at time zone :zone)::date as date,
         (select bool_or(a.outcome = 'approved') from assessments a
          where a.environment_id = s.environment_id and a.checkout_session_id = s.id) as is_approved
       from (
         select environment_id, id, status, created_at from checkout_sessions
         where environment_id = :environment and merchant_id = :merchant
         order by id desc limit :most) s
       where s.created_at >= :start and s.created_at < :end) c
       on c.date = day.date::date
     group by day.date
     order by day.date`,
    {
      environment: tx.environment.id,
      merchant: merchantId,
      zone: timeZone,
      from,
      to,
      most: mostCounted,
      start: startOf(from, timeZone),
      end: startOf(addDays(to, 1), timeZone),
    },
  );
  return rows;
}
