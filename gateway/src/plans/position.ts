import type { CalendarDate } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import type { Allocation } from './allocation.ts';
import type { PlanEntry } from './entry.ts';
import { comeTo, replay } from './replay.ts';
import { installmentsOf, type ScheduledInstallment } from './scheduled.ts';
import { segmentsAhead } from './segments.ts';
import type { PlanSnapshot } from './snapshot.ts';
import { principalOf, type Segment, unpaidFee, unpaidInterest } from './state.ts';
import { allocationOf } from './steps/repayment.ts';

/** Where a plan stands on a date. Amounts are minor units. */
export type PlanPosition = {
  /** What paying everything off on the date costs: `interest` is what is earned by then and not paid. */
  principal: bigint;
  interest: bigint;
  fee: bigint;
  total: bigint;
  /** Ever earned until the date, with nothing taken off for what refunds returned; it never falls. */
  earned: { interest: bigint; subsidised: bigint };
  /** What refunds returned of `earned.interest` so far. */
  returnedInterest: bigint;
  /** What the merchant pays of the interest in all, earned and still to be earned by the schedule. */
  expectedSubsidy: bigint;
  installments: ScheduledInstallment[];
};

/** The plan on the business date `onDate`, after the entries until then; nothing before the first capture. */
export function positionOn(
  snapshot: PlanSnapshot,
  log: readonly PlanEntry[],
  onDate: CalendarDate,
): PlanPosition {
  const state = replay(
    snapshot,
    log.filter((entry) => entry.onDate <= onDate),
  );
  if (!state) return nothingOwed;
  comeTo(state, onDate);
  const over = state.segments;
  const earning = segmentsAhead(state, onDate);
  const principal = principalOf(state.slots);
  const interest = sum(state.slots.map(unpaidInterest)) + interestIn(earning);
  const fee = sum(state.slots.map(unpaidFee));
  return {
    principal,
    interest,
    fee,
    total: principal + interest + fee,
    earned: {
      interest: interestIn(over) + interestIn(earning),
      subsidised: subsidyIn(over) + subsidyIn(earning),
    },
    returnedInterest: state.returnedInterest,
    expectedSubsidy: subsidyIn(over) + subsidyIn(segmentsAhead(state)),
    installments: installmentsOf(state),
  };
}

/**
 * What a repayment of `amount` on the business date `onDate` would pay; what it leaves is more than paying everything
 * off costs. Throws a RangeError for an amount that is not positive and for a date before the last entry.
 */
export function allocateOn(
  snapshot: PlanSnapshot,
  log: readonly PlanEntry[],
  input: { amount: bigint; onDate: CalendarDate },
): Allocation {
  const state = replay(snapshot, log);
  if (!state) return { parts: [], left: input.amount };
  comeTo(state, input.onDate);
  return allocationOf(state, input);
}

const nothingOwed: PlanPosition = {
  principal: 0n,
  interest: 0n,
  fee: 0n,
  total: 0n,
  earned: { interest: 0n, subsidised: 0n },
  returnedInterest: 0n,
  expectedSubsidy: 0n,
  installments: [],
};

function interestIn(segments: readonly Segment[]): bigint {
  return sum(segments.map(({ interest }) => interest));
}

function subsidyIn(segments: readonly Segment[]): bigint {
  return sum(segments.map(({ subsidised }) => subsidised));
}
