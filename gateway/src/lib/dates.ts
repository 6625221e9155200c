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

/** `date` plus `offset`; 31 January plus one month is the last day of February. */
export function addOffset(date: CalendarDate, offset: Offset): CalendarDate {
  return Temporal.PlainDate.from(date)
    .add({ months: offset.months ?? 0, days: offset.days ?? 0 }, { overflow: 'constrain' })
    .toString();
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return addOffset(date, { days });
}

/** Whole days from `from` until `to`; negative when `to` lies before. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;
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
