import { dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { targetLimitOf } from '../pay-score/policy.ts';
import { offersFor, type PlanOffer } from '../plans/offers.ts';

/** The smallest order, in minor units, that can be paid later. */
export const smallestAmount = 1n;

/**
 * The plans that a checkout of this amount could offer to somebody, shortest first: those whose credit fits the highest
 * limit that there is. Who asks is not known, so nobody's own limit is told.
 */
export function publicOffers(tx: Tx, merchant: Merchant, amount: bigint): PlanOffer[] {
  return offersFor({
    amount,
    currency: merchant.currency,
    shippedOn: dateIn(merchant.timeZone, tx.now),
    firstPart: merchant.firstPart,
  }).filter((offer) => offer.financed <= targetLimitOf(offer.currency));
}

/** The largest order, in minor units, for which there is such a plan. */
export function largestAmount(tx: Tx, merchant: Merchant): bigint {
  // The whole amount on credit always fits; no plan asks for more than half of it at once.
  let fits = targetLimitOf(merchant.currency);
  let tooMuch = 2n * fits + 2n;
  while (tooMuch - fits > 1n) {
    const middle = (fits + tooMuch) / 2n;
    if (publicOffers(tx, merchant, middle).length > 0) fits = middle;
    else tooMuch = middle;
  }
  return fits;
}

/** What is paid one after the other, the first perhaps at the checkout; they sum to the amount. */
export function partsOf(offer: PlanOffer): bigint[] {
  const later = offer.installments.map(({ amount }) => amount);
  return offer.downPayment > 0n ? [offer.downPayment, ...later] : later;
}
