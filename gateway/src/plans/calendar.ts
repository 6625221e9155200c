import { addDays, addOffset, type CalendarDate, civilOf, type Offset } from '../lib/dates.ts';

/** A first due date that would come sooner than this after the first capture is left out. */
const shortestFirstPeriodDays = 15;

/**
 * The due dates of installments at `offsets` from the first capture. With a `repaymentDay` (1 to 28) they are that day
 * of the month: the first such day at least 15 days after the capture, and then as many months on as the offsets are
 * apart, so that only the first period is irregular.
 */
export function dueDatesOf(input: {
  startsOn: CalendarDate;
  offsets: readonly Offset[];
  repaymentDay?: number;
}): CalendarDate[] {
  const { startsOn, offsets, repaymentDay } = input;
  return offsets.map((offset) => dueDateOf({ startsOn, first: offsets[0] ?? {}, offset, repaymentDay }));
}

/** The due date at `offset` of a calendar whose first installment has the offset `first`. */
export function dueDateOf(input: {
  startsOn: CalendarDate;
  first: Offset;
  offset: Offset;
  repaymentDay: number | undefined;
}): CalendarDate {
  const { startsOn, first, offset, repaymentDay } = input;
  if (repaymentDay === undefined) return addOffset(startsOn, offset);
  const months = (offset.months ?? 0) - (first.months ?? 0);
  return addOffset(firstRepaymentDay(startsOn, repaymentDay), { months, days: offset.days ?? 0 });
}

/** Offsets count from the first capture, so that a month's end does not wander: 31 Jan, 28 Feb, 31 Mar. */
export function addOffsets(a: Offset, b: Offset): Offset {
  return { months: (a.months ?? 0) + (b.months ?? 0), days: (a.days ?? 0) + (b.days ?? 0) };
}

/** `cadence` so many times, written with its own unit only. */
export function repeatCadence(cadence: Offset, times: number): Offset {
  return cadence.months === undefined
    ? { days: (cadence.days ?? 0) * times }
    : { months: cadence.months * times };
}

function firstRepaymentDay(startsOn: CalendarDate, repaymentDay: number): CalendarDate {
  const earliest = addDays(startsOn, shortestFirstPeriodDays);
  const inMonth = `${earliest.slice(0, 8)}${String(repaymentDay).padStart(2, '0')}`;
  return civilOf(earliest).day <= repaymentDay ? inMonth : addOffset(inMonth, { months: 1 });
}
