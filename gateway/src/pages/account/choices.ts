import type { Payoff } from '../../repayments/payoff.ts';
import type { Debt } from './debts.ts';

/** What can be paid with one button: what is due, or else the next payment early; and everything. */
export const choiceNames = ['due', 'next', 'all'] as const;

export type ChoiceName = (typeof choiceNames)[number];

/** `amount` is in minor units of the plan's currency. */
export type Choice = { name: ChoiceName; amount: bigint };

/** What makes sense to be paid on a plan now; nothing when nothing is owed. Everything is the last. */
export function choicesOf({ due, next }: Debt, { total }: Payoff): Choice[] {
  if (total === 0n) return [];
  const first: Choice = due > 0n ? { name: 'due', amount: due } : { name: 'next', amount: next?.left ?? 0n };
  const all: Choice = { name: 'all', amount: total };
  return first.amount > 0n && first.amount < total ? [first, all] : [all];
}
