import { type CalendarDate, daysBetween } from '../lib/dates.ts';
import type { ScheduledInstallment } from './scheduled.ts';

export const installmentStatuses = [
  'scheduled',
  'due',
  'overdue',
  'paid',
  'canceled',
  'charged_off',
] as const;

export type InstallmentStatus = (typeof installmentStatuses)[number];

type Dated = Pick<ScheduledInstallment, 'dueDate' | 'amount' | 'paidAmount' | 'chargedOff'>;

/**
 * The state of an installment on the business date `today`. An installment of nothing is canceled: a refund took it, or
 * the captures so far did not reach it; a later capture may still fill it until its date. What a charge-off found unpaid
 * stays charged off: what comes in afterwards is the plan's, and pays no installment.
 */
export function statusOf(installment: Dated, today: CalendarDate): InstallmentStatus {
  const { amount, paidAmount, dueDate } = installment;
  if (amount === 0n) return 'canceled';
  if (paidAmount === amount) return 'paid';
  if (installment.chargedOff) return 'charged_off';
  if (today < dueDate) return 'scheduled';
  return today === dueDate ? 'due' : 'overdue';
}

/** Whole days since the oldest unpaid installment fell due; 0 when nothing is overdue. */
export function daysPastDue(installments: readonly Dated[], today: CalendarDate): number {
  return installments
    .filter((installment) => statusOf(installment, today) === 'overdue')
    .reduce((most, { dueDate }) => Math.max(most, daysBetween(dueDate, today)), 0);
}
