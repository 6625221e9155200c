import { Temporal } from 'temporal-polyfill';

/** A calendar date, 'YYYY-MM-DD'. A due date is a date, not an instant. */
export type CalendarDate = string;

/** How far an installment lies behind the first capture. Months keep the day of the anchor, clamped to month end. */
export type Offset = { months?: number; days?: number };

/** The calendar date that a clock on the wall of `timeZone` shows at `instant`. */
export function dateIn(timeZone: string, instant: Date): CalendarDate {
  return wallAt(timeZone, instant).date;
}

type Wall = { date: CalendarDate; hour: number; quarter: number };

/** What the wall showed last in each zone. A decision asks for the same moment many times, and Temporal is slow here. */
const lastShown = new Map<string, Wall>();
const quarterMs = 15 * 60_000;

/** From this year on every zone is off UTC by whole quarters of an hour, so that each shows one hour in a quarter. */
const quartersSince = Date.UTC(1980, 0, 1);

function wallAt(timeZone: string, instant: Date): Wall {
  const ms = instant.getTime();
  const quarter = Math.floor(ms / quarterMs);
  const known = lastShown.get(timeZone);
  if (known?.quarter === quarter) return known;
  const shown = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  const wall = { date: shown.toPlainDate().toString(), hour: shown.hour, quarter };
  if (ms >= quartersSince) lastShown.set(timeZone, wall);
  return wall;
}

/** The instant at which `date` begins in `timeZone`. */
export function startOf(date: CalendarDate, timeZone: string): Date {
  // Pages write each of their dates by it, and Temporal is slow here.
  if (timeZone === 'UTC') return new Date(dayNumberOf(civilOf(date)) * dayMs);
  const name = `${timeZone} ${date}`;
  const known = knownStarts.get(name);
  if (known !== undefined) return new Date(known);
  const start = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone }).epochMilliseconds;
  if (knownStarts.size >= mostKnownStarts) knownStarts.clear();
  knownStarts.set(name, start);
  return new Date(start);
}

const knownStarts = new Map<string, number>();
const mostKnownStarts = 1000;

/** The hour that a clock on the wall of `timeZone` shows at `instant`, 0 to 23. */
export function hourIn(timeZone: string, instant: Date): number {
  return wallAt(timeZone, instant).hour;
}

/** The instant of a full hour of `date` in `timeZone`; where the clocks leave it out, the one that they jump to. */
export function atHour(date: CalendarDate, hour: number, timeZone: string): Date {
  const plainTime = Temporal.PlainTime.from({ hour });
  return new Date(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime }).epochMilliseconds);
}

/** `date` plus `offset`; 31 January plus one month is the last day of February. */
export function addOffset(date: CalendarDate, offset: Offset): CalendarDate {
  return write(addToCivil(civilOf(date), offset));
}

/** As `addOffset`, where the date is at hand in numbers. */
export function addToCivil({ year, month, day }: Civil, offset: Offset): Civil {
  const months = year * 12 + (month - 1) + (offset.months ?? 0);
  const toYear = Math.floor(months / 12);
  const toMonth = months - toYear * 12 + 1;
  const clamped = Math.min(day, daysInMonth(toYear, toMonth));
  if (!offset.days) return { year: toYear, month: toMonth, day: clamped };
  const moved = new Date(Date.UTC(toYear, toMonth - 1, clamped + offset.days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return addOffset(date, { days });
}

/** Whole days from `from` until `to`; negative when `to` lies before. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return dayNumberOf(civilOf(to)) - dayNumberOf(civilOf(from));
}

/** The numbers of a date; month and day count from 1. */
export type Civil = { year: number; month: number; day: number };

/** Throws a RangeError for what is not a date. */
export function civilOf(date: CalendarDate): Civil {
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
export function dayNumberOf({ year, month, day }: Civil): number {
  return Date.UTC(year, month - 1, day) / dayMs;
}

function write({ year, month, day }: Civil): CalendarDate {
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
