import type { CalendarDate } from '../../lib/dates.ts';
import { owes } from '../scheduled.ts';
import { dueDateOfSlot, type PlanState, slotOf } from '../state.ts';

/**
 * One installment that is not paid gets a later date, at no charge. It is a date that the shopper chose: a pause that is
 * on moves it no more. Throws a RangeError for an installment that owes nothing and for a date that is not later.
 */
export function rescheduleDue(
  state: PlanState,
  { number, dueDate }: { number: number; dueDate: CalendarDate },
): void {
  const slot = slotOf(state, number);
  if (!owes(slot)) throw new RangeError(`installment ${number} owes nothing`);
  if (dueDate <= dueDateOfSlot(slot))
    throw new RangeError(`${dueDate} is not later than ${dueDateOfSlot(slot)}`);
  slot.dueOn = dueDate;
  slot.pausedDays = 0;
  if (state.pause) state.pause.slots = state.pause.slots.filter((paused) => paused !== slot);
}
