import type { VNode } from 'preact';
import { addOffset, type CalendarDate, daysBetween } from '../../lib/dates.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { formatMonth, weekdayNames } from '../format.ts';
import { textsOf } from '../texts/language.ts';

type DueDate = { date: CalendarDate; overdue: boolean };

const width = 340;
const cell = 23;
const columnWidth = width / 2;
const headHeight = 44;
const monthGap = 14;
/** A Monday, from which weekdays are counted. */
const monday: CalendarDate = '2024-01-01';

/**
 * Every month in which something is to be paid, as on a wall calendar, with its days marked: a disc for a payment, a
 * square for an overdue one, so that nobody has to tell them by colour. The table beside it says the same in words, so a
 * reader who does not see the picture is told its title only.
 */
export function DueCalendar(props: {
  locale: Locale;
  today: CalendarDate;
  dates: readonly DueDate[];
}): VNode {
  const { locale, today, dates } = props;
  const t = textsOf[locale].account.overview;
  const months = [...new Set(dates.map(({ date }) => date.slice(0, 7)))].sort();
  const rows = Array.from({ length: Math.ceil(months.length / 2) }, (_, row) =>
    months.slice(2 * row, 2 * row + 2),
  );
  const tops = topsOf(rows);
  const height = (tops.at(-1) ?? 0) - monthGap;
  const left = months.length === 1 ? columnWidth / 2 : 0;
  return (
    <div class="month-view">
      <svg class="months" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t.calendar}>
        {months.map((month, index) => (
          <Month
            locale={locale}
            month={month}
            today={today}
            dates={dates}
            x={left + (index % 2) * columnWidth}
            y={tops[Math.floor(index / 2)] ?? 0}
          />
        ))}
      </svg>
      <ul class="legend" aria-hidden="true">
        <li class="dot">{t.dueDate}</li>
        {dates.some(({ overdue }) => overdue) && <li class="square">{t.overdueDate}</li>}
        {months.includes(today.slice(0, 7)) && <li class="ring">{t.today}</li>}
      </ul>
    </div>
  );
}

/** Where each row of months begins, and where the last one ends; a row is as high as its longest month. */
function topsOf(rows: readonly string[][]): number[] {
  const tops = [0];
  for (const row of rows) {
    const weeks = Math.max(...row.map(weeksOf));
    tops.push((tops.at(-1) ?? 0) + headHeight + weeks * cell + monthGap);
  }
  return tops;
}

function firstOf(month: string): CalendarDate {
  return `${month}-01`;
}

/** How many empty cells stand before the first of the month, in weeks that begin on Monday. */
function offsetOf(month: string): number {
  return ((daysBetween(monday, firstOf(month)) % 7) + 7) % 7;
}

function daysOf(month: string): number {
  return daysBetween(firstOf(month), addOffset(firstOf(month), { months: 1 }));
}

function weeksOf(month: string): number {
  return Math.ceil((offsetOf(month) + daysOf(month)) / 7);
}

function Month(props: {
  locale: Locale;
  month: string;
  today: CalendarDate;
  dates: readonly DueDate[];
  x: number;
  y: number;
}): VNode {
  const { locale, month, today, dates, x, y } = props;
  const left = x + (columnWidth - 7 * cell) / 2;
  const offset = offsetOf(month);
  const days = Array.from({ length: daysOf(month) }, (_, index) => {
    const date = `${month}-${String(index + 1).padStart(2, '0')}`;
    const at = offset + index;
    return { date, x: left + ((at % 7) + 0.5) * cell, y: y + headHeight + (Math.floor(at / 7) + 0.5) * cell };
  });
  return (
    <g>
      <text class="month" x={left + 3.5 * cell} y={y + 14}>
        {formatMonth(locale, firstOf(month))}
      </text>
      {weekdayNames(locale).map((name, index) => (
        <text class="weekday" x={left + (index + 0.5) * cell} y={y + 36}>
          {name}
        </text>
      ))}
      {days.map((day) => (
        <Day {...day} isToday={day.date === today} due={dates.filter(({ date }) => date === day.date)} />
      ))}
    </g>
  );
}

function Day(props: {
  date: CalendarDate;
  x: number;
  y: number;
  isToday: boolean;
  due: readonly DueDate[];
}): VNode {
  const { date, x, y, isToday, due } = props;
  const overdue = due.some((item) => item.overdue);
  const isMarked = due.length > 0;
  return (
    <>
      {isToday && <circle class="ring" cx={x} cy={y} r="10.5" />}
      {isMarked && !overdue && <circle class="dot" cx={x} cy={y} r={isToday ? 8.5 : 10} />}
      {overdue && <rect class="square" x={x - 10} y={y - 10} width="20" height="20" rx="3" />}
      <text class={isMarked ? (overdue ? 'on-square' : 'on-dot') : undefined} x={x} y={y + 4}>
        {Number(date.slice(8))}
      </text>
    </>
  );
}
