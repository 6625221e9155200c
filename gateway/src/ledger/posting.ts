import type { Currency } from '../lib/money.ts';
import type { Account } from './accounts.ts';

/**
 * One movement of a positive amount of minor units. `posted` moves at once, `pending` reserves, `post` and `void`
 * resolve the pending transfer that `pendingId` names, from the same debit to the same credit account.
 */
export type Transfer = {
  kind: 'posted' | 'pending' | 'post' | 'void';
  pendingId?: bigint;
  debit: Account;
  credit: Account;
  currency: Currency;
  amount: bigint;
};

/** What one business event moves. It is stored whole or not at all, by `post`. */
export type Posting = {
  event: string;
  /** The object that caused it: the order, capture, refund, repayment, payout … */
  subjectId: string;
  transfers: Transfer[];
};

export type Cause = Pick<Posting, 'subjectId'> & { currency: Currency };
export type Move = Omit<Transfer, 'currency'>;

/** Composes the posting of a template. Parts of an event that are zero in this instance have no transfer. */
export function posting(event: string, { currency, subjectId }: Cause, moves: Move[]): Posting {
  const transfers = moves.filter(({ amount }) => amount !== 0n).map((move) => ({ ...move, currency }));
  return { event, subjectId, transfers };
}

export function move(debit: Account, credit: Account, amount: bigint): Move {
  return { kind: 'posted', debit, credit, amount };
}
