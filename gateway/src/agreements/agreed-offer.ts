import { sessionOffer, type SessionTerms } from '../checkout/session-offers.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { Agreement } from './agreements.ts';

/** The terms of a purchase that an agreement's orders have: one payment after the agreed delay, without interest. */
export function agreedTerms(
  input: Pick<Agreement, 'currency' | 'chargeAfterDays'> & { merchant: Merchant; amount: bigint },
): SessionTerms {
  const { currency, chargeAfterDays: payAfterDays, merchant, amount } = input;
  const session = { amount, currency, channel: 'online', payAfterDays, repaymentDay: null } as const;
  return { session, merchant, annualRatePpm: null };
}

/**
 * The one plan of these terms, as the checkout would offer it. Undefined where what the merchant sells cannot be paid so,
 * or not in this amount.
 */
export function agreedOffer(tx: Tx, terms: SessionTerms): PlanOffer | undefined {
  return sessionOffer(tx, terms, 'pay_after');
}
