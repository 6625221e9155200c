import type { CalendarDate } from '../../lib/dates.ts';
import { maxOf, minOf } from '../../lib/money.ts';
import { addOffsets, dueDateOf } from '../calendar.ts';
import { fillLevel } from '../placement.ts';
import { endSegment } from '../segments.ts';
import { fillInOrder } from '../spread.ts';
import { isLevel, type PlanState, principalOf, type Slot, slotsAfter } from '../state.ts';
import { moveWithPause } from './pause.ts';
import { emptySlot, wholeMonthsBetween } from './start.ts';

/**
 * A later capture fills the installments whose agreed date lies after its own up to their agreed amounts, the earliest
 * first (money.md rule 2). One that is agreed for that day keeps its amount, because it is being collected. What does
 * not fit is appended. It bears interest from its own date.
 *
 * It also fills what a refund shortened or what was paid ahead of its date: the dates and amounts were agreed to.
 */
export function addCapture(
  state: PlanState,
  { amount, onDate }: { amount: bigint; onDate: CalendarDate },
): void {
  const { financed } = state.snapshot;
  state.captured += amount;
  if (state.captured > financed) throw new RangeError(`captured ${state.captured} of ${financed} financed`);
  endSegment(state, onDate);
  appendDebt(state, { amount: fillAgreed(state, amount, onDate), after: onDate });
}

function fillAgreed(state: PlanState, amount: bigint, onDate: CalendarDate): bigint {
  const open = slotsAfter(state, onDate);
  if (isLevel(state.terms)) {
    const limits = open.map((slot) => maxOf(slot.limit - slot.paidPrincipal - slot.paidInterest, 0n));
    return fillLevel(state, { slots: open, amount: principalOf(open) + amount, limits, restTo: 'caller' });
  }
  const { parts, left } = fillInOrder(
    amount,
    open.map((slot) => maxOf(slot.limit - slot.principal, 0n)),
  );
  for (const [index, slot] of open.entries()) slot.principal += parts[index] ?? 0n;
  return left;
}

/**
 * Appends installments at the plan's cadence until `amount` is placed, none above the regular agreed amount and none
 * due before the shopper could know of it: dates of the cadence that have passed are left out.
 */
function appendDebt(state: PlanState, input: { amount: bigint; after: CalendarDate }): void {
  const { slots, appendLimit } = state;
  let { amount: left } = input;
  let offset = slots.at(-1)?.offset ?? {};
  while (left > 0n) {
    offset = addOffsets(offset, state.snapshot.cadence);
    const dueDate = dueDateOf({ ...state.calendar, offset });
    if (dueDate <= input.after) continue;
    const slot = appendedSlot(slots, offset, dueDate);
    slot.limit = appendLimit;
    slots.push(slot);
    moveWithPause(state, slot);
    left = placeIn(state, slot, left);
  }
}

/** What fits into an appended installment; all of it where that would be nothing, because the debt has to end. */
function placeIn(state: PlanState, slot: Slot, amount: bigint): bigint {
  const one = { slots: [slot], amount, limits: [slot.limit] };
  if (isLevel(state.terms)) fillLevel(state, { ...one, restTo: 'caller' });
  else slot.principal = minOf(amount, slot.limit);
  if (slot.principal === 0n) slot.principal = amount;
  return amount - slot.principal;
}

function appendedSlot(slots: readonly Slot[], offset: Slot['offset'], dueDate: CalendarDate): Slot {
  const last = slots.at(-1);
  return emptySlot({
    number: slots.length + 1,
    offset,
    period: {
      from: last?.period.until ?? dueDate,
      until: dueDate,
      wholeMonths: wholeMonthsBetween(last?.offset ?? {}, offset),
    },
  });
}
