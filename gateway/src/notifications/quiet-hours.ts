import { addDays, atHour, dateIn, hourIn } from '../lib/dates.ts';

/** From this hour of the evening until that of the morning nobody is disturbed, by the clock where they are. */
export const quietFromHour = 21;
export const quietUntilHour = 8;

/** The earliest instant, not before `instant`, at which somebody in `timeZone` may be written to. */
export function nextWakingInstant(timeZone: string, instant: Date): Date {
  const hour = hourIn(timeZone, instant);
  if (hour >= quietUntilHour && hour < quietFromHour) return instant;
  const today = dateIn(timeZone, instant);
  return atHour(hour < quietUntilHour ? today : addDays(today, 1), quietUntilHour, timeZone);
}
