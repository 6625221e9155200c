import { addOffset, type CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { graceDays } from '../pay-score/characteristics.ts';
import type { ReviewFacts } from './limit-policy.ts';

type Row = { days_past_due: number; last_late_on: CalendarDate | null; paid_on_time: number };

/**
 * How a shopper has paid, over all shops and currencies: what is late now, how long nothing was, and what was paid on
 * time within the last month. What is paused is not late; a debt that was given up stays late.
 */
export async function readBehaviour(
  tx: Tx,
  { shopperId, today }: { shopperId: string; today: CalendarDate },
): Promise<Pick<ReviewFacts, 'daysPastDue' | 'cleanMonths' | 'paidOnTime'>> {
  const { rows } = await tx.sql.raw<{ rows: Row[] }>(behaviourSql, {
    environment: tx.environment.id,
    shopper: shopperId,
    now: tx.now,
    grace: graceDays,
    since: addOffset(today, { months: -1 }),
  });
  const [row] = rows;
  if (!row) throw new Error('an aggregate without a row');
  const { days_past_due: daysPastDue, last_late_on: lastLateOn, paid_on_time: paidOnTime } = row;
  return {
    daysPastDue,
    paidOnTime,
    cleanMonths: lastLateOn === null ? null : wholeMonths(lastLateOn, today),
  };
}

const behaviourSql = `
  with installment as (
    select i.due_date, i.status, d.today,
      i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null and p.status = 'active' as unpaid,
      (select max((r.finished_at at time zone p.time_zone)::date)
         from repayment_allocations a
         join repayments r on r.environment_id = a.environment_id and r.id = a.repayment_id
       where i.status = 'paid' and a.environment_id = i.environment_id and a.plan_id = i.plan_id
         and a.installment_number = i.number) as paid_on
    from plans p
    join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
    cross join lateral (select (:now::timestamptz at time zone p.time_zone)::date as today) d
    where p.environment_id = :environment and p.shopper_id = :shopper)
  select coalesce(max(today - due_date) filter (where unpaid and today > due_date), 0)::int as days_past_due,
    max(case when unpaid and today - due_date > :grace or status = 'charged_off' then today
             when paid_on - due_date > :grace then paid_on end) as last_late_on,
    (count(*) filter (where paid_on - due_date <= :grace and paid_on >= :since::date))::int as paid_on_time
  from installment`;

/** How many whole months lie between two dates. */
function wholeMonths(from: CalendarDate, to: CalendarDate): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  const months = years * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
  return Math.max(0, addOffset(from, { months }) > to ? months - 1 : months);
}
