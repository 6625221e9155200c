import { Temporal } from 'temporal-polyfill';

/** A calendar date, 'YYYY-MM-DD'. A due date is a date, not an instant. */
export type CalendarDate = string;

/** How far an installment lies behind the first capture. Months keep the day of the anchor, clamped to month end. */
export type Offset = { months?: number; days?: number };

/** The calendar date that a clock on the wall of `timeZone` shows at `instant`. */
export function dateIn(timeZone: string, instant: Date): CalendarDate {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** The instant at which `date` begins in `timeZone`. */
export function startOf(date: CalendarDate, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone }).epochMilliseconds);
}

/** The hour that a clock on the wall of `timeZone` shows at `instant`, 0 to 23. */
export function hourIn(timeZone: string, instant: Date): number {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).hour;
}

/** The instant of a full hour of `date` in `timeZone`; where the clocks leave it out, the one that they jump to. */
export function atHour(date: CalendarDate, hour: number, timeZone: string): Date {
  const plainTime = Temporal.PlainTime.from({ hour });
  return new Date(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime }).epochMilliseconds);
}

/** `date` plus `offset`; 31 January plus one month is the last day of February. */
export function addOffset(date: CalendarDate, offset: Offset): CalendarDate {
  const { year, month, day } = civilOf(date);
  const months = year * 12 + (month - 1) + (offset.months ?? 0);
  const toYear = Math.floor(months / 12);
  const toMonth = months - toYear * 12 + 1;
  const clamped = Math.min(day, daysInMonth(toYear, toMonth));
  if (!offset.days) return write(toYear, toMonth, clamped);
  const moved = new Date(Date.UTC(toYear, toMonth - 1, clamped + offset.days));
  return write(moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate());
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return addOffset(date, { days });
}

/** Whole days from `from` until `to`; negative when `to` lies before. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** The numbers of a date; month and day count from 1. Throws a RangeError for what is not a date. */
export function civilOf(date: CalendarDate): { year: number; month: number; day: number } {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  const day = Number(date.slice(8));
  if (!datePattern.test(date) || day === 0 || day > daysInMonth(year, month))
    throw new RangeError(`${date} is not a date`);
  return { year, month, day };
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 0 for a month that there is not. */
function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0);
}

/** Days since 1 January 1970. A schedule asks for many of them: numbers, because Temporal is slow here. */
function dayNumber(date: CalendarDate): number {
  const { year, month, day } = civilOf(date);
  return Date.UTC(year, month - 1, day) / dayMs;
}

function write(year: number, month: number, day: number): CalendarDate {
  return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}

/** `instant` plus so many milliseconds. */
export function addMs(instant: Date, durationMs: number): Date {
  return new Date(instant.getTime() + durationMs);
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export function isTimeZone(value: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value);
    return true;
  } catch {
    return false;
  }
}
