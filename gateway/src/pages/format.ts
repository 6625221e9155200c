import { addDays, type CalendarDate, startOf } from '../lib/dates.ts';
import { dateTimeFormat } from '../lib/formatters.ts';

/** A date where there is little room: `Mar 3`, `3月3日`. */
export function formatShortDate(locale: string, date: CalendarDate): string {
  return dateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(
    startOf(date, 'UTC'),
  );
}

/** A date with its year where there is little room: `Mar 3, 2026`, `2026年3月3日`. */
export function formatMediumDate(locale: string, date: CalendarDate): string {
  return dateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(startOf(date, 'UTC'));
}

/** A month with its year where there is little room: `Mar 2026`, `2026年3月`. */
export function formatShortMonth(locale: string, date: CalendarDate): string {
  return dateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    startOf(date, 'UTC'),
  );
}

/** An instant on the wall of `timeZone`, to the second. */
export function formatInstant(locale: string, instant: Date, timeZone: string): string {
  return dateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(instant);
}

/** A phone number of which a person recognises their own: `+86 199 •••• 0000`. */
export function maskPhone(phone: string): string {
  if (!phone.startsWith('+')) return phone;
  const end = `••••\u00a0${phone.slice(-4)}`;
  return phone.startsWith('+86')
    ? `+86\u00a0${phone.slice(3, 6)}\u00a0${end}`
    : `${phone.slice(0, 3)}\u00a0${end}`;
}

/** A month with its year: `March 2026`, `2026年3月`. */
export function formatMonth(locale: string, date: CalendarDate): string {
  return dateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    startOf(date, 'UTC'),
  );
}

/** The shortest names of the days of a week that begins on Monday: `M`, `T`, …; `一`, `二`, …. */
export function weekdayNames(locale: string): string[] {
  const format = dateTimeFormat(locale, { weekday: 'narrow', timeZone: 'UTC' });
  const monday: CalendarDate = '2024-01-01';
  return Array.from({ length: 7 }, (_, day) => format.format(startOf(addDays(monday, day), 'UTC')));
}
