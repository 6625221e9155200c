import type { Funder, FunderRoom } from '../credit/funders.ts';
import { type CalendarDate, dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { type MarketRules, marketOf, rateWithin, rulesFor } from '../plans/markets.ts';
import { offersFor, type PlanOffer } from '../plans/offers.ts';
import { programmeOf } from '../plans/programmes.ts';
import type { CheckoutSession } from './sessions.ts';

/** A plan with the funder that would carry it now, at that funder's rate. */
export type FundedOffer = { offer: PlanOffer; funder: Funder };

export type SessionTerms = {
  session: Pick<CheckoutSession, 'amount' | 'currency' | 'channel' | 'payAfterDays' | 'repaymentDay'> &
    Partial<Pick<CheckoutSession, 'downPercent'>>;
  merchant: Merchant;
  /** The yearly rate of the shopper's score, in millionths; null when the decision was made without one. */
  annualRatePpm: number | null;
  /** The day of the month that the shopper chose; else the merchant's choice counts. */
  repaymentDay?: number | undefined;
};

/** The plans for a session as of the merchant's date today, at one rate, whoever would fund them. */
export function sessionOffers(tx: Tx, terms: SessionTerms): PlanOffer[] {
  const { session, merchant, annualRatePpm, repaymentDay } = terms;
  const shippedOn = dateIn(merchant.timeZone, tx.now);
  return offersFor({
    amount: session.amount,
    currency: session.currency,
    shippedOn,
    firstPart: merchant.firstPart,
    downPercent: session.downPercent ?? undefined,
    rules: marketRulesOf(merchant, shippedOn),
    programme: programmeOf(merchant, session.channel),
    payAfterDays: session.payAfterDays ?? undefined,
    annualRatePpm: annualRatePpm ?? undefined,
    subsidies: merchant.subsidies,
    repaymentDay: repaymentDay ?? session.repaymentDay ?? undefined,
  });
}

/** The rules that hold for what a shopper of this merchant agrees to on `date`. */
export function marketRulesOf(merchant: Pick<Merchant, 'country'>, date: CalendarDate): MarketRules {
  return rulesFor(marketOf(merchant.country), date);
}

/** The plan with this code as `funder` would carry it, at its rate; undefined when it would not be offered so. */
export function offerOfFunder(
  tx: Tx,
  terms: SessionTerms,
  { code, funder }: { code: string; funder: Funder },
): PlanOffer | undefined {
  const rules = marketRulesOf(terms.merchant, dateIn(terms.merchant.timeZone, tx.now));
  const asked = terms.annualRatePpm && terms.annualRatePpm + funder.rateAdjustmentPpm;
  const annualRatePpm = asked && rateWithin(rules, asked);
  return sessionOffers(tx, { ...terms, annualRatePpm }).find((offer) => offer.code === code);
}

/** Of `offers` those that some funder has room for, each at the rate of the first that has. */
export function fundedOffers(
  tx: Tx,
  terms: SessionTerms,
  { offers, rooms }: { offers: readonly PlanOffer[]; rooms: readonly FunderRoom[] },
): FundedOffer[] {
  return offers.flatMap((offer) => {
    const funder = rooms.find(({ most }) => most >= offer.financed)?.funder;
    const carried =
      funder && (funder.rateAdjustmentPpm === 0 ? offer : offerOfFunder(tx, terms, { ...offer, funder }));
    return carried ? { offer: carried, funder } : [];
  });
}
