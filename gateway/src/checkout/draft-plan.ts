import type { Funding } from '../credit/funding.ts';
import { type CalendarDate, dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { disclosureFor, disclosureHash } from '../plans/disclosure.ts';
import { lateFeeTerms, type Market, marketOf, rulesFor } from '../plans/markets.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { programmes } from '../plans/programmes.ts';
import { makeSnapshot, type PlanSnapshot } from '../plans/snapshot.ts';

/** Which text of our terms the shopper agreed to; named in the snapshot. */
export const termsVersion = '2026-11';

/**
 * An offer of this merchant and whoever funds it as it would be agreed to today: with the order of allocation and the yearly
 * cost by the rules of the merchant's market, and the hash of the block that has to be read before consent. Plans that
 * cost nothing have no late fee either.
 */
export function draftPlan(
  tx: Tx,
  input: { offer: PlanOffer; merchant: Merchant; funding: Funding },
): PlanSnapshot {
  const { offer, merchant, funding } = input;
  return freezeOffer({
    offer,
    funding,
    merchant: { id: merchant.id, name: merchant.name },
    market: marketOf(merchant.country),
    agreedOn: dateIn(merchant.timeZone, tx.now),
  });
}

/** The same for any market and date; without a merchant for credit that pays for no purchase. */
export function freezeOffer(input: {
  offer: PlanOffer;
  funding: Funding;
  merchant?: { id: string; name: string };
  market: Market;
  agreedOn: CalendarDate;
}): PlanSnapshot {
  const { offer, merchant, market, agreedOn, funding } = input;
  const [funder = funding.lead, ...coFunders] = funding.shares.map(({ funder: { id, name } }) => ({
    id,
    name,
  }));
  const rules = rulesFor(market, agreedOn);
  const lateFee = offer.interest ? lateFeeTerms(rules, offer.currency) : null;
  const parties = { funder, ...(merchant && { merchant }) };
  const disclosure = disclosureFor({
    market,
    date: agreedOn,
    startsOn: agreedOn,
    offer,
    lateFee,
    ...parties,
  });
  return makeSnapshot({
    offer,
    ...parties,
    coFunders,
    termsVersion,
    agreedOn,
    market,
    allocation: rules.allocation.value,
    aprPercent: disclosure.apr_percent,
    disclosureHash: disclosureHash(disclosure),
    ...(offer.programme && { refundPolicy: programmes[offer.programme].refundPolicy }),
    ...(lateFee && { lateFee }),
  });
}
