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

/** A part of a settlement's captures is held back in case goods come back. */
export function reserveHeld(input: Cause & { merchantId: string; amount: bigint }): Posting {
  const { merchantId, amount } = input;
  return posting('reserve_held', input, [
    move(account('merchant', merchantId), account('reserve', merchantId), amount),
  ]);
}

/** What was held back is the merchant's again. */
export function reserveReleased(input: Cause & { merchantId: string; amount: bigint }): Posting {
  const { merchantId, amount } = input;
  return posting('reserve_released', input, [
    move(account('reserve', merchantId), account('merchant', merchantId), amount),
  ]);
}

/** The merchant asked for its money before the date was over. */
export function earlyPayoutCharged(input: Cause & { merchantId: string; fee: bigint }): Posting {
  return posting('early_payout_charged', input, [
    move(account('merchant', input.merchantId), 'i_early_payout', input.fee),
  ]);
}

/** A merchant that owed us has sent the money. */
export function merchantDebtPaid(input: Cause & { merchantId: string; amount: bigint }): Posting {
  return posting('merchant_debt_paid', input, [
    move('cash', account('merchant', input.merchantId), input.amount),
  ]);
}

/** What a merchant owed is given up. */
export function merchantDebtWrittenOff(input: Cause & { merchantId: string; amount: bigint }): Posting {
  return posting('merchant_debt_written_off', input, [
    move('x_merchant_loss', account('merchant', input.merchantId), input.amount),
  ]);
}
