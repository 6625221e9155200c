import type { CalendarDate } from '../lib/dates.ts';
import { fillInOrder } from './spread.ts';

export type PayableInstallment = {
  number: number;
  dueDate: CalendarDate;
  amount: bigint;
  paidAmount: bigint;
};

export type Allocation = {
  /** What goes to which installment; never zero. */
  parts: { number: number; amount: bigint }[];
  /** What nothing was owed for: money of the shopper. */
  left: bigint;
};

/**
 * Which installments a repayment pays: what is past due, then what is due, then what is ahead. Without charges that is
 * simply the earliest first, whatever the day.
 */
export function allocateEarliestFirst(
  amount: bigint,
  installments: readonly PayableInstallment[],
): Allocation {
  const ordered = installments.toSorted((a, b) =>
    a.dueDate === b.dueDate ? a.number - b.number : a.dueDate < b.dueDate ? -1 : 1,
  );
  const { parts, left } = fillInOrder(
    amount,
    ordered.map((installment) => installment.amount - installment.paidAmount),
  );
  return {
    parts: ordered
      .map(({ number }, index) => ({ number, amount: parts[index] ?? 0n }))
      .filter((part) => part.amount > 0n),
    left,
  };
}
