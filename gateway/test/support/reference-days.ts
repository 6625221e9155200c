import type { CalendarDate } from '../../src/lib/dates.ts';
import type { DayCount } from '../../src/plans/terms.ts';

/** Days since 1 January 1970: the reference model lives through them one by one. */
export type Day = number;

const dayMs = 86_400_000;

export const dayOf = (date: CalendarDate): Day => Date.parse(`${date}T00:00:00Z`) / dayMs;

export const dateOf = (day: Day): CalendarDate => new Date(day * dayMs).toISOString().slice(0, 10);

type Civil = { year: number; month: number; day: number };

const known = new Map<Day, Civil>();

function civil(day: Day): Civil {
  const found = known.get(day);
  if (found) return found;
  const date = new Date(day * dayMs);
  const fresh = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  known.set(day, fresh);
  return fresh;
}

/** So many months later on the same day of the month, or on the month's last where it is shorter. */
export function monthsAfter(day: Day, months: number): Day {
  const { year, month, day: wanted } = civil(day);
  const first = Date.UTC(year, month - 1 + months, 1) / dayMs;
  const next = Date.UTC(year, month + months, 1) / dayMs;
  return Math.min(first + wanted - 1, next - 1);
}

/** The first date at least 15 days on that is this day of its month. */
export function firstRepaymentDay(from: Day, repaymentDay: number): Day {
  let day = from + 15;
  while (civil(day).day !== repaymentDay) day += 1;
  return day;
}

/** An interest period. `months` is set where it is whole months, each of which counts 30 days by 30/360. */
export type Stretch = { starts: Day; agreed: Day; months: number | undefined };

/** Into how many equal pieces a year is cut so that a day is a whole number of them. */
export const piecesOfYear: Record<DayCount, bigint> = {
  '30/360': 360n,
  'actual/365': 365n,
  'actual/actual': 365n * 366n,
};

/** How many pieces of a year the one day from `day` to the next is, in a period that it lies in. */
export function piecesOfDay(dayCount: DayCount, stretch: Stretch, day: Day): number {
  if (dayCount === 'actual/365') return 1;
  if (dayCount === '30/360') return monthlyPieces(stretch, day + 1) - monthlyPieces(stretch, day);
  const { year } = civil(day);
  const leap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return leap ? 365 : 366;
}

/** Every month has 30 days; a whole number of months has all of theirs, however the calendar cuts them. */
function monthlyPieces({ starts, agreed, months }: Stretch, day: Day): number {
  if (day <= starts) return 0;
  const [from, to] = [civil(starts), civil(day)];
  const counted =
    (to.year * 12 + to.month - from.year * 12 - from.month) * 30 +
    Math.min(to.day, 30) -
    Math.min(from.day, 30);
  if (months === undefined) return counted;
  return day >= agreed ? 30 * months : Math.min(counted, 30 * months);
}
