import type { CalendarDate } from '../../lib/dates.ts';
import { sum } from '../../lib/money.ts';
import { repeatCadence } from '../calendar.ts';
import { spreadNew } from '../placement.ts';
import { endSegment, interestBySlot, segmentsAhead } from '../segments.ts';
import { isLevel, type PlanState, principalOf, type Slot, unpaidFee, unpaidInterest } from '../state.ts';
import { endPause } from './pause.ts';
import { newSlots } from './start.ts';

type Arrangement = { onDate: CalendarDate; periods: number; startsOn: CalendarDate; shopperRatePpm: number };

/**
 * What is unpaid, overdue or not, is spread anew over `periods` installments at the plan's cadence from `startsOn`, at
 * a rate of at most the agreed one; the merchant pays no interest any more. Interest and fees that are owed already
 * fall due with the first of them. The old ones keep what was paid of them and nothing else.
 */
export function arrangeHardship(state: PlanState, entry: Arrangement): void {
  requirePossible(state, entry);
  const { onDate, periods, startsOn, shopperRatePpm } = entry;
  endSegment(state, onDate);
  if (state.pause) endPause(state);
  const principal = principalOf(state.slots);
  const interest = sum(state.slots.map(unpaidInterest));
  const fee = sum(state.slots.map(unpaidFee));
  if (principal + interest + fee === 0n) throw new RangeError('there is nothing to spread anew');
  for (const slot of state.slots) replace(slot);
  const { cadence } = state.snapshot;
  const offsets = Array.from({ length: periods }, (_, index) => repeatCadence(cadence, index));
  const slots = newSlots({ startsOn, offsets, firstNumber: state.slots.length + 1 });
  const [first] = slots;
  if (first) {
    first.period = { from: onDate, until: startsOn, wholeMonths: undefined };
    first.earned = interest;
    first.fee = fee;
  }
  state.terms = { ...state.terms, annual_rate_ppm: shopperRatePpm, shopper_rate_ppm: shopperRatePpm };
  state.calendar = { startsOn, first: offsets[0] ?? {}, repaymentDay: undefined };
  state.movedDays = 0;
  state.hardship = true;
  state.slots.push(...slots);
  spreadNew(state, slots, principal);
  agreeTo(state, slots);
}

function requirePossible(state: PlanState, { onDate, periods, startsOn, shopperRatePpm }: Arrangement): void {
  const agreed = state.terms.shopper_rate_ppm;
  if (!Number.isInteger(periods) || periods < 1) throw new RangeError(`${periods} periods`);
  if (startsOn <= onDate) throw new RangeError(`an arrangement on ${onDate} that starts on ${startsOn}`);
  if (shopperRatePpm < 0 || shopperRatePpm > agreed)
    throw new RangeError(`a rate of ${shopperRatePpm} where ${agreed} was agreed`);
}

function replace(slot: Slot): void {
  slot.principal = slot.paidPrincipal;
  slot.earned = slot.paidInterest;
  slot.fee = slot.paidFee;
  slot.replaced = true;
}

/** A later capture is appended: what each installment asks now is what it may come to. */
function agreeTo(state: PlanState, slots: readonly Slot[]): void {
  const ahead = interestBySlot(segmentsAhead(state));
  for (const slot of slots) {
    const interest = isLevel(state.terms) ? slot.earned + (ahead.get(slot.number) ?? 0n) : 0n;
    slot.limit = slot.principal + interest;
  }
}
