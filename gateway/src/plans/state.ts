import { addDays, type CalendarDate, type Offset } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import type { AllocationPart } from './allocation.ts';
import type { Period } from './day-count.ts';
import type { PlanSnapshot } from './snapshot.ts';
import type { InterestTerms } from './terms.ts';

/** An installment while the log is read. Amounts are minor units. */
export type Slot = {
  number: number;
  /** Where its agreed date stands in the calendar. */
  offset: Offset;
  /** The interest period that ends on the agreed date, which no pause and no new due date moves. */
  period: Period;
  /** The due date without the days of a pause that is on, and those days. */
  dueOn: CalendarDate;
  pausedDays: number;
  /** What it may come to by the agreement: principal and interest where the amounts are level, else the principal. */
  limit: bigint;
  principal: bigint;
  paidPrincipal: bigint;
  /** Interest of segments that are over, less what refunds canceled. */
  earned: bigint;
  paidInterest: bigint;
  fee: bigint;
  paidFee: bigint;
  /** A hardship arrangement put others in its place: nothing more falls due here. */
  replaced: boolean;
};

/** A time of one balance within one period. It is rounded once, so only what changes the balance ends a segment. */
export type Segment = {
  slot: Slot;
  from: CalendarDate;
  to: CalendarDate;
  /** Whether it reaches the end of its period. */
  complete: boolean;
  balance: bigint;
  terms: InterestTerms;
  units: number;
  /** What the shopper pays for it, and what the merchant pays. */
  interest: bigint;
  subsidised: bigint;
  /** How much of the balance was refunded since it was over, and what interest that returned. */
  refunded: bigint;
  returned: bigint;
};

export type Pause = {
  from: CalendarDate;
  until: CalendarDate;
  /** What it moves, and the earliest date of those that owed something when it began. */
  slots: Slot[];
  firstDue: CalendarDate | undefined;
};

/** What bears interest. */
export type Debt = {
  /** Those of the agreement until a hardship arrangement; of an interest-free plan the rates are 0. */
  terms: InterestTerms;
  slots: Slot[];
  /** Where the segment begins that is not over. */
  earnedUntil: CalendarDate;
};

/** A plan after some of its log. It belongs to the one reading of the log that made it, which changes it in place. */
export type PlanState = Debt & {
  snapshot: PlanSnapshot;
  /** From where the dates of appended installments are counted. */
  calendar: { startsOn: CalendarDate; first: Offset; repaymentDay: number | undefined };
  /** By how many days pauses have moved what is appended. */
  movedDays: number;
  /** What an appended installment may come to. */
  appendLimit: bigint;
  captured: bigint;
  /** The date of the last entry. */
  enteredOn: CalendarDate;
  /** Those that are over. */
  segments: Segment[];
  /** What each repayment paid, by its place in the log counted from 1, unless it was taken back. */
  repaid: Map<number, readonly AllocationPart[]>;
  returnedInterest: bigint;
  pause: Pause | undefined;
  hardship: boolean;
  chargedOff: boolean;
};

export const interestFree: InterestTerms = {
  annual_rate_ppm: 0,
  shopper_rate_ppm: 0,
  method: 'equal_principal',
  day_count: '30/360',
};

export function termsOf(snapshot: PlanSnapshot): InterestTerms {
  return snapshot.interest ?? interestFree;
}

/** Whether the installments are level with their interest in them; without interest equal principal is level too. */
export function isLevel(terms: InterestTerms): boolean {
  return terms.method === 'annuity' && terms.shopper_rate_ppm > 0;
}

export function dueDateOfSlot(slot: Slot): CalendarDate {
  return slot.pausedDays === 0 ? slot.dueOn : addDays(slot.dueOn, slot.pausedDays);
}

export function unpaidPrincipal(slot: Slot): bigint {
  return slot.principal - slot.paidPrincipal;
}

/** Of the segments that are over; what is earned since is not in it. */
export function unpaidInterest(slot: Slot): bigint {
  return slot.earned - slot.paidInterest;
}

export function unpaidFee(slot: Slot): bigint {
  return slot.fee - slot.paidFee;
}

export function principalOf(slots: readonly Slot[]): bigint {
  return sum(slots.map(unpaidPrincipal));
}

/** The installments whose agreed date lies after `date`: their principal bears interest. */
export function slotsAfter({ slots }: Debt, date: CalendarDate): Slot[] {
  return slots.filter((slot) => !slot.replaced && slot.period.until > date);
}

/** The installment with this number; a RangeError when there is none. */
export function slotOf(state: PlanState, number: number): Slot {
  const slot = state.slots[number - 1];
  if (!slot) throw new RangeError(`there is no installment ${number}`);
  return slot;
}
