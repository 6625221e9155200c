import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

export type OwnershipInput = Cause & {
  planId: string;
  fromFunderId: string;
  toFunderId: string;
  /** What is authorized and not yet captured, with the merchant that it is reserved for. */
  reserved?: { pendingId: bigint; amount: bigint; merchantId: string } | undefined;
  /** What is owed of the plan to the funder that gives it away. */
  principal: bigint;
  interest: bigint;
  fee: bigint;
  /** What the new owner pays for it; it owes it to us, and we owe it to the one before. */
  price: bigint;
};

/**
 * A plan, or a funder's share of it, becomes another funder's: what is owed, what is earned and not yet collected, and
 * what is reserved. What is reserved anew is the posting's second transfer.
 */
export function ownershipTransferred(input: OwnershipInput): Posting {
  const { planId, fromFunderId: from, toFunderId: to, reserved, principal, interest, fee, price } = input;
  const moved = (code: 'principal' | 'interest' | 'fee', amount: bigint) =>
    move(account(code, planId, to), account(code, planId, from), amount);
  const merchant = reserved && account('merchant', reserved.merchantId);
  return posting('ownership_transferred', input, [
    ...(reserved && merchant
      ? [
          {
            kind: 'void' as const,
            pendingId: reserved.pendingId,
            debit: account('principal', planId, from),
            credit: merchant,
            amount: reserved.amount,
          },
          {
            kind: 'pending' as const,
            debit: account('principal', planId, to),
            credit: merchant,
            amount: reserved.amount,
          },
        ]
      : []),
    moved('principal', principal),
    move(account('participation', from), account('participation', to), principal),
    moved('interest', interest),
    moved('fee', fee),
    move(account('accrued', from), account('accrued', to), interest + fee),
    move(account('funder_due', to), account('funder', from), price),
  ]);
}
