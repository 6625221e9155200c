import type { CalendarDate } from '../../lib/dates.ts';
import { sum } from '../../lib/money.ts';
import { owes } from '../scheduled.ts';
import { endSegment } from '../segments.ts';
import { dueDateOfSlot, type PlanState, type Slot, slotOf } from '../state.ts';
import { oweInPause } from './pause.ts';

/**
 * A repayment was taken back: what it had paid of each installment is owed again, of nothing else and nothing more. What
 * was paid after it stays where it went. Principal whose agreed date lies ahead bears interest again from this day; for
 * the days on which it stood as paid nothing is asked, because nobody was told that it was not.
 *
 * An installment that was paid in full and whose date has passed falls due on this day, and what a pause holds falls due
 * after it: nobody is late from one day to the next. One that owed something beside what was taken back keeps its date.
 *
 * Throws a RangeError when the `entry`-th entry is no repayment, was taken back before, or had paid another amount.
 */
export function takeBack(
  state: PlanState,
  { entry, amount, onDate }: { entry: number; amount: bigint; onDate: CalendarDate },
): void {
  const parts = state.repaid.get(entry);
  if (!parts) throw new RangeError(`entry ${entry} paid nothing that could be taken back`);
  const paid = sum(parts.map(({ fee, interest, principal }) => fee + interest + principal));
  if (paid !== amount) throw new RangeError(`${amount} taken back of entry ${entry}, which paid ${paid}`);
  state.repaid.delete(entry);
  const isAhead = parts.some(
    ({ number, principal }) => principal > 0n && slotOf(state, number).period.until > onDate,
  );
  if (isAhead) endSegment(state, onDate);
  for (const { number, fee, interest, principal } of parts) {
    const slot = slotOf(state, number);
    const owedBefore = owes(slot);
    slot.paidFee -= fee;
    slot.paidInterest -= interest;
    slot.paidPrincipal -= principal;
    if (!owedBefore) fallDueAgain(state, slot, onDate);
  }
}

function fallDueAgain(state: PlanState, slot: Slot, onDate: CalendarDate): void {
  if (state.pause) return oweInPause(state, slot);
  if (dueDateOfSlot(slot) < onDate) slot.dueOn = onDate;
}
