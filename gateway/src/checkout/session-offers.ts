import { dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { offersFor, type PlanOffer } from '../plans/offers.ts';
import type { CheckoutSession } from './sessions.ts';

/** The plans for a session as of the merchant's date today, whoever the shopper is. */
export function sessionOffers(
  tx: Tx,
  session: Pick<CheckoutSession, 'amount' | 'currency'>,
  merchant: Merchant,
): PlanOffer[] {
  return offersFor({
    amount: session.amount,
    currency: session.currency,
    shippedOn: dateIn(merchant.timeZone, tx.now),
    firstPart: merchant.firstPart,
  });
}
