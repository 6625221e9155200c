import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

/** The processor has charged a repayment; what it pays is said by `allocate`, `recovery` and `overpayment`. */
export function repaymentSucceeded(input: Cause & { shopperId: string; amount: bigint }): Posting {
  const unapplied = account('unapplied', input.shopperId);
  return posting('repayment_succeeded', input, [move('clearing', unapplied, input.amount)]);
}

export type AllocateInput = Cause & {
  shopperId: string;
  planId: string;
  funderId: string;
  /** What the repayment pays of the plan: late fees, interest that is accrued before, and principal. */
  fee: bigint;
  interest: bigint;
  principal: bigint;
  /** What the funder pays for the collection. */
  servicingFee: bigint;
};

/** A repayment pays one plan's debt; what was accrued for the funder and its stake become payable to it, less our fee. */
export function allocate(input: AllocateInput): Posting {
  const { planId, funderId, fee, interest, principal, servicingFee } = input;
  const unapplied = account('unapplied', input.shopperId);
  const funder = account('funder', funderId);
  return posting('allocate', input, [
    move(unapplied, account('fee', planId, funderId), fee),
    move(unapplied, account('interest', planId, funderId), interest),
    move(unapplied, account('principal', planId, funderId), principal),
    move(account('accrued', funderId), funder, fee + interest),
    move(account('participation', funderId), funder, principal),
    move(funder, 'i_servicing', servicingFee),
  ]);
}

/** What of a repayment no debt needs is owed back to the shopper. */
export function overpayment(input: Cause & { shopperId: string; amount: bigint }): Posting {
  const { shopperId, amount } = input;
  return posting('overpayment', input, [
    move(account('unapplied', shopperId), account('shopper', shopperId), amount),
  ]);
}

/** The debtor pays back what a guarantor has paid for them: the money is the guarantor's from now on. */
export function guarantorReimbursed(
  input: Cause & {
    shopperId: string;
    guarantorId: string;
    amount: bigint;
    /** Where the money lies: by default it was paid in; else goods were refunded. */
    from?: 'unapplied' | 'shopper';
  },
): Posting {
  const { shopperId, guarantorId, amount, from = 'unapplied' } = input;
  return posting('guarantor_reimbursed', input, [
    move(account(from, shopperId), account('shopper', guarantorId), amount),
  ]);
}
