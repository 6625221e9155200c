import type { CalendarDate, Offset } from '../lib/dates.ts';
import { repeatCadence } from './calendar.ts';
import { spreadNew } from './placement.ts';
import { segmentsAhead } from './segments.ts';
import { interestFree } from './state.ts';
import { newSlots } from './steps/start.ts';
import type { InterestTerms } from './terms.ts';

/** One due date of a schedule that is only planned. Amounts are minor units. */
export type ProjectedInstallment = {
  number: number;
  offset: Offset;
  dueDate: CalendarDate;
  principal: bigint;
  /** What the shopper pays for the period that ends on the due date. */
  interest: bigint;
  /** What the merchant pays for it. */
  subsidised: bigint;
};

export type ProjectionInput = {
  /** What is financed; positive. */
  amount: bigint;
  /** Without them the plan is interest-free. */
  terms?: InterestTerms | undefined;
  /** The day of the capture, from which interest runs. */
  startsOn: CalendarDate;
  periods: number;
  cadence: Offset;
  /** The day of the month (1 to 28) on which installments fall due. */
  repaymentDay?: number | undefined;
  /** Distances from `startsOn`, one for each period; the first cadence after it, and so on, where they are absent. */
  offsets?: readonly Offset[] | undefined;
};

/** The schedule of an offer: what a plan would ask for if everything was captured on `startsOn` and paid on its dates. */
export function projectSchedule(input: ProjectionInput): ProjectedInstallment[] {
  const { amount, terms = interestFree, startsOn, periods, cadence, repaymentDay } = input;
  const offsets =
    input.offsets ?? Array.from({ length: periods }, (_, index) => repeatCadence(cadence, index + 1));
  const slots = newSlots({ startsOn, offsets, repaymentDay, firstNumber: 1 });
  const debt = { terms, slots, earnedUntil: startsOn };
  spreadNew(debt, slots, amount);
  const segments = segmentsAhead(debt);
  return slots.map(({ number, offset, dueOn, principal }) => {
    const own = segments.filter(({ slot }) => slot.number === number);
    return {
      number,
      offset,
      dueDate: dueOn,
      principal,
      interest: own.reduce((sum, { interest }) => sum + interest, 0n),
      subsidised: own.reduce((sum, { subsidised }) => sum + subsidised, 0n),
    };
  });
}
