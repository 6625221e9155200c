import { sessionOffers } from '../checkout/session-offers.ts';
import { minOf } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { targetLimitOf } from '../pay-score/policy.ts';
import { policyOf } from '../pay-score/policy-in-force.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { largestFinanced, programmeOf } from '../plans/programmes.ts';

/** The smallest order, in minor units, that this merchant's shoppers can pay later. */
export function smallestAmount(merchant: Merchant): bigint {
  // A payment in parts needs a unit for each of them.
  return programmeOf(merchant, 'online').plans.includes('pay_after') ? 1n : 3n;
}

/**
 * The plans that a checkout of this amount could offer to somebody, in the checkout's order: those whose credit fits the
 * highest limit that there is, at the representative rate. Who asks is not known, so nobody's own limit or rate is told.
 */
export async function publicOffers(tx: Tx, merchant: Merchant, amount: bigint): Promise<PlanOffer[]> {
  const { representativeRatePpm } = await policyOf(tx);
  return offersAt(tx, { merchant, amount, annualRatePpm: representativeRatePpm });
}

function offersAt(
  tx: Tx,
  { merchant, amount, annualRatePpm }: { merchant: Merchant; amount: bigint; annualRatePpm: number | null },
): PlanOffer[] {
  const { currency } = merchant;
  const session = { amount, currency, channel: 'online', payAfterDays: null, repaymentDay: null } as const;
  return sessionOffers(tx, { session, merchant, annualRatePpm }).filter(
    (offer) => offer.financed <= targetLimitOf(currency),
  );
}

/** The largest order, in minor units, for which there is such a plan. */
export function largestAmount(tx: Tx, merchant: Merchant): bigint {
  const { currency } = merchant;
  // The whole amount on credit always fits; no plan asks for more than half of it at once. Plans by the month finance all
  // of it, so they reach no further than the others.
  let fits = minOf(targetLimitOf(currency), largestFinanced(programmeOf(merchant, 'online'), currency));
  let tooMuch = 2n * fits + 2n;
  while (tooMuch - fits > 1n) {
    const middle = (fits + tooMuch) / 2n;
    if (offersAt(tx, { merchant, amount: middle, annualRatePpm: null }).length > 0) fits = middle;
    else tooMuch = middle;
  }
  return fits;
}

/** What is paid one after the other, the first perhaps at the checkout. */
export function partsOf(offer: PlanOffer): bigint[] {
  const later = offer.installments.map(({ amount }) => amount);
  return offer.downPayment > 0n ? [offer.downPayment, ...later] : later;
}
