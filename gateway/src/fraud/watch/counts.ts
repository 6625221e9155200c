import { addDays, type CalendarDate, startOf } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { baselineDays } from './baseline.ts';

/** How often something was on one business date; `merchantId` is empty for the whole environment. */
export type DayCount = { merchantId: string; what: string; count: number };

type CountRow = { merchant_id: string; what: string; count: number };

/** What is counted always, so that a day without any is a day with none. */
const mark = { merchantId: '', what: 'decisions' };

/**
 * Counts one business date: decisions, declines in all and by their code (of which `suspicious` are the refusals and
 * `challenge_required` the requests for a code), and devices that were never seen before.
 */
export async function countDay(tx: Tx, date: CalendarDate): Promise<DayCount[]> {
  const { rows } = await tx.sql.raw<{ rows: CountRow[] }>(countSql, {
    environment: tx.environment.id,
    from: startOf(date, tx.environment.timeZone),
    to: startOf(addDays(date, 1), tx.environment.timeZone),
  });
  const counts = rows.map(({ merchant_id: merchantId, what, count }) => ({ merchantId, what, count }));
  return counts.some(isMark) ? counts : [{ ...mark, count: 0 }, ...counts];
}

function isMark({ merchantId, what }: DayCount): boolean {
  return merchantId === mark.merchantId && what === mark.what;
}

/** Each row twice: for its merchant, and for the whole. */
const countSql = `
  with decided as (
    select coalesce(c.merchant_id, g.merchant_id) as merchant_id, a.decline_code
    from assessments a
    left join checkout_sessions c on c.environment_id = a.environment_id and c.id = a.checkout_session_id
    left join agreements g on g.environment_id = a.environment_id and g.id = a.agreement_id
    where a.environment_id = :environment and a.created_at >= :from and a.created_at < :to),
  devices as (
    select distinct s.merchant_id, s.device from fraud_sightings s
    where s.environment_id = :environment and s.seen_at >= :from and s.seen_at < :to and s.device is not null
      and not exists (select from fraud_sightings e where e.environment_id = s.environment_id
        and e.device = s.device and e.seen_at < :from)),
  noted as (
    select merchant_id, 'decisions' as what, null::bytea as device from decided
    union all select merchant_id, 'declines', null from decided where decline_code is not null
    union all select merchant_id, 'declines.' || decline_code, null from decided where decline_code is not null
    union all select merchant_id, 'new_devices', device from devices)
  select coalesce(merchant_id, '') as merchant_id, what,
    (case when what = 'new_devices' then count(distinct device) else count(*) end)::integer as count
  from noted
  group by grouping sets ((merchant_id, what), (what))
  having grouping(merchant_id) = 1 or merchant_id is not null`;

/** Keeps the counts of a date that is over. */
export async function keepCounts(
  tx: Tx,
  { date, counts }: { date: CalendarDate; counts: readonly DayCount[] },
): Promise<void> {
  await tx
    .sql('fraud_day_counts')
    .insert(
      counts.map(({ merchantId, what, count }) => ({
        environment_id: tx.environment.id,
        business_date: date,
        merchant_id: merchantId,
        what,
        count,
      })),
    )
    .onConflict(['environment_id', 'business_date', 'merchant_id', 'what'])
    .ignore();
}

/** What was counted on the dates before this one, each subject with as many counts as there were dates. */
export async function readHistory(tx: Tx, date: CalendarDate): Promise<(DayCount & { history: number[] })[]> {
  const { rows } = await tx.sql.raw<{ rows: (CountRow & { history: number[]; days: number })[] }>(
    `with past as (
       select * from fraud_day_counts
       where environment_id = :environment and business_date < :day::date
         and business_date >= :day::date - ${baselineDays})
     select merchant_id, what, array_agg(count) as history,
       (select count(*) from past where merchant_id = '' and what = 'decisions')::integer as days
     from past group by merchant_id, what`,
    { environment: tx.environment.id, day: date },
  );
  return rows.map(({ merchant_id: merchantId, what, history, days }) => ({
    merchantId,
    what,
    count: 0,
    // Nothing is kept of what was not there that day.
    history: [...history, ...Array.from({ length: days - history.length }, () => 0)],
  }));
}
