import type { CalendarDate } from '../lib/dates.ts';
import { minOf } from '../lib/money.ts';

type When = 'past_due' | 'due' | 'in_advance';
type Part = 'fee' | 'interest' | 'principal';

/** A kind of debt, by whether it is late on the day of a repayment and by what it is. */
export type Cell = `${When}_${Part}`;

/** All kinds of debt in the order in which a repayment pays them where nothing else was agreed. */
export const cells = [
  'past_due_fee',
  'past_due_interest',
  'past_due_principal',
  'due_fee',
  'due_interest',
  'due_principal',
  'in_advance_fee',
  'in_advance_interest',
  'in_advance_principal',
] as const satisfies Cell[];

const meaning = Object.fromEntries(
  cells.map((cell) => {
    const at = cell.lastIndexOf('_');
    return [cell, { when: cell.slice(0, at), part: cell.slice(at + 1) }];
  }),
) as Record<Cell, { when: When; part: Part }>;

/** What an installment owes on a day; interest that is not yet earned is not among it. */
export type PayableInstallment = {
  number: number;
  dueDate: CalendarDate;
  fee: bigint;
  interest: bigint;
  principal: bigint;
};

/** What of a repayment goes to the installment `number`; not zero together. */
export type AllocationPart = { number: number; fee: bigint; interest: bigint; principal: bigint };

export type Allocation = {
  /** The earliest due first. */
  parts: AllocationPart[];
  /** What nothing was owed for: money of the shopper. */
  left: bigint;
};

/**
 * What a repayment of `amount` on the day `onDate` pays: one kind of debt after the other in the agreed `order`, and of
 * each kind the earliest installment first. Throws a RangeError for an amount that is not positive.
 */
export function allocate(input: {
  amount: bigint;
  onDate: CalendarDate;
  installments: readonly PayableInstallment[];
  order?: readonly Cell[];
}): Allocation {
  if (input.amount <= 0n) throw new RangeError(`a repayment of ${input.amount}`);
  const { onDate, order = cells } = input;
  const payable = input.installments
    .map((owed) => ({ owed, when: whenOf(owed, onDate), paid: { fee: 0n, interest: 0n, principal: 0n } }))
    .toSorted((a, b) => compareDue(a.owed, b.owed));
  let left = input.amount;
  for (const { when, part } of order.map((cell) => meaning[cell])) {
    for (const item of payable) {
      if (item.when !== when) continue;
      const paid = minOf(item.owed[part], left);
      item.paid[part] += paid;
      left -= paid;
    }
  }
  return {
    parts: payable
      .filter(({ paid }) => paid.fee + paid.interest + paid.principal > 0n)
      .map(({ owed, paid }) => ({ number: owed.number, ...paid })),
    left,
  };
}

function whenOf({ dueDate }: PayableInstallment, onDate: CalendarDate): When {
  if (dueDate < onDate) return 'past_due';
  return dueDate === onDate ? 'due' : 'in_advance';
}

function compareDue(a: PayableInstallment, b: PayableInstallment): number {
  if (a.dueDate === b.dueDate) return a.number - b.number;
  return a.dueDate < b.dueDate ? -1 : 1;
}
