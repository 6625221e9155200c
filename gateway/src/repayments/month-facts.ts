import { type CalendarDate, daysBetween } from '../lib/dates.ts';
import { maxOf, sum } from '../lib/money.ts';
import type { ScoreMonth } from '../pay-score/months.ts';
import { bucketOf, isLate } from '../plans/delinquency.ts';
import { positionOn } from '../plans/position.ts';
import { type PlanEntry, scheduleOf } from '../plans/schedule.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { statusOf } from '../plans/status.ts';

/**
 * A plan as far as its months go: what was agreed, and what happened. `byFriend` are the places in the log of what a
 * guarantor paid.
 */
export type LoggedPlan = {
  snapshot: PlanSnapshot;
  log: readonly PlanEntry[];
  byFriend?: ReadonlySet<number>;
};

/**
 * What a shopper's plans of one currency were in the month that ends on `monthEnd`, each at the end of that date in its own
 * calendar; what happened later changes nothing. A debt that is charged off is looked at a last time at the end of that
 * month: then it has left the books.
 */
export function monthOf(plans: readonly LoggedPlan[], monthEnd: CalendarDate): ScoreMonth {
  const facts = plans.filter((plan) => !isOver(plan, monthEnd)).map((plan) => factsOf(plan, monthEnd));
  return {
    monthEnd,
    billed: sum(facts.map(({ billed }) => billed)),
    paid: sum(facts.map(({ paid }) => paid)),
    daysPastDue: Math.max(0, ...facts.map(({ daysPastDue: days }) => days)),
    paused: facts.some(({ paused }) => paused),
    captured: facts.some(({ captured }) => captured),
    paidLate: facts.some(({ paidLate }) => paidLate),
  };
}

/** Whether anything happened to the plans in the month that ends on `monthEnd`. */
export function hasEntries(plans: readonly LoggedPlan[], monthEnd: CalendarDate): boolean {
  return plans.some(({ log }) => log.some((entry) => isWithin(entry, monthEnd)));
}

function isWithin({ onDate }: PlanEntry, monthEnd: CalendarDate): boolean {
  return onDate <= monthEnd && onDate.slice(0, 7) === monthEnd.slice(0, 7);
}

function isOver({ log }: LoggedPlan, monthEnd: CalendarDate): boolean {
  const last = log.at(-1);
  return last?.kind === 'charge_off' && last.onDate < `${monthEnd.slice(0, 7)}-01`;
}

function factsOf(
  { snapshot, log, byFriend }: LoggedPlan,
  monthEnd: CalendarDate,
): Omit<ScoreMonth, 'monthEnd'> {
  const { total, installments } = positionOn(snapshot, log, monthEnd);
  const unpaid = installments.filter(({ amount, paidAmount }) => paidAmount < amount);
  const within = [...log.entries()].filter(([, entry]) => isWithin(entry, monthEnd));
  return {
    billed: total,
    // What a guarantor paid takes the debt off and is no payment of the shopper.
    paid: maxOf(0n, sum(within.map(([index, entry]) => (byFriend?.has(index) ? 0n : paidBy(entry))))),
    // Of what was charged off too, which takes no debt off the shopper.
    daysPastDue: Math.max(
      0,
      ...unpaid
        .filter(({ pausedUntil }) => !pausedUntil)
        .map(({ dueDate }) => daysBetween(dueDate, monthEnd)),
    ),
    paused: unpaid.some(({ pausedUntil }) => pausedUntil),
    captured: within.some(([, { kind }]) => kind === 'capture'),
    paidLate: within.some(
      ([index, entry]) => entry.kind === 'repayment' && paysLate(snapshot, log.slice(0, index + 1)),
    ),
  };
}

/** Net of what was taken back. */
function paidBy(entry: PlanEntry): bigint {
  if (entry.kind === 'charge_back') return -entry.amount;
  return entry.kind === 'repayment' ? entry.amount : 0n;
}

/** Whether the repayment at the end of the log paid an installment in full that was beyond its days of grace. */
function paysLate(snapshot: PlanSnapshot, log: readonly PlanEntry[]): boolean {
  const onDate = log.at(-1)?.onDate ?? '';
  const before = scheduleOf(snapshot, log.slice(0, -1));
  const after = scheduleOf(snapshot, log);
  return before.some(
    (item, index) =>
      !item.pausedUntil &&
      statusOf(item, onDate) === 'overdue' &&
      isLate(bucketOf(daysBetween(item.dueDate, onDate))) &&
      statusOf(after[index] ?? item, onDate) === 'paid',
  );
}
