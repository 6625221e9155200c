import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Plan } from './plans.ts';

/** SQL: `debit` is under way for the plan `p`, and covers all that was due when its bank was asked. */
const coversDues = `debit.environment_id = p.environment_id and debit.plan_id = p.id
  and debit.status = 'pending' and debit.by_debit and debit.guarantee_id is null
  and debit.amount >= (
    select coalesce(sum(dues.amount - dues.paid_amount), 0) from installments dues
    where dues.environment_id = p.environment_id and dues.plan_id = p.id and dues.paused_until is null
      and dues.status in ('scheduled', 'due', 'overdue')
      and dues.due_date <= (debit.created_at at time zone p.time_zone)::date)`;

/**
 * SQL of whether what is due on the plan `p` is on its way from a bank account. Until the bank has answered the plan is
 * neither paid nor late: nobody is reminded of it, and no days past due are counted.
 */
export const debitUnderWaySql = `exists (select from repayments debit where ${coversDues})`;

/** Since when a bank has been asked for what is due on these plans, in the plan's calendar; the others are left out. */
export async function debitsUnderWay(tx: Tx, planIds: readonly string[]): Promise<Map<string, CalendarDate>> {
  const { rows } = await tx.sql.raw<{ rows: { id: string; since: CalendarDate }[] }>(
    `select p.id, (debit.created_at at time zone p.time_zone)::date as since
     from plans p
     join repayments debit on ${coversDues}
     where p.environment_id = ? and p.id = any(?)`,
    [tx.environment.id, [...planIds]],
  );
  return new Map(rows.map(({ id, since }) => [id, since]));
}

/**
 * The date as of which a plan's installments are due or overdue: today, or the date on which a bank was asked for all that
 * was due then, as long as it has not answered.
 */
export async function agingDate(tx: Tx, plan: Pick<Plan, 'id'>, today: CalendarDate): Promise<CalendarDate> {
  return (await debitsUnderWay(tx, [plan.id])).get(plan.id) ?? today;
}
