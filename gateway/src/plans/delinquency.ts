import type { CalendarDate } from '../lib/dates.ts';
import type { ScheduledInstallment } from './scheduled.ts';
import { daysPastDue } from './status.ts';

/** How late a plan is, by the days past due of its oldest unpaid installment; the first three days are grace. */
export const buckets = ['current', '1_3', '4_30', '31_60', '61_90', 'over_90'] as const;

export type Bucket = (typeof buckets)[number];

/** The days past due with which each bucket after `current` begins, in their order. */
export const bucketDays: readonly number[] = [1, 4, 31, 61, 91];

/** An unpaid debt is given up so many days past due: where closed-end credit is charged off by the FFIEC's policy (65 FR 36903). */
export const chargeOffDays = 120;

export function bucketOf(days: number): Bucket {
  const passed = bucketDays.filter((from) => days >= from).length;
  return buckets[passed] ?? 'current';
}

/** Whether a bucket lies beyond the days of grace. */
export function isLate(bucket: Bucket): boolean {
  return bucket !== 'current' && bucket !== '1_3';
}

/** Where a plan stands on the business date `today`. While its dues are paused nothing is late. */
export function delinquencyOf(
  installments: readonly ScheduledInstallment[],
  today: CalendarDate,
): { days: number; bucket: Bucket } {
  const days = daysPastDue(
    installments.filter(({ pausedUntil }) => !pausedUntil),
    today,
  );
  return { days, bucket: bucketOf(days) };
}
