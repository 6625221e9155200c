/**
 * What the pay score is computed from: a limit and two to six closed months, the newest first, all amounts in the money
 * of the training data. Months that are not known are left out at the end, never filled with zeros.
 */
export type History = {
  /** The credit limit; always above zero. */
  limit: number;
  months: readonly Month[];
};

export type Month = {
  /** At the month's end: -2 nothing to pay, -1 paid in full, 0 paid as agreed, 1 and more the months of lateness. */
  status: number;
  /** What was owed at the month's end; negative when the shopper has money with us. */
  billed: number;
  /** What was paid during the month; it pays what was billed at the end of the month before. */
  paid: number;
};

export const fewestMonths = 2;
export const mostMonths = 6;

/** Greatest number of months by which lateness can grow from one month's end to the next (a month and its grace days). */
const greatestStep = 3;

export type HistoryFault = {
  /** Which fact is wrong; `month` counts from 1, the newest. */
  field: 'limit' | 'months' | 'status' | 'billed' | 'paid';
  month: number | null;
  reason: string;
};

/** A history that cannot be true, so that no score may be made of it. */
export class HistoryRefused extends Error {
  readonly fault: HistoryFault;

  constructor(fault: HistoryFault) {
    super(`${fault.field}${fault.month === null ? '' : ` of month ${fault.month}`} ${fault.reason}`);
    this.name = 'HistoryRefused';
    this.fault = fault;
  }
}

/** The first fault of a history, or undefined when it may be scored. */
export function faultOfHistory(history: History): HistoryFault | undefined {
  if (!Number.isFinite(history.limit) || history.limit <= 0)
    return { field: 'limit', month: null, reason: 'must be a number above zero' };
  if (history.months.length < fewestMonths || history.months.length > mostMonths)
    return { field: 'months', month: null, reason: `must be ${fewestMonths} to ${mostMonths}` };
  for (const [index, month] of history.months.entries()) {
    const fault = faultOfMonth(month) ?? faultOfStep(month, history.months[index + 1]);
    if (fault) return { ...fault, month: index + 1 };
  }
  return undefined;
}

function faultOfMonth(month: Month): Omit<HistoryFault, 'month'> | undefined {
  if (!Number.isInteger(month.status) || month.status < -2 || month.status > 9)
    return { field: 'status', reason: 'must be a whole number from -2 to 9' };
  if (!Number.isFinite(month.billed)) return { field: 'billed', reason: 'must be a finite number' };
  if (!Number.isFinite(month.paid) || month.paid < 0)
    return { field: 'paid', reason: 'must be a number that is not below zero' };
  return undefined;
}

/** Four months of lateness cannot come up within one. */
function faultOfStep(month: Month, before: Month | undefined): Omit<HistoryFault, 'month'> | undefined {
  if (before === undefined || month.status - Math.max(before.status, 0) <= greatestStep) return undefined;
  return {
    field: 'status',
    reason: `contradicts the month before: ${month.status} months late after ${Math.max(before.status, 0)}`,
  };
}
