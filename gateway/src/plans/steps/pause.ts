import { addDays, type CalendarDate, daysBetween } from '../../lib/dates.ts';
import { owes } from '../scheduled.ts';
import type { PlanState, Slot } from '../state.ts';

/**
 * The dues stand still from `onDate`. When one of them would fall before `until`, or is overdue, all that are unpaid
 * or not yet due move by the length of the pause, so that days past due stand still as well. Interest has its own
 * calendar, which does not move: a pause costs nothing. A pause while one is on changes its end.
 */
export function pauseDues(
  state: PlanState,
  { onDate, until }: { onDate: CalendarDate; until: CalendarDate },
): void {
  if (until < onDate) throw new RangeError(`a pause on ${onDate} until ${until}`);
  state.pause = { ...(state.pause ?? newPause(state, onDate)), until };
  movePaused(state, until);
}

/** The pause ends: the dues have moved by the days that it lasted, whatever was expected. */
export function resumeDues(state: PlanState, { onDate }: { onDate: CalendarDate }): void {
  if (!state.pause) throw new RangeError('the dues are not paused');
  state.movedDays += movePaused(state, onDate);
  endPause(state);
}

/** Forgets the pause that is on and leaves the due dates where they are. */
export function endPause(state: PlanState): void {
  for (const slot of state.slots) {
    slot.dueOn = addDays(slot.dueOn, slot.pausedDays);
    slot.pausedDays = 0;
  }
  state.pause = undefined;
}

/** Moves an appended installment as far as the pauses before it and the one that is on moved the others. */
export function moveWithPause(state: PlanState, slot: Slot): void {
  slot.dueOn = addDays(slot.dueOn, state.movedDays);
  if (!state.pause) return;
  state.pause.slots.push(slot);
  movePaused(state, state.pause.until);
}

/** Takes an installment that is owed again into the pause that is on, as one that was owed when it began. */
export function oweInPause(state: PlanState, slot: Slot): void {
  const { pause } = state;
  if (!pause) return;
  if (slot.dueOn < pause.from) slot.dueOn = pause.from;
  if (!pause.slots.includes(slot)) pause.slots.push(slot);
  if (pause.firstDue === undefined || slot.dueOn < pause.firstDue) pause.firstDue = slot.dueOn;
  movePaused(state, pause.until);
}

function newPause(state: PlanState, from: CalendarDate): Omit<NonNullable<PlanState['pause']>, 'until'> {
  const owing = new Set(state.slots.filter((slot) => owes(slot)));
  const dues = [...owing].map(({ dueOn }) => dueOn).toSorted();
  const slots = state.slots.filter((slot) => owing.has(slot) || slot.dueOn > from);
  return { from, slots, firstDue: dues[0] };
}

/** Moves the dues of the pause that is on as if it ended at `end`; returns by how many days. */
function movePaused({ pause }: PlanState, end: CalendarDate): number {
  if (!pause) return 0;
  const days = pause.firstDue !== undefined && pause.firstDue < end ? daysBetween(pause.from, end) : 0;
  for (const slot of pause.slots) slot.pausedDays = days;
  return days;
}
