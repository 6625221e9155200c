import { type CalendarDate, daysBetween } from '../lib/dates.ts';
import type { Flow } from './apr.ts';
import type { PlanEntry } from './entry.ts';
import { euInterval, euPeriodOf } from './intervals.ts';
import { lateFeeFor, rulesFor } from './markets.ts';
import { positionOn } from './position.ts';
import { refundEffect } from './refund-effect.ts';
import { type ScheduledInstallment, scheduleOf } from './schedule.ts';
import type { PlanSnapshot } from './snapshot.ts';
import { statusOf } from './status.ts';

/** A fee for one missed installment, in minor units. */
export type LateFee = { number: number; amount: bigint };

/**
 * The late fees that a plan is to be charged on `today`: one for each installment that is past due for longer than the
 * agreed days of grace, and that was never charged one before. Nothing where no late fee was agreed, after a hardship
 * arrangement, while the dues are paused, or where the market's ceiling of all costs leaves no room.
 */
export function lateFeesOn(
  snapshot: PlanSnapshot,
  log: readonly PlanEntry[],
  today: CalendarDate,
): LateFee[] {
  const { late_fee: terms } = snapshot;
  if (!terms || log.some(({ kind }) => kind === 'hardship' || kind === 'charge_off')) return [];
  const charged = new Set(log.flatMap((entry) => (entry.kind === 'late_fee' ? [entry.number] : [])));
  const missed = scheduleOf(snapshot, log).filter(
    (item) =>
      !charged.has(item.number) &&
      !item.pausedUntil &&
      statusOf(item, today) === 'overdue' &&
      daysBetween(item.dueDate, today) > terms.grace_days,
  );
  const entries = [...log];
  const fees: LateFee[] = [];
  for (const item of missed) {
    const amount = feeFor(snapshot, { terms, log: entries, item, today });
    if (amount === 0n) continue;
    fees.push({ number: item.number, amount });
    // What one fee takes of the room under the ceiling is not there for the next.
    entries.push({ kind: 'late_fee', number: item.number, amount, onDate: today });
  }
  return fees;
}

function feeFor(
  snapshot: PlanSnapshot,
  input: {
    terms: NonNullable<PlanSnapshot['late_fee']>;
    log: readonly PlanEntry[];
    item: ScheduledInstallment;
    today: CalendarDate;
  },
): bigint {
  const { terms, log, item, today } = input;
  const rules = rulesFor(snapshot.market ?? 'EU', snapshot.agreed_on);
  const years = yearsOf(snapshot, log);
  return lateFeeFor({
    rules,
    terms,
    installmentAmount: item.principal + item.interest,
    flows: flowsSoFar(snapshot, log, today),
    years: years(today),
  });
}

/**
 * What a plan has given and taken by its log, and what it still takes by its schedule, what is overdue on `today`: the
 * flows of which the yearly cost is reckoned, in minor units. Goods that come back are taken for a payment of what they
 * cancel.
 */
export function flowsSoFar(snapshot: PlanSnapshot, log: readonly PlanEntry[], today: CalendarDate): Flow[] {
  const years = yearsOf(snapshot, log);
  const past = log.flatMap((entry, index): Flow[] => {
    const amount = givenBy(snapshot, log.slice(0, index), entry);
    return amount === 0n ? [] : [{ amount, years: years(entry.onDate) }];
  });
  const ahead = positionOn(snapshot, log, today).installments.flatMap((item): Flow[] => {
    const open = item.amount - item.paidAmount;
    const onDate = item.dueDate < today ? today : item.dueDate;
    return open === 0n ? [] : [{ amount: -open, years: years(onDate) }];
  });
  return [...past, ...ahead];
}

/** What an entry gives the shopper, negative for what it takes. */
function givenBy(snapshot: PlanSnapshot, before: readonly PlanEntry[], entry: PlanEntry): bigint {
  switch (entry.kind) {
    case 'capture':
    case 'charge_back':
      return entry.amount;
    case 'repayment':
      return -entry.amount;
    case 'refund': {
      const { principalOff, interestToShopper } = refundEffect(snapshot, before, entry);
      return interestToShopper - principalOff;
    }
    case 'late_fee':
    case 'fee_waived':
    case 'pause':
    case 'resume':
    case 'reschedule':
    case 'hardship':
    case 'charge_off':
    default:
      return 0n;
  }
}

function yearsOf(snapshot: PlanSnapshot, log: readonly PlanEntry[]): (date: CalendarDate) => number {
  const startsOn = log[0]?.onDate ?? snapshot.agreed_on;
  const period = euPeriodOf(snapshot.cadence);
  return (date) => euInterval(startsOn, date, period).years;
}
