import type { CalendarDate } from '../../src/lib/dates.ts';
import { offerByMonth, type PlanCode } from '../../src/plans/offers.ts';
import { type PlanEntry, scheduleOf } from '../../src/plans/schedule.ts';
import { makeSnapshot, type PlanSnapshot } from '../../src/plans/snapshot.ts';
import type { InterestTerms } from '../../src/plans/terms.ts';

export type PlanWish = {
  amount?: bigint;
  periods?: number;
  terms?: Partial<InterestTerms>;
  repaymentDay?: number;
  agreedOn?: CalendarDate;
  refundPolicy?: PlanSnapshot['refund_policy'];
  allocation?: PlanSnapshot['allocation'];
  code?: PlanCode;
};

/** The plan of money.md rule 6 unless told otherwise: 1,200.00 at 12 % nominal over 6 months, 30/360. */
export function monthlyPlan(wish: PlanWish = {}): PlanSnapshot {
  const { amount = 120_000n, periods = 6, repaymentDay, agreedOn = '2027-01-10' } = wish;
  const rate = wish.terms?.annual_rate_ppm ?? 120_000;
  const offer = offerByMonth({
    code: wish.code ?? 'monthly_6',
    amount,
    currency: 'CNY',
    startsOn: agreedOn,
    periods,
    terms: {
      annual_rate_ppm: rate,
      shopper_rate_ppm: rate,
      method: 'annuity',
      day_count: '30/360',
      ...wish.terms,
    },
    repaymentDay,
  });
  const party = { id: 'x_1', name: 'X' };
  return makeSnapshot({
    offer,
    merchant: party,
    funder: party,
    termsVersion: '1',
    agreedOn,
    refundPolicy: wish.refundPolicy,
    allocation: wish.allocation,
  });
}

const moved =
  (kind: 'capture' | 'refund' | 'repayment') =>
  (amount: bigint, onDate: CalendarDate): PlanEntry => ({ kind, amount, onDate });

export const capture = moved('capture');
export const refund = moved('refund');
export const repayment = moved('repayment');

/** What is left to pay of each installment. */
export function unpaidOf(snapshot: PlanSnapshot, log: readonly PlanEntry[]): bigint[] {
  return scheduleOf(snapshot, log).map(({ amount, paidAmount }) => amount - paidAmount);
}

export function datesOf(snapshot: PlanSnapshot, log: readonly PlanEntry[]): CalendarDate[] {
  return scheduleOf(snapshot, log).map(({ dueDate }) => dueDate);
}

export const pause = (onDate: string, until: string): PlanEntry => ({ kind: 'pause', onDate, until });
export const resume = (onDate: string): PlanEntry => ({ kind: 'resume', onDate });
