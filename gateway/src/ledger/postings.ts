import type { Currency } from '../lib/money.ts';
import { type Account, account } from './accounts.ts';

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

type Cause = { currency: Currency; subjectId: string };
type Move = Omit<Transfer, 'currency'>;

/** The parties to one plan's principal. */
type Financing = { planId: string; funderId: string; merchantId: string };

/** Parts of an event that are zero in this instance have no transfer. */
function posting(event: string, { currency, subjectId }: Cause, moves: Move[]): Posting {
  const transfers = moves.filter(({ amount }) => amount !== 0n).map((move) => ({ ...move, currency }));
  return { event, subjectId, transfers };
}

function move(debit: Account, credit: Account, amount: bigint): Move {
  return { kind: 'posted', debit, credit, amount };
}

function financing({ planId, funderId, merchantId }: Financing): Pick<Move, 'debit' | 'credit'> {
  return { debit: account('principal', planId, funderId), credit: account('merchant', merchantId) };
}

/** An order is authorized: its financed `amount` is reserved, nothing is owed yet. */
export function authorize(input: Cause & Financing & { amount: bigint }): Posting {
  return posting('authorize', input, [{ kind: 'pending', ...financing(input), amount: input.amount }]);
}

/** An authorization, or its remainder, is voided or expires. `amount` is all that is pending. */
export function voidAuthorization(input: Cause & Financing & { pendingId: bigint; amount: bigint }): Posting {
  const { pendingId, amount } = input;
  return posting('void_authorization', input, [{ kind: 'void', pendingId, ...financing(input), amount }]);
}

export type CaptureInput = Cause &
  Financing & {
    orderId: string;
    /** The authorization as it is pending now. */
    pending: { id: bigint; amount: bigint };
    financed: bigint;
    /** The part of the shopper's down payment that this capture takes. */
    down: bigint;
    /** What of the financed amount stays authorized; it becomes a new pending transfer. */
    remainder: bigint;
    merchantFee: bigint;
    /** The funder's part of the merchant fee, on plans without interest. */
    feeShare: bigint;
  };

/**
 * The merchant ships: the debt starts, Morrow owes the merchant, and the funder owes Morrow what it bought.
 * With a remainder, the new pending transfer is the posting's last.
 */
export function capture(input: CaptureInput): Posting {
  const { pending, financed, down, remainder, merchantFee, feeShare, funderId } = input;
  if (financed + remainder > pending.amount) {
    throw new RangeError(
      `a capture of ${financed} that leaves ${remainder} exceeds the pending ${pending.amount}`,
    );
  }
  const merchant = account('merchant', input.merchantId);
  const between = financing(input);
  // A capture paid by the down payment alone still makes the pending transfer anew, so that callers need not know.
  const resolution: Move =
    financed > 0n
      ? { kind: 'post', pendingId: pending.id, ...between, amount: financed }
      : { kind: 'void', pendingId: pending.id, ...between, amount: pending.amount };
  return posting('capture', input, [
    resolution,
    move(account('down', input.orderId), merchant, down),
    move(account('funder_due', funderId), account('participation', funderId), financed),
    move(merchant, 'i_merchant_fee', merchantFee),
    move('x_fee_share', account('funder', funderId), feeShare),
    { kind: 'pending', ...between, amount: remainder },
  ]);
}

/** The processor has charged the shopper's down payment. */
export function downPaymentSucceeded(input: Cause & { orderId: string; amount: bigint }): Posting {
  const down = account('down', input.orderId);
  return posting('down_payment_succeeded', input, [move('clearing', down, input.amount)]);
}

/** What of a charged down payment no capture takes is owed back to the shopper. */
export function downPaymentUnused(
  input: Cause & { orderId: string; shopperId: string; amount: bigint },
): Posting {
  const down = account('down', input.orderId);
  return posting('down_payment_unused', input, [
    move(down, account('shopper', input.shopperId), input.amount),
  ]);
}

/** The processor has sent money back to the shopper. */
export function moneyBackSent(input: Cause & { shopperId: string; amount: bigint }): Posting {
  const shopper = account('shopper', input.shopperId);
  return posting('money_back_sent', input, [move(shopper, 'clearing', input.amount)]);
}

/** The processor has charged a repayment; which debt it pays is said by `allocate` and `overpayment`. */
export function repaymentSucceeded(input: Cause & { shopperId: string; amount: bigint }): Posting {
  const unapplied = account('unapplied', input.shopperId);
  return posting('repayment_succeeded', input, [move('clearing', unapplied, input.amount)]);
}

/** A repayment pays off `principal` of one plan; what was the funder's stake becomes payable to it, less our fee. */
export function allocate(
  input: Cause & {
    shopperId: string;
    planId: string;
    funderId: string;
    principal: bigint;
    servicingFee: bigint;
  },
): Posting {
  const { planId, funderId, principal, servicingFee } = input;
  const funder = account('funder', funderId);
  return posting('allocate', input, [
    move(account('unapplied', input.shopperId), account('principal', planId, funderId), principal),
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

export type RefundInput = Cause &
  Financing & {
    shopperId: string;
    /** What the refund takes off the debt: min(refund, owed). */
    principal: bigint;
    /** The rest of the refund, which goes back to the shopper as money. */
    moneyBack: bigint;
    /** The rate part of the merchant fee on the refunded amount; the fixed part is kept (money.md rule 7). */
    merchantFeeReturned: bigint;
    feeShareReturned: bigint;
  };

/** The merchant takes goods back. The funder is paid its stake by our netting, so Morrow carries the merchant's risk. */
export function refund(input: RefundInput): Posting {
  const { planId, funderId, principal } = input;
  const merchant = account('merchant', input.merchantId);
  const funder = account('funder', funderId);
  return posting('refund', input, [
    move(merchant, account('principal', planId, funderId), principal),
    move(account('participation', funderId), funder, principal),
    move(merchant, account('shopper', input.shopperId), input.moneyBack),
    move('i_merchant_fee', merchant, input.merchantFeeReturned),
    move(funder, 'x_fee_share', input.feeShareReturned),
  ]);
}

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

/** The funder's money for what it bought has arrived. */
export function funderWired(input: Cause & { funderId: string; amount: bigint }): Posting {
  return posting('funder_wired', input, [move('cash', account('funder_due', input.funderId), input.amount)]);
}

/** What the funder owes and what is payable to it are set off against each other. */
export function funderNetting(input: Cause & { funderId: string; amount: bigint }): Posting {
  const { funderId, amount } = input;
  return posting('funder_netting', input, [
    move(account('funder', funderId), account('funder_due', funderId), amount),
  ]);
}

/** The processor paid out what it had collected for us. */
export function processorSettled(input: Cause & { amount: bigint }): Posting {
  return posting('processor_settled', input, [move('cash', 'clearing', input.amount)]);
}

/** The processor kept its fee from what it had collected. */
export function processorFee(input: Cause & { amount: bigint }): Posting {
  return posting('processor_fee', input, [move('x_processor', 'clearing', input.amount)]);
}
