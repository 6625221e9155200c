import {
  addToCivil,
  type CalendarDate,
  type Civil,
  civilOf,
  dayNumberOf,
  type Offset,
} from '../lib/dates.ts';

export type EuPeriod = 'year' | 'month' | 'week';

export type EuInterval = {
  /** Whole periods, of which `periodsPerYear` make a year. */
  periods: number;
  periodsPerYear: number;
  /** The days left before them, over the days of the year that ends with the last of these days. */
  days: number;
  daysInYear: number;
  /** `periods / periodsPerYear + days / daysInYear`. */
  years: number;
};

const periodsPerYear: Record<EuPeriod, number> = { year: 1, month: 12, week: 52 };

/**
 * The time between two dates by Directive (EU) 2023/2225, Annex III, remark (c): whole years, months (12 equal ones a
 * year) or weeks (52 a year), and days. The periods are counted backwards from the last date, then the days to the
 * first one, without the first day and with the last; a day is 1/365 or 1/366 of the year that ends with the last of
 * these days. To count days alone over less than a year, take 'year'.
 *
 * A month's end counts as a whole month where the day does not exist: 31 January to 28 February is one month, since the
 * interval can be told in whole months, as the plan does.
 * Throws a RangeError for a date that does not exist or when `to` lies before `from`.
 */
export function euInterval(from: CalendarDate, to: CalendarDate, period: EuPeriod): EuInterval {
  const [first, last] = datesInOrder(from, to);
  const { periods, left } =
    period === 'week' ? weeksBack(first, last) : monthsBack(first, last, period === 'year' ? 12 : 1);
  const endOfDays = addToCivil(first, { days: left });
  const daysInYear = daysUntil(addToCivil(endOfDays, { months: -12 }), endOfDays);
  const perYear = periodsPerYear[period];
  return {
    periods,
    periodsPerYear: perYear,
    days: left,
    daysInYear,
    years: periods / perYear + left / daysInYear,
  };
}

/** The period in which a plan's intervals are told whole: 14 days are 2 weeks; 30 days are just days. */
export function euPeriodOf(cadence: Offset): EuPeriod {
  if (cadence.months !== undefined) return 'month';
  return (cadence.days ?? 0) % 7 === 0 ? 'week' : 'year';
}

/** A unit-period of 12 CFR 1026, Appendix J (b)(2): a day, a semimonth, or so many weeks or months up to a year. */
export type UnitPeriod = { days: 1 } | { weeks: number } | { semimonths: 1 } | { months: number };

/** `whole` unit-periods (t) and the odd fraction of one (f), 0 ≤ f < 1. */
export type UnitPeriods = { whole: number; fraction: number };

/** w of Appendix J (b)(5): 365 days, 24 semimonths; 52 over the weeks and 12 over the months of a unit-period. */
export function unitPeriodsPerYear(unit: UnitPeriod): number {
  requireUnit(unit);
  if ('days' in unit) return 365;
  if ('semimonths' in unit) return 24;
  return 'weeks' in unit ? 52 / unit.weeks : 12 / unit.months;
}

/**
 * Full unit-periods and the odd fraction between two dates by 12 CFR 1026, Appendix J (b)(5): months are counted back
 * from the later date, and what is left is days over 30 (one month), over 30 to the month (semimonths and several
 * months), months over 12 or days over 365 (a year); weeks and days are counted in days. A month's end counts as a whole
 * month where the day does not exist.
 * Throws a RangeError for a date or unit-period that does not exist or when `to` lies before `from`.
 */
export function unitPeriodsBetween(from: CalendarDate, to: CalendarDate, unit: UnitPeriod): UnitPeriods {
  requireUnit(unit);
  const [first, last] = datesInOrder(from, to);
  if ('days' in unit) return { whole: daysUntil(first, last), fraction: 0 };
  if ('weeks' in unit) return divide(daysUntil(first, last), unit.weeks * 7);
  const { periods: months, left } = monthsBack(first, last, 1);
  if ('semimonths' in unit) return divide(30 * months + left, 15);
  if (unit.months < 12) return divide(30 * months + left, 30 * unit.months);
  const years = monthsBack(first, last, 12);
  const odd = left === 0 ? divide(months % 12, 12) : divide(years.left, 365);
  return { whole: years.periods + odd.whole, fraction: odd.fraction };
}

/**
 * The unit-period of one advance that is paid back at once, by Appendix J (b)(4)(ii) and (b)(5)(v) to (vii): the term
 * itself, in months where it is a whole number of them, otherwise in days; a year when it is not shorter than that.
 */
export function singlePaymentPeriods(
  from: CalendarDate,
  to: CalendarDate,
): UnitPeriods & { unitPeriodsPerYear: number } {
  const [first, last] = datesInOrder(from, to);
  const { periods: months, left } = monthsBack(first, last, 1);
  if (months >= 12) return { ...unitPeriodsBetween(from, to, { months: 12 }), unitPeriodsPerYear: 1 };
  const days = daysUntil(first, last);
  if (days === 0) throw new RangeError('the term of the transaction is no day');
  return { whole: 1, fraction: 0, unitPeriodsPerYear: left === 0 ? 12 / months : 365 / days };
}

/** The unit-period of a plan whose installments follow each other at `cadence`. */
export function unitPeriodOf(cadence: Offset): UnitPeriod {
  if (cadence.months !== undefined) return { months: cadence.months };
  const days = cadence.days ?? 0;
  return days > 0 && days % 7 === 0 ? { weeks: days / 7 } : { days: 1 };
}

function requireUnit(unit: UnitPeriod): void {
  const [count = 0] = Object.values(unit);
  const most = 'weeks' in unit ? 52 : 'months' in unit ? 12 : 1;
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= most))
    throw new RangeError(`${JSON.stringify(unit)} is not a unit-period of at most a year`);
}

/** How often `size` months fit between the dates, counted back from the last one, and the days left before them. */
function monthsBack(first: Civil, last: Civil, size: number): { periods: number; left: number } {
  const months = 12 * (last.year - first.year) + last.month - first.month;
  const most = Math.floor(months / size);
  // 31 January and a month are 28 February, although a month before that is 28 January.
  if (daysUntil(addToCivil(first, { months: most * size }), last) === 0) return { periods: most, left: 0 };
  const left = daysUntil(first, addToCivil(last, { months: -most * size }));
  if (left >= 0) return { periods: most, left };
  return { periods: most - 1, left: daysUntil(first, addToCivil(last, { months: -(most - 1) * size })) };
}

function weeksBack(first: Civil, last: Civil): { periods: number; left: number } {
  const days = daysUntil(first, last);
  return { periods: Math.floor(days / 7), left: days % 7 };
}

function divide(count: number, size: number): UnitPeriods {
  return { whole: Math.floor(count / size), fraction: (count % size) / size };
}

function datesInOrder(from: CalendarDate, to: CalendarDate): [Civil, Civil] {
  const [first, last] = [civilOf(from), civilOf(to)];
  if (to < from) throw new RangeError(`${to} lies before ${from}`);
  return [first, last];
}

function daysUntil(first: Civil, last: Civil): number {
  return dayNumberOf(last) - dayNumberOf(first);
}
