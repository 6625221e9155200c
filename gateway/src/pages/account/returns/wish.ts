import type { SessionLine } from '../../../checkout/sessions.ts';
import { sum } from '../../../lib/money.ts';
import { type ReturnItem, type ReturnReason, returnReasons } from '../../../orders/returns.ts';
import { readAmount } from '../../read-amount.ts';

/** Why something cannot be declared as it was filled in. */
export type WishProblem = 'nothing_chosen' | 'unreadable' | 'above' | 'reason_missing';

/** What a shopper wants to send back, as far as the form says it. `amount` is minor units. */
export type Wish = {
  /** Indexes of the chosen lines of the cart, the typed amount, and the reason, as they came. */
  lines: readonly number[];
  typed: string;
  reason: ReturnReason | undefined;
} & (
  | { amount: bigint; items: ReturnItem[]; problem?: never }
  | { amount?: never; items?: never; problem: WishProblem | undefined }
);

/**
 * Reads the form's fields, from an address or from a posted form: `line` once for each chosen item, `sum` for an amount
 * of one's own, which then counts alone, and `reason`. Nothing filled in is no problem yet.
 */
export function readWish(
  fieldsOf: (name: string) => readonly string[],
  order: { lines: readonly SessionLine[]; currency: string; refundable: bigint },
): Wish {
  const lines = [...new Set(fieldsOf('line'))]
    .map((text) => (/^\d{1,3}$/.test(text) ? Number(text) : -1))
    .filter((index) => index in order.lines);
  const typed = fieldsOf('sum')[0]?.trim() ?? '';
  const reason = returnReasons.find((known) => known === fieldsOf('reason')[0]);
  const asked = { lines, typed, reason };
  if (lines.length === 0 && typed === '' && fieldsOf('reason').length === 0)
    return { ...asked, problem: undefined };
  const items = lines.flatMap((index) => itemOf(order.lines[index]));
  const amount =
    typed === '' ? sum(items.map((item) => BigInt(item.amount))) : readAmount(typed, order.currency);
  if (amount === undefined) return { ...asked, problem: 'unreadable' };
  if (amount === 0n) return { ...asked, problem: typed === '' ? 'nothing_chosen' : 'unreadable' };
  if (amount > order.refundable) return { ...asked, problem: 'above' };
  if (reason === undefined) return { ...asked, problem: 'reason_missing' };
  return { ...asked, amount, items };
}

function itemOf(line: SessionLine | undefined): ReturnItem[] {
  return line ? [{ name: line.name, quantity: line.quantity, amount: line.amount }] : [];
}
