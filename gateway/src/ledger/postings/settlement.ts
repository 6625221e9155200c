import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

/** A settlement closes with a positive `net`, which is set apart for its payout. */
export function settlementClosed(
  input: Cause & { merchantId: string; payoutId: string; net: bigint },
): Posting {
  const { merchantId, payoutId, net } = input;
  return posting('settlement_closed', input, [
    move(account('merchant', merchantId), account('payout', payoutId), net),
  ]);
}

/** The bank transfer reached the merchant. One that fails before moves nothing. */
export function payoutPaid(input: Cause & { payoutId: string; amount: bigint }): Posting {
  return posting('payout_paid', input, [move(account('payout', input.payoutId), 'cash', input.amount)]);
}

/** The merchant's bank sent a paid payout back. */
export function payoutReturned(input: Cause & { payoutId: string; amount: bigint }): Posting {
  return posting('payout_returned', input, [move('cash', account('payout', input.payoutId), input.amount)]);
}

/** A failed or returned payout is tried again as a new one, which takes over what is set apart. */
export function payoutRetried(
  input: Cause & { fromPayoutId: string; toPayoutId: string; amount: bigint },
): Posting {
  const { fromPayoutId, toPayoutId, amount } = input;
  return posting('payout_retried', input, [
    move(account('payout', fromPayoutId), account('payout', toPayoutId), amount),
  ]);
}
