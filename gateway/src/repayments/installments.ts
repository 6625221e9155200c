import { recordEvent } from '../events/record.ts';
import type { CalendarDate } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { ScheduledInstallment } from '../plans/schedule.ts';
import { type InstallmentStatus, statusOf } from '../plans/status.ts';
import type { Plan } from './plans.ts';

/** One due date of a plan, as the schedule has it today. Amounts are minor units. */
export type Installment = ScheduledInstallment & { id: Id<'ins'>; status: InstallmentStatus };

type InstallmentRow = {
  environment_id: string;
  plan_id: string;
  number: number;
  id: Id<'ins'>;
  due_date: CalendarDate;
  amount: bigint;
  paid_amount: bigint;
  principal: bigint;
  interest: bigint;
  fee: bigint;
  paid_principal: bigint;
  paid_interest: bigint;
  paid_fee: bigint;
  paused_until: CalendarDate | null;
  status: InstallmentStatus;
};

/** Whose installments they are, for the events. */
type PlanParties = Pick<Plan, 'id' | 'merchantId' | 'shopperId' | 'funderId' | 'currency' | 'version'>;

function toInstallment(row: InstallmentRow): Installment {
  return {
    id: row.id,
    number: row.number,
    dueDate: row.due_date,
    amount: row.amount,
    paidAmount: row.paid_amount,
    principal: row.principal,
    interest: row.interest,
    fee: row.fee,
    paidPrincipal: row.paid_principal,
    paidInterest: row.paid_interest,
    paidFee: row.paid_fee,
    ...(row.paused_until !== null && { pausedUntil: row.paused_until }),
    ...(row.status === 'charged_off' && { chargedOff: true as const }),
    status: row.status,
  };
}

export async function listInstallments(tx: Tx, planId: string): Promise<Installment[]> {
  const rows = await tx
    .sql<InstallmentRow>('installments')
    .where({ environment_id: tx.environment.id, plan_id: planId })
    .orderBy('number');
  return rows.map(toInstallment);
}

/** The installments of several plans by their plan's id, each in their order. */
export async function listInstallmentsOf(
  tx: Tx,
  planIds: readonly string[],
): Promise<Map<string, Installment[]>> {
  const rows = await tx
    .sql<InstallmentRow>('installments')
    .where({ environment_id: tx.environment.id })
    .whereIn('plan_id', planIds)
    .orderBy(['plan_id', 'number']);
  const found = new Map<string, Installment[]>(planIds.map((id) => [id, []]));
  for (const row of rows) found.get(row.plan_id)?.push(toInstallment(row));
  return found;
}

/**
 * Makes the stored installments of a locked plan equal to its schedule on the business date `today`, and tells of
 * each that became due, overdue or paid. Rows keep their ids.
 */
export async function storeInstallments(
  tx: Tx,
  plan: PlanParties,
  schedule: readonly ScheduledInstallment[],
  today: CalendarDate,
): Promise<Installment[]> {
  const before = new Map((await listInstallments(tx, plan.id)).map((row) => [row.number, row]));
  const after = schedule.map((item) => ({
    ...item,
    id: before.get(item.number)?.id ?? newId('ins'),
    status: statusOf(item, today),
  }));
  const write = tx
    .sql('installments')
    .insert(
      after.map((item) => ({
        environment_id: tx.environment.id,
        plan_id: plan.id,
        number: item.number,
        id: item.id,
        due_date: item.dueDate,
        amount: item.amount,
        paid_amount: item.paidAmount,
        principal: item.principal,
        interest: item.interest,
        fee: item.fee,
        paid_principal: item.paidPrincipal,
        paid_interest: item.paidInterest,
        paid_fee: item.paidFee,
        paused_until: item.pausedUntil ?? null,
        status: item.status,
      })),
    )
    .onConflict(['environment_id', 'plan_id', 'number'])
    .merge([
      'due_date',
      'amount',
      'paid_amount',
      'principal',
      'interest',
      'fee',
      'paid_principal',
      'paid_interest',
      'paid_fee',
      'paused_until',
      'status',
    ]);
  tx.later(write);
  for (const item of after) {
    if (before.get(item.number)?.status !== item.status) await recordInstallmentEvent(tx, plan, item);
  }
  return after;
}

async function recordInstallmentEvent(tx: Tx, plan: PlanParties, item: Installment): Promise<void> {
  if (item.status !== 'due' && item.status !== 'overdue' && item.status !== 'paid') return;
  await recordEvent(tx, {
    streams: [plan.merchantId, plan.shopperId].filter((id) => id !== null),
    type: `installment.${item.status}`,
    objectId: item.id,
    objectVersion: plan.version,
    data: {
      plan_id: plan.id,
      number: item.number,
      due_date: item.dueDate,
      currency: plan.currency,
      amount: toJsonAmount(item.amount),
      paid_amount: toJsonAmount(item.paidAmount),
    },
  });
}
