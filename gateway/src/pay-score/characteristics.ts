import { daysBetween } from '../lib/dates.ts';
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

type InstallmentFacts = {
  due_date: string;
  time_zone: string;
  status: string;
  paid_on: string | null;
  today: string;
};

type LineFacts = { held: bigint; used: bigint; limit_amount: bigint };

/** Reads the characteristics of a shopper as of `tx.now`, each due date judged in its plan's time zone. */
export async function readCharacteristics(
  tx: Tx,
  input: { shopperId: string; currency: string },
): Promise<Characteristics> {
  const installments = await readInstallments(tx, input.shopperId);
  const plans = await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, shopper_id: input.shopperId })
    .select<{ status: string; started_on: string | null }[]>('status', 'started_on');
  const line = await tx
    .sql('credit_lines')
    .where({ environment_id: tx.environment.id, shopper_id: input.shopperId, currency: input.currency })
    .first<LineFacts | undefined>();
  const paid = installments.filter((row) => row.status === 'paid' && row.paid_on !== null);
  const fallenDue = installments.filter(
    (row) =>
      row.due_date <= row.today &&
      (row.status === 'paid' ||
        (row.status === 'overdue' && daysBetween(row.due_date, row.today) > graceDays)),
  );
  const unpaidDays = installments
    .filter((row) => row.status === 'due' || row.status === 'overdue')
    .map((row) => daysBetween(row.due_date, row.today));
  const starts = plans.flatMap((plan) => (plan.started_on ? [plan.started_on] : [])).sort();
  const today = tx.now.toISOString().slice(0, 10);
  return {
    repaidInstallments: paid.length,
    dueInstallments: fallenDue.length,
    paidOnTime: fallenDue.filter(
      (row) =>
        row.paid_on !== null && row.status === 'paid' && daysBetween(row.due_date, row.paid_on) <= graceDays,
    ).length,
    paidEarly: paid.filter((row) => (row.paid_on ?? '') < row.due_date).length,
    daysPastDue: Math.max(0, ...unpaidDays),
    tenureDays: starts[0] ? Math.max(0, daysBetween(starts[0], today)) : 0,
    openPlans: plans.filter((plan) => plan.status === 'pending' || plan.status === 'active').length,
    utilisationPercent: line ? utilisationOf(line, plans.length) : null,
  };
}

/** An unused line is a merit of those only who could have used it: a first decision is the same when it is repeated. */
function utilisationOf(line: LineFacts, plansEver: number): number | null {
  const taken = line.held + line.used;
  if (line.limit_amount === 0n || (plansEver === 0 && taken === 0n)) return null;
  return Number((taken * 100n) / line.limit_amount);
}

/** An installment counts as paid on the day of the repayment that completed it. */
async function readInstallments(tx: Tx, shopperId: string): Promise<InstallmentFacts[]> {
  const result = await tx.sql.raw<{ rows: InstallmentFacts[] }>(
    `select i.due_date, p.time_zone, i.status,
       (select max((r.finished_at at time zone p.time_zone)::date)
          from repayment_allocations a join repayments r on r.environment_id = a.environment_id and r.id = a.repayment_id
         where a.environment_id = i.environment_id and a.plan_id = i.plan_id and a.installment_number = i.number) as paid_on,
       (?::timestamptz at time zone p.time_zone)::date as today
     from plans p
     join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
     where p.environment_id = ? and p.shopper_id = ?`,
    [tx.now, tx.environment.id, shopperId],
  );
  return result.rows;
}
