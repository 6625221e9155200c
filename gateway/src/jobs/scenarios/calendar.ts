import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { positionOn } from '../../plans/position.ts';
import { listInstallments } from '../../repayments/installments.ts';
import { readLog } from '../../repayments/log.ts';
import { findPlan, todayOf } from '../../repayments/plans.ts';
import type { CalendarRow } from './runs.ts';

/** A plan's schedule as it is now. */
export async function calendarOf(tx: Tx, planId: string): Promise<CalendarRow[]> {
  const installments = await listInstallments(tx, planId);
  return installments.map((item) => ({
    number: item.number,
    due_date: item.dueDate,
    amount: toJsonAmount(item.amount),
    paid_amount: toJsonAmount(item.paidAmount),
    principal: toJsonAmount(item.principal),
    interest: toJsonAmount(item.interest),
    fee: toJsonAmount(item.fee),
    status: item.status,
  }));
}

/** What paying the whole plan off costs today. */
export async function payoffOf(tx: Tx, planId: string): Promise<bigint> {
  const plan = await findPlan(tx, { planId });
  return positionOn(plan.snapshot, await readLog(tx, planId), todayOf(tx, plan)).total;
}

/** What is left to pay of the earliest installment that is not paid; 0 when all are. */
export async function nextPaymentOf(tx: Tx, planId: string): Promise<bigint> {
  const installments = await listInstallments(tx, planId);
  const next = installments.find(({ amount, paidAmount }) => paidAmount < amount);
  return next ? next.amount - next.paidAmount : 0n;
}
