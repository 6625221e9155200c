import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

/**
 * Interest has been earned since the last time: what the shopper pays of it stands against `accrued` until it is
 * collected; what the merchant pays was set apart before, and is payable to the funder at once.
 */
export function accrue(
  input: Cause & { planId: string; funderId: string; interest: bigint; subsidised: bigint },
): Posting {
  const { planId, funderId, interest, subsidised } = input;
  return posting('accrue', input, [
    move(account('interest', planId, funderId), account('accrued', funderId), interest),
    move(account('subsidy', planId), account('funder', funderId), subsidised),
  ]);
}

type Subsidy = Cause & { planId: string; merchantId: string; amount: bigint };

/** The merchant pays for interest of its shopper's plan that is still to be earned. */
export function subsidyFunded(input: Subsidy): Posting {
  const { planId, merchantId, amount } = input;
  return posting('subsidy_funded', input, [
    move(account('merchant', merchantId), account('subsidy', planId), amount),
  ]);
}

/** Interest that the merchant has paid for will not be earned: goods came back, or the debt ended before its time. */
export function subsidyReturned(input: Subsidy): Posting {
  const { planId, merchantId, amount } = input;
  return posting('subsidy_returned', input, [
    move(account('subsidy', planId), account('merchant', merchantId), amount),
  ]);
}

type LateFee = Cause & { planId: string; funderId: string; amount: bigint };

/** A late fee belongs to the funder, once it is collected. */
export function lateFeeCharged(input: LateFee): Posting {
  const { planId, funderId, amount } = input;
  return posting('late_fee_charged', input, [
    move(account('fee', planId, funderId), account('accrued', funderId), amount),
  ]);
}

/** What is unpaid of a late fee is let go. */
export function lateFeeWaived(input: LateFee): Posting {
  const { planId, funderId, amount } = input;
  return posting('late_fee_waived', input, [
    move(account('accrued', funderId), account('fee', planId, funderId), amount),
  ]);
}
