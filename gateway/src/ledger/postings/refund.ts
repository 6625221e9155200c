import { account } from '../accounts.ts';
import { type Cause, move, type Posting, posting } from '../posting.ts';

export type RefundInput = Cause & {
  planId: string;
  funderId: string;
  merchantId: string;
  shopperId: string;
  /** A lost dispute, which has set the money for the goods apart; else the merchant gives it. */
  disputeId?: string | undefined;
  /** What the refunded amount takes off the debt: min(refund, principal owed). */
  principal: bigint;
  /** The rest of the refunded amount, which the merchant gives back as money. */
  moneyBack: bigint;
  /** The interest on the refunded goods (money.md rule 6), in three parts: what was accrued and is not paid … */
  interestOff: bigint;
  /** … what was paid and is given back by canceling principal … */
  interestToPrincipal: bigint;
  /** … and what was paid and is given back as money, when no principal is left. */
  interestToShopper: bigint;
  /** The rate part of the merchant fee on the refunded amount; the fixed part is kept (money.md rule 7). */
  merchantFeeReturned: bigint;
  feeShareReturned: bigint;
};

/**
 * The merchant takes goods back, and the funder gives back what it earned on them. Its stake is paid by our netting, so
 * Morrow carries the merchant's risk. What of a subsidy is not earned any more is given back by `subsidyReturned`.
 */
export function refund(input: RefundInput): Posting {
  const { planId, funderId, principal, interestToPrincipal } = input;
  const merchant = account('merchant', input.merchantId);
  const goods = input.disputeId === undefined ? merchant : account('dispute_held', input.disputeId);
  const shopper = account('shopper', input.shopperId);
  const funder = account('funder', funderId);
  const owed = account('principal', planId, funderId);
  return posting('refund', input, [
    move(goods, owed, principal),
    move(funder, owed, interestToPrincipal),
    move(account('participation', funderId), funder, principal + interestToPrincipal),
    move(account('accrued', funderId), account('interest', planId, funderId), input.interestOff),
    move(goods, shopper, input.moneyBack),
    move(funder, shopper, input.interestToShopper),
    move('i_merchant_fee', merchant, input.merchantFeeReturned),
    move(funder, 'x_fee_share', input.feeShareReturned),
  ]);
}
