import { addDays, type CalendarDate, daysBetween } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import { type PlanEntry, scheduleOf } from '../plans/schedule.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';

/** How a plan stood from the end of one date until something happened to it again. */
export type Stand = {
  from: CalendarDate;
  /** The date of the next entry, on which it stood otherwise; null when there was none. */
  until: CalendarDate | null;
  /** When the oldest of what was unpaid fell due or falls due; null when nothing is asked for, as in a pause. */
  oldestDue: CalendarDate | null;
  /** What was owed of the principal, in minor units. */
  principal: bigint;
  isChargedOff: boolean;
};

/** When something came true of a plan, and the principal that it owed then. */
export type Reached = { on: CalendarDate; principal: bigint };

/**
 * How a plan stood on each date since its first capture, from what was agreed and what happened: due dates and what is
 * unpaid change only when something is entered in its log, so the days between need not be looked at.
 */
export function standsOf(snapshot: PlanSnapshot, log: readonly PlanEntry[]): Stand[] {
  const dates = [...new Set(log.map(({ onDate }) => onDate))];
  return dates.map((from, index) => standOf(snapshot, log, from, dates[index + 1] ?? null));
}

function standOf(
  snapshot: PlanSnapshot,
  log: readonly PlanEntry[],
  from: CalendarDate,
  until: CalendarDate | null,
): Stand {
  const past = log.filter(({ onDate }) => onDate <= from);
  const installments = scheduleOf(snapshot, past);
  const asked = installments
    .filter(({ amount, paidAmount, pausedUntil }) => paidAmount < amount && pausedUntil === undefined)
    .map(({ dueDate }) => dueDate);
  return {
    from,
    until,
    oldestDue: asked.toSorted()[0] ?? null,
    principal: sum(installments.map((item) => item.principal - item.paidPrincipal)),
    isChargedOff: past.some(({ kind }) => kind === 'charge_off'),
  };
}

/** Days past due at the end of a date: of the oldest that is unpaid, as `plans/delinquency.ts` counts them. */
export function daysLateOn(stands: readonly Stand[], date: CalendarDate): number {
  const stand = stands.findLast(({ from }) => from <= date);
  if (!stand || stand.isChargedOff || stand.oldestDue === null) return 0;
  return Math.max(0, daysBetween(stand.oldestDue, date));
}

/** The first date at whose end the plan was at least so many days past due; undefined where it never was. */
export function firstLate(stands: readonly Stand[], days: number): Reached | undefined {
  for (const { from, until, oldestDue, principal, isChargedOff } of stands) {
    if (oldestDue === null || isChargedOff) continue;
    const reached = addDays(oldestDue, days);
    const on = reached < from ? from : reached;
    if (until === null || on < until) return { on, principal };
  }
  return undefined;
}

/** When the plan was charged off, and what of its principal was given up. */
export function chargedOff(stands: readonly Stand[]): Reached | undefined {
  const stand = stands.find(({ isChargedOff }) => isChargedOff);
  return stand && { on: stand.from, principal: stand.principal };
}
