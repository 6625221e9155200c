import type { CalendarDate } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import type { PlanEntry } from './entry.ts';
import { comeTo, replay } from './replay.ts';
import { owedOf } from './schedule.ts';
import { installmentsOf, type ScheduledInstallment } from './scheduled.ts';
import type { PlanSnapshot } from './snapshot.ts';
import { allocationOf, repay } from './steps/repayment.ts';

/** What a repayment does, with the schedule before and after it. Amounts are minor units. */
export type RepaymentEffect = {
  /** What of it pays which kind of debt, and what is more than is owed. */
  fee: bigint;
  interest: bigint;
  principal: bigint;
  left: bigint;
  /** The interest of the schedule before that will never be asked for; by rounding it may be -1. */
  interestSaved: bigint;
  before: ScheduledInstallment[];
  after: ScheduledInstallment[];
};

/**
 * What a repayment of `amount` on the business date `onDate` would do to a plan, entered or not. Throws a RangeError for
 * an amount that is not positive, before the first capture, and for a date before the last entry.
 */
export function repaymentEffect(
  snapshot: PlanSnapshot,
  log: readonly PlanEntry[],
  input: { amount: bigint; onDate: CalendarDate },
): RepaymentEffect {
  const state = replay(snapshot, log);
  if (!state) throw new RangeError('a plan cannot start with a repayment');
  comeTo(state, input.onDate);
  const before = installmentsOf(state);
  const { parts, left } = allocationOf(state, input);
  repay(state, input, log.length + 1);
  const after = installmentsOf(state);
  return {
    fee: sum(parts.map(({ fee }) => fee)),
    interest: sum(parts.map(({ interest }) => interest)),
    principal: sum(parts.map(({ principal }) => principal)),
    left,
    interestSaved: owedOf(before) - owedOf(after) - (input.amount - left),
    before,
    after,
  };
}
