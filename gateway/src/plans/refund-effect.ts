import type { CalendarDate } from '../lib/dates.ts';
import type { PlanEntry } from './entry.ts';
import { comeTo, replay } from './replay.ts';
import { installmentsOf, type ScheduledInstallment } from './scheduled.ts';
import type { PlanSnapshot } from './snapshot.ts';
import { refundGoods, type RefundParts } from './steps/refund.ts';

/** What a refund does, with the schedule before and after it. */
export type RefundEffect = RefundParts & {
  before: ScheduledInstallment[];
  after: ScheduledInstallment[];
};

/**
 * What a refund of goods for `amount` on the business date `onDate` would do to a plan, entered or not. Throws a
 * RangeError for an amount that is not positive, before the first capture, and for a date before the last entry.
 */
export function refundEffect(
  snapshot: PlanSnapshot,
  log: readonly PlanEntry[],
  input: { amount: bigint; onDate: CalendarDate },
): RefundEffect {
  if (input.amount <= 0n) throw new RangeError(`a refund of ${input.amount}`);
  const state = replay(snapshot, log);
  if (!state) throw new RangeError('a plan cannot start with a refund');
  comeTo(state, input.onDate);
  const before = installmentsOf(state);
  const parts = refundGoods(state, input);
  return { ...parts, before, after: installmentsOf(state) };
}
