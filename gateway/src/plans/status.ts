import { type CalendarDate, daysBetween } from '../lib/dates.ts';
import type { PayableInstallment } from './allocation.ts';

export type InstallmentStatus = 'scheduled' | 'due' | 'overdue' | 'paid' | 'canceled';

type Dated = Omit<PayableInstallment, 'number'>;

/**
 * The state of an installment on the business date `today`. An installment of nothing is canceled: a refund took it, or
 * the captures so far did not reach it; a later capture may still fill it until its date.
 */
export function statusOf(installment: Dated, today: CalendarDate): InstallmentStatus {
  const { amount, paidAmount, dueDate } = installment;
  if (amount === 0n) return 'canceled';
  if (paidAmount === amount) return 'paid';
  if (today < dueDate) return 'scheduled';
  return today === dueDate ? 'due' : 'overdue';
}

/** Whole days since the oldest unpaid installment fell due; 0 when nothing is overdue. */
export function daysPastDue(installments: readonly Dated[], today: CalendarDate): number {
  return installments
    .filter((installment) => statusOf(installment, today) === 'overdue')
    .reduce((most, { dueDate }) => Math.max(most, daysBetween(dueDate, today)), 0);
}
