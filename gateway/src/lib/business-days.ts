import { addDays, type CalendarDate, civilOf } from './dates.ts';

function isWeekend(date: CalendarDate): boolean {
  const { year, month, day } = civilOf(date);
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** The date so many business days after `date`: Mondays to Fridays. Public holidays are a bank's own, and not known here. */
export function addBusinessDays(date: CalendarDate, days: number): CalendarDate {
  let moved = date;
  for (let left = days; left > 0;) {
    moved = addDays(moved, 1);
    if (!isWeekend(moved)) left -= 1;
  }
  return moved;
}
