import type { Binding } from './binding.ts';
import { refusedFromDaysPastDue } from './policy.ts';
import { fewestMonths, type History, type Month, mostMonths } from './model/history.ts';
import type { ScoreMonth } from './months.ts';

/** The model was trained on limits within these, in its own money. */
const leastLimit = 10_000;
const mostLimit = 1_000_000;

/** More months of lateness than this are one: the training data has too few of them to tell them apart. */
const mostLate = 4;

/** By how much lateness can grow in a month, as the model's rules of contradiction have it. */
const mostLateGrowth = 3;

/**
 * The history that the trained tables judge, from a shopper's closed months, the newest first; null where fewer than two
 * of them say anything. The limit is the target limit, never the one that the shopper has come to: small limits default
 * more in the training data, so a shopper who begins with a tenth would be scored down for ever.
 */
export function historyOf(
  months: readonly ScoreMonth[],
  { binding, targetLimit }: { binding: Binding; targetLimit: bigint },
): History | null {
  const statuses = statusesOf(months);
  const seen = months.slice(0, mostMonths);
  if (seen.filter(({ billed, captured }) => billed > 0n || captured).length < fewestMonths) return null;
  const money = (amount: bigint): number => Math.round(Number(amount) * binding.k);
  return {
    limit: Math.min(Math.max(money(targetLimit), leastLimit), mostLimit),
    months: seen.map(({ billed, paid }, index): Month => ({
      status: statuses[index] ?? 0,
      billed: money(billed),
      paid: money(paid),
    })),
  };
}

/**
 * The payment status of each month, the newest first, as the training data has it (docs/pay-score.md has the rules as a
 * table): months of lateness above 0; -2 nothing owed and nothing bought, -1 paid in full, 0 paid as agreed.
 */
export function statusesOf(months: readonly ScoreMonth[]): number[] {
  const statuses: number[] = [];
  for (const [index, month] of [...months.entries()].toReversed()) {
    const before = months[index + 1];
    statuses.unshift(statusOf(month, before && { ...before, status: statuses[0] ?? 0 }, index === 0));
  }
  return statuses;
}

/** Nothing was owed before a shopper's first month. */
function statusOf(
  month: ScoreMonth,
  before: (ScoreMonth & { status: number }) | undefined,
  isNewest: boolean,
): number {
  if (month.daysPastDue >= refusedFromDaysPastDue) return lateStatus(month.daysPastDue, before);
  const billedBefore = before?.billed ?? 0n;
  if (billedBefore === 0n && !month.captured) return -2;
  if (month.paid >= billedBefore) return -1;
  const wasMissed = (before?.status ?? 0) >= 2;
  return isNewest && (wasMissed || month.paidLate) ? 1 : 0;
}

/**
 * A first missed month is a 2 in the training data. What a pause kept out of the month before came up in longer than this
 * month, so that it may have grown by more than a month can: it counts as what a month can.
 */
function lateStatus(days: number, before: (ScoreMonth & { status: number }) | undefined): number {
  const status = Math.min(1 + Math.ceil(days / 30), mostLate);
  return before?.paused ? Math.min(status, Math.max(before.status, 0) + mostLateGrowth) : status;
}
