import type { Funder } from '../credit/funders.ts';
import type { Funding } from '../credit/funding.ts';
import {
  type FundingAnswer,
  type FundingPurpose,
  type PlanToFund,
  route,
  type Routing,
} from '../credit/routing.ts';
import { type CalendarDate, dateIn, daysBetween } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { type MarketRules, marketOf, rateWithin, rulesFor } from '../plans/markets.ts';
import { offersFor, type PlanOffer } from '../plans/offers.ts';
import { type Programme, programmeOf } from '../plans/programmes.ts';
import type { CheckoutSession } from './sessions.ts';

/** A plan with who would carry it now, at the rate of the lead. */
export type FundedOffer = { offer: PlanOffer; funder: Funder; funding: Funding };

/** What each funder answered about one plan. */
export type AskedPlan = { asked: PlanToFund; answers: { funderId: string; answer: FundingAnswer }[] };

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
  return offersOf(tx, terms, programmeFor(terms));
}

/** The one of them with this code, without working out the others; undefined when it is not offered. */
export function sessionOffer(tx: Tx, terms: SessionTerms, code: string): PlanOffer | undefined {
  const programme = programmeFor(terms);
  const plans = programme.plans.filter((plan) => plan === code);
  return offersOf(tx, terms, { ...programme, plans })[0];
}

function programmeFor({ session, merchant }: SessionTerms): Programme {
  return programmeOf(merchant, session.channel);
}

function offersOf(tx: Tx, terms: SessionTerms, programme: Programme): PlanOffer[] {
  const { session, merchant, annualRatePpm, repaymentDay } = terms;
  const shippedOn = dateIn(merchant.timeZone, tx.now);
  return offersFor({
    amount: session.amount,
    currency: session.currency,
    shippedOn,
    firstPart: merchant.firstPart,
    downPercent: session.downPercent ?? undefined,
    rules: marketRulesOf(merchant, shippedOn),
    programme,
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
  return sessionOffer(tx, { ...terms, annualRatePpm }, code);
}

/** What a purchase has to be funded for, as the funders' terms look at it. `key` names the session or the agreement. */
export function purposeOf(
  terms: SessionTerms,
  { key, shopperId, canAsk }: { key: string; shopperId: string; canAsk: boolean },
): FundingPurpose {
  const { session, merchant } = terms;
  return {
    key,
    shopperId,
    canAsk,
    merchantId: merchant.id,
    currency: session.currency,
    country: merchant.country,
    market: marketOf(merchant.country),
    category: programmeFor(terms).code,
  };
}

/** A plan that starts on `startsOn`, as a funder's terms look at it. */
export function planToFund(offer: PlanOffer, input: { startsOn: CalendarDate; score: number }): PlanToFund {
  const last = offer.installments.at(-1)?.dueDate ?? input.startsOn;
  return {
    plan: offer.code,
    amount: offer.financed,
    days: Math.max(0, daysBetween(input.startsOn, last)),
    score: input.score,
  };
}

/**
 * Who could carry an offer, the first in order first, each with the offer at its rate; and what every funder answered.
 * One whose rate the market does not allow for this plan is passed over.
 */
export function fundingsOf(
  tx: Tx,
  terms: SessionTerms,
  { offer, routing, score }: { offer: PlanOffer; routing: Routing; score: number },
): { able: FundedOffer[] } & AskedPlan {
  const startsOn = dateIn(terms.merchant.timeZone, tx.now);
  const asked = planToFund(offer, { startsOn, score });
  const { ranked, answers } = route(routing, asked);
  const able = ranked.flatMap((funding) => {
    const { lead: funder } = funding;
    const carried =
      funder.rateAdjustmentPpm === 0 ? offer : offerOfFunder(tx, terms, { code: offer.code, funder });
    return carried ? [{ offer: carried, funder, funding }] : [];
  });
  const isAble = (funderId: string): boolean => able.some(({ funder }) => funder.id === funderId);
  return {
    able,
    asked,
    answers: answers.map(({ funderId, answer }) => {
      if (able[0]?.funder.id === funderId) return { funderId, answer: 'chosen' };
      return { funderId, answer: answer === 'eligible' && !isAble(funderId) ? 'rate_not_allowed' : answer };
    }),
  };
}

/** Of `offers` those that somebody carries, each at the rate of the first that does; and what was answered about each. */
export function fundedOffers(
  tx: Tx,
  terms: SessionTerms,
  { offers, ...by }: { offers: readonly PlanOffer[]; routing: Routing; score: number },
): { funded: FundedOffer[]; asked: AskedPlan[] } {
  const plans = offers.map((offer) => fundingsOf(tx, terms, { offer, ...by }));
  return {
    funded: plans.flatMap(({ able }) => able.slice(0, 1)),
    asked: plans.map(({ asked, answers }) => ({ asked, answers })),
  };
}
