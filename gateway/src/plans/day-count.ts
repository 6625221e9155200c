import { type CalendarDate, civilOf, daysBetween, isLeapYear } from '../lib/dates.ts';
import { divideHalfEven } from '../lib/money.ts';
import type { DayCount } from './terms.ts';

/** Parts of a year are whole numbers of `1 / yearUnits`, so that interest is exact until it is rounded once. */
export const yearUnits: Record<DayCount, number> = {
  '30/360': 360,
  'actual/365': 365,
  'actual/actual': 365 * 366,
};

const unitsBetween: Record<DayCount, (from: CalendarDate, to: CalendarDate) => number> = {
  '30/360': thirtyDayMonths,
  'actual/365': daysBetween,
  'actual/actual': daysOfYears,
};

/**
 * One interest period: from the date on which the one before it ends until the agreed date of its installment.
 * `wholeMonths` is set where it is so many months by the calendar's cadence; they count by 30/360 as twelfths of a
 * year, whatever days they have.
 */
export type Period = { from: CalendarDate; until: CalendarDate; wholeMonths: number | undefined };

/** The part of a year, in `yearUnits`, that lies between `from` and `to`, both within the period. */
export function unitsWithin(
  dayCount: DayCount,
  period: Period,
  { from, to }: { from: CalendarDate; to: CalendarDate },
): number {
  return unitsUntil(dayCount, period, to) - unitsUntil(dayCount, period, from);
}

/** `balance` times a yearly rate in millionths times a part of a year, rounded half to even to the minor unit. */
export function interestOn(balance: bigint, ratePpm: number, units: number, dayCount: DayCount): bigint {
  if (balance === 0n || ratePpm === 0 || units === 0) return 0n;
  return divideHalfEven(balance * BigInt(ratePpm) * BigInt(units), BigInt(yearUnits[dayCount]) * 1_000_000n);
}

function unitsUntil(dayCount: DayCount, { from, until, wholeMonths }: Period, date: CalendarDate): number {
  if (date <= from) return 0;
  if (dayCount !== '30/360' || wholeMonths === undefined) return unitsBetween[dayCount](from, date);
  const whole = 30 * wholeMonths;
  return date >= until ? whole : Math.min(whole, thirtyDayMonths(from, date));
}

/** 30E/360, ISDA 2006 section 4.16(g): every month has 30 days, and the 31st is the 30th. */
function thirtyDayMonths(from: CalendarDate, to: CalendarDate): number {
  const [start, end] = [civilOf(from), civilOf(to)];
  const months = (end.year - start.year) * 12 + (end.month - start.month);
  return months * 30 + Math.min(end.day, 30) - Math.min(start.day, 30);
}

/** Actual/actual, ISDA 2006 section 4.16(b): days of a leap year are 366ths of it, others 365ths. */
function daysOfYears(from: CalendarDate, to: CalendarDate): number {
  let units = 0;
  let start = from;
  while (start < to) {
    const { year } = civilOf(start);
    const nextYear = `${String(year + 1).padStart(4, '0')}-01-01`;
    const end = nextYear < to ? nextYear : to;
    units += daysBetween(start, end) * (isLeapYear(year) ? 365 : 366);
    start = end;
  }
  return units;
}
