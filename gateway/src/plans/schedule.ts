import { sum } from '../lib/money.ts';
import type { PlanEntry } from './entry.ts';
import { replay } from './replay.ts';
import { installmentsOf, type ScheduledInstallment } from './scheduled.ts';
import type { PlanSnapshot } from './snapshot.ts';

export type { PlanEntry } from './entry.ts';
export type { ScheduledInstallment } from './scheduled.ts';

/**
 * Today's schedule: a pure function of what was agreed and of the log, oldest entry first (money.md rules 1, 2 and 4
 * to 6). Interest that lies ahead is what it will be when everything is paid on its date.
 *
 * - The first capture starts the calendar and is spread over the agreed installments in proportion to their amounts.
 * - A later capture fills the installments with an agreed date after its own date up to their agreed amounts, the
 *   earliest first; what does not fit is appended (`addCapture`).
 * - A refund cancels debt and gives back its interest, from the last installment or pro rata as agreed (`refundGoods`).
 * - A repayment pays in the agreed order; what is not owed is not in the schedule.
 *
 * Installments keep their number. Before the first capture there are none.
 * Throws a RangeError for a log that cannot be (`replay`).
 */
export function scheduleOf(snapshot: PlanSnapshot, log: readonly PlanEntry[]): ScheduledInstallment[] {
  const state = replay(snapshot, log);
  return state ? installmentsOf(state) : [];
}

/** What is still to be paid, in minor units; interest that lies ahead is in it. */
export function owedOf(installments: readonly Pick<ScheduledInstallment, 'amount' | 'paidAmount'>[]): bigint {
  return sum(installments.map(({ amount, paidAmount }) => amount - paidAmount));
}
