import { daysBetween } from '../lib/dates.ts';
import { namedSql } from '../lib/named-sql.ts';
import type { Tx } from '../lib/tx.ts';

/** So many days after its due date, an installment that is paid still counts as paid on time. */
export const graceDays = 3;

/** What a shopper's own life with us says at one moment. Nothing else goes into the score. */
export type Characteristics = {
  /** Installments paid in full, ever. */
  repaidInstallments: number;
  /** Of the installments whose due date has come, those that are paid or past their grace; and those paid by then. */
  dueInstallments: number;
  paidOnTime: number;
  /** Installments paid in full before their due date. */
  paidEarly: number;
  /** Greatest days past due over unpaid installments, now. */
  daysPastDue: number;
  /** Whole days since the first plan started; 0 when there is none. */
  tenureDays: number;
  openPlans: number;
  /** (held + used) / limit in percent, before the purchase in question; null while nothing of a line was ever used. */
  utilisationPercent: number | null;
};

type FactsRow = {
  repaid: number;
  due: number;
  on_time: number;
  early: number;
  days_past_due: number;
  first_start: string | null;
  plans: number;
  open_plans: number;
  held: bigint | null;
  used: bigint | null;
  limit_amount: bigint | null;
};

/**
 * Reads the characteristics of a shopper as of `tx.now`, each due date judged in its plan's time zone, in one statement.
 * While its dues stand still nothing of a plan is late. An installment counts as paid on the day of the repayment that
 * completed it; one that a guarantor paid was paid by somebody else, and is no merit.
 */
export async function readCharacteristics(
  tx: Tx,
  input: { shopperId: string; currency: string },
): Promise<Characteristics> {
  const { text, values } = factsSql({
    environment: tx.environment.id,
    shopper: input.shopperId,
    currency: input.currency,
    now: tx.now,
    grace: graceDays,
  });
  const [row] = await tx.query<FactsRow>(text, values);
  if (!row) throw new Error('a count without a row');
  const today = tx.now.toISOString().slice(0, 10);
  return {
    repaidInstallments: row.repaid,
    dueInstallments: row.due,
    paidOnTime: row.on_time,
    paidEarly: row.early,
    daysPastDue: row.days_past_due,
    tenureDays: row.first_start === null ? 0 : Math.max(0, daysBetween(row.first_start, today)),
    openPlans: row.open_plans,
    utilisationPercent: utilisationOf(row),
  };
}

/** An unused line is a merit of those only who could have used it: a first decision is the same when it is repeated. */
function utilisationOf({ held, used, limit_amount: limit, plans }: FactsRow): number | null {
  if (held === null || used === null || limit === null || limit === 0n) return null;
  const taken = held + used;
  return plans === 0 && taken === 0n ? null : Number((taken * 100n) / limit);
}

const factsSql = namedSql<'environment' | 'shopper' | 'currency' | 'now' | 'grace'>(`
  with mine as (
    select id, status, started_on, time_zone, (:now::timestamptz at time zone time_zone)::date as today
    from plans where environment_id = :environment and shopper_id = :shopper),
  dues as materialized (
    select i.status, i.due_date, mine.today, i.paused_until is not null as is_paused,
      case when i.status = 'paid' then (
        select case when bool_and(r.guarantee_id is null)
          then max((r.finished_at at time zone mine.time_zone)::date) end
        from repayment_allocations a
        join repayments r on r.environment_id = a.environment_id and r.id = a.repayment_id
        where a.environment_id = i.environment_id and a.plan_id = i.plan_id and a.installment_number = i.number
      ) end as paid_on
    from mine join installments i on i.environment_id = :environment and i.plan_id = mine.id),
  judged as (
    select *, due_date <= today
        and (status = 'paid' or (status = 'overdue' and today - due_date > :grace::integer)) as has_fallen
    from dues)
  select i.*, p.*, l.held, l.used, l.limit_amount
  from (
    select count(paid_on)::integer as repaid,
      (count(*) filter (where has_fallen))::integer as due,
      (count(*) filter (where has_fallen and paid_on - due_date <= :grace::integer))::integer as on_time,
      (count(*) filter (where paid_on < due_date))::integer as early,
      coalesce(greatest(0, max(today - due_date) filter (where status in ('due', 'overdue') and not is_paused)), 0)::integer
        as days_past_due
    from judged) i
  cross join (
    select min(started_on) as first_start, count(*)::integer as plans,
      (count(*) filter (where status in ('pending', 'active')))::integer as open_plans
    from mine) p
  left join credit_lines l
    on l.environment_id = :environment and l.shopper_id = :shopper and l.currency = :currency`);
