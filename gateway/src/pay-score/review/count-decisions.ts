import { addDays, type CalendarDate, startOf } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';

/** How many decisions of one date came out how. */
export type DayOfDecisions = { date: CalendarDate; approved: number; declined: number };

/** Decisions by date in the environment's calendar, from `from` to `to`, the dates without any among them. */
export async function countDecisions(
  tx: Tx,
  { from, to }: { from: CalendarDate; to: CalendarDate },
): Promise<DayOfDecisions[]> {
  const { timeZone } = tx.environment;
  const { rows } = await tx.sql.raw<{ rows: DayOfDecisions[] }>(
    `select day.date::date as date,
       count(a.id) filter (where a.outcome = 'approved')::int as approved,
       count(a.id) filter (where a.outcome = 'declined')::int as declined
     from generate_series(:from::date, :to::date, interval '1 day') as day(date)
     left join (
       select id, outcome, (created_at at time zone :zone)::date as date
       from assessments
       where environment_id = :environment and created_at >= :start and created_at < :end) a
       on a.date = day.date::date
     group by day.date
     order by day.date`,
    {
      environment: tx.environment.id,
      zone: timeZone,
      from,
      to,
      start: startOf(from, timeZone),
      end: startOf(addDays(to, 1), timeZone),
    },
  );
  return rows;
}

/** How many decisions of these dates were declined for which reason, the most frequent first. */
export async function countReasons(
  tx: Tx,
  { from, to }: { from: CalendarDate; to: CalendarDate },
): Promise<{ declineCode: string; count: number }[]> {
  const { timeZone } = tx.environment;
  const { rows } = await tx.sql.raw<{ rows: { declineCode: string; count: number }[] }>(
    `select decline_code as "declineCode", count(*)::int as count
     from assessments
     where environment_id = ? and outcome = 'declined' and created_at >= ? and created_at < ?
     group by decline_code
     order by count(*) desc, decline_code`,
    [tx.environment.id, startOf(from, timeZone), startOf(addDays(to, 1), timeZone)],
  );
  return rows;
}
