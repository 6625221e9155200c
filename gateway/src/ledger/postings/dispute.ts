import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

type Held = Cause & { merchantId: string; disputeId: string; amount: bigint };

/** What a shopper disputes is set apart from what the merchant gets, until somebody has decided. */
export function disputeOpened(input: Held): Posting {
  const { merchantId, disputeId, amount } = input;
  return posting('dispute_opened', input, [
    move(account('merchant', merchantId), account('dispute_held', disputeId), amount),
  ]);
}

/** What of a dispute the merchant has won is the merchant's again; what it has lost is a `refund` out of what is held. */
export function disputeWon(input: Held): Posting {
  const { merchantId, disputeId, amount } = input;
  return posting('dispute_won', input, [
    move(account('dispute_held', disputeId), account('merchant', merchantId), amount),
  ]);
}

/**
 * The processor took money of a charge back, and its own fee. Its allocation was reversed before, so what the debt owes
 * again lies unapplied; what was on its way back to the payer, and was never sent, is not owed to them any more; and what
 * nobody has any more is our loss.
 */
export function chargedBack(
  input: Cause & {
    shopperId: string;
    fromUnapplied: bigint;
    fromShopper: bigint;
    lost: bigint;
    processorFee: bigint;
  },
): Posting {
  const { shopperId, fromUnapplied, fromShopper, lost, processorFee } = input;
  return posting('charged_back', input, [
    move(account('unapplied', shopperId), 'clearing', fromUnapplied),
    move(account('shopper', shopperId), 'clearing', fromShopper),
    move('x_chargeback', 'clearing', lost + processorFee),
  ]);
}

/** A bank took back what was paid at checkout. It was never lent, so nobody owes it to us: all of it is our loss. */
export function downPaymentChargedBack(input: Cause & { amount: bigint; processorFee: bigint }): Posting {
  return posting('down_payment_charged_back', input, [
    move('x_chargeback', 'clearing', input.amount + input.processorFee),
  ]);
}

/**
 * A bank gave back what it had taken: what pays the debt again lies unapplied, what was the payer's again is owed to them
 * as before, and what was our loss is none any more. Where the processor returns its fee, that too.
 */
export function chargebackGivenBack(
  input: Cause & {
    shopperId: string;
    toUnapplied: bigint;
    toShopper: bigint;
    regained: bigint;
    feeReturned: bigint;
  },
): Posting {
  const { shopperId, toUnapplied, toShopper, regained, feeReturned } = input;
  return posting('chargeback_given_back', input, [
    move('clearing', account('unapplied', shopperId), toUnapplied),
    move('clearing', account('shopper', shopperId), toShopper),
    move('clearing', 'x_chargeback', regained + feeReturned),
  ]);
}

/** Money of a refund that no card has paid for any more makes good for what a chargeback cost us. */
export function chargebackSetOff(input: Cause & { shopperId: string; amount: bigint }): Posting {
  const { shopperId, amount } = input;
  return posting('chargeback_set_off', input, [move(account('shopper', shopperId), 'x_chargeback', amount)]);
}
