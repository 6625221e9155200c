import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

export type ChargeOffInput = Cause & {
  planId: string;
  funderId: string;
  /** All that the plan still owes. */
  principal: bigint;
  interest: bigint;
  fee: bigint;
  /** What of it Morrow bears by its first-loss cover. */
  covered: bigint;
};

/** A debt is given up as an asset, and the funder's stake with it; what is legally owed lives on in the plan. */
export function chargeOff(input: ChargeOffInput): Posting {
  const { planId, funderId, principal, interest, fee, covered } = input;
  const accrued = account('accrued', funderId);
  return posting('charge_off', input, [
    move(account('participation', funderId), account('principal', planId, funderId), principal),
    move(accrued, account('interest', planId, funderId), interest),
    move(accrued, account('fee', planId, funderId), fee),
    move('x_credit_loss', account('funder', funderId), covered),
  ]);
}

/** Money that came in (`repaymentSucceeded`, `refund`) on a debt charged off before: the funder's, and what Morrow had borne. */
export function recovery(
  input: Cause & {
    shopperId: string;
    funderId: string;
    funderPart: bigint;
    coveredPart: bigint;
    /** Where the money lies: by default it was paid in; else goods were refunded. */
    from?: 'unapplied' | 'shopper';
  },
): Posting {
  const source = account(input.from ?? 'unapplied', input.shopperId);
  return posting('recovery', input, [
    move(source, account('funder', input.funderId), input.funderPart),
    move(source, 'x_credit_loss', input.coveredPart),
  ]);
}
