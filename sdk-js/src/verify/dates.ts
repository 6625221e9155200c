import type { Offset } from './types.ts';

const dayMs = 86_400_000;
/** With a day of the month agreed, a first due date that would come sooner than this is left out. */
const shortestFirstPeriodDays = 15;

/** The due dates of installments at these offsets from `startsOn`, 'YYYY-MM-DD', by the calendar that plans have. */
export function dueDatesOf(startsOn: string, offsets: readonly Offset[], repaymentDay?: number): string[] {
  if (repaymentDay === undefined) return offsets.map((offset) => addOffset(startsOn, offset));
  const first = firstRepaymentDay(startsOn, repaymentDay);
  const firstMonths = offsets[0]?.months ?? 0;
  return offsets.map(({ months = 0 }) => addOffset(first, { months: months - firstMonths }));
}

/** Months keep the day, or take the month's last where it has none such; then the days are added. */
function addOffset(date: string, { months = 0, days = 0 }: Offset): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  const moved = Date.UTC(year, month - 1 + months, Math.min(day, lastOfMonth));
  return new Date(moved + days * dayMs).toISOString().slice(0, 10);
}

function firstRepaymentDay(startsOn: string, repaymentDay: number): string {
  const earliest = addOffset(startsOn, { days: shortestFirstPeriodDays });
  const inMonth = `${earliest.slice(0, 8)}${String(repaymentDay).padStart(2, '0')}`;
  return inMonth >= earliest ? inMonth : addOffset(inMonth, { months: 1 });
}
