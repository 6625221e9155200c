import type { CalendarDate } from '../lib/dates.ts';
import { interestOn, unitsWithin } from './day-count.ts';
import {
  type Debt,
  type PlanState,
  principalOf,
  type Segment,
  type Slot,
  slotsAfter,
  unpaidPrincipal,
} from './state.ts';

/**
 * The segments that follow what is already earned, until `to` or to the end of the calendar. Principal bears interest
 * until its agreed date, paid or not by then: what is overdue bears none, so these do not depend on whether dues are
 * paid on their dates.
 */
export function segmentsAhead(debt: Debt, to?: CalendarDate): Segment[] {
  const { terms, earnedUntil } = debt;
  if (terms.annual_rate_ppm === 0) return [];
  const slots = slotsAfter(debt, earnedUntil);
  let balance = principalOf(slots);
  const segments: Segment[] = [];
  for (const [index, slot] of slots.entries()) {
    const { period } = slot;
    const from = period.from > earnedUntil ? period.from : earnedUntil;
    const until = to === undefined || period.until < to ? period.until : to;
    if (balance === 0n || until <= from) break;
    const units = unitsWithin(terms.day_count, period, { from, to: until });
    segments.push({
      slot: askingSlot(slots, index),
      from,
      to: until,
      complete: until === period.until,
      balance,
      terms,
      units,
      interest: interestOn(balance, terms.shopper_rate_ppm, units, terms.day_count),
      subsidised: interestOn(balance, terms.annual_rate_ppm - terms.shopper_rate_ppm, units, terms.day_count),
      refunded: 0n,
      returned: 0n,
    });
    balance -= unpaidPrincipal(slot);
  }
  return segments;
}

/** Counts as earned the segments of periods that are over by `date`. */
export function earnPeriods(state: PlanState, date: CalendarDate): void {
  for (const segment of segmentsAhead(state, date)) if (segment.complete) earn(state, segment);
}

/** Ends the segment at `date`, because the balance changes there. */
export function endSegment(state: PlanState, date: CalendarDate): void {
  for (const segment of segmentsAhead(state, date)) earn(state, segment);
  if (date > state.earnedUntil) state.earnedUntil = date;
}

function earn(state: PlanState, segment: Segment): void {
  segment.slot.earned += segment.interest;
  state.segments.push(segment);
  state.earnedUntil = segment.to;
}

/** What of `segments` is asked with each installment, by its number. */
export function interestBySlot(segments: readonly Segment[]): Map<number, bigint> {
  const asked = new Map<number, bigint>();
  for (const { slot, interest } of segments)
    asked.set(slot.number, (asked.get(slot.number) ?? 0n) + interest);
  return asked;
}

/** The interest of a period falls due with its installment, or with the next whose principal is not prepaid. */
function askingSlot(slots: readonly Slot[], index: number): Slot {
  const asking = slots.slice(index).find((slot) => unpaidPrincipal(slot) > 0n);
  if (!asking) throw new RangeError('there is a balance without an installment');
  return asking;
}
