import { availableOf } from '../credit/lines.ts';
import type { Routing } from '../credit/routing.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import { smallestMonthly } from '../plans/programmes.ts';
import type { ProtectionFacts } from '../protection/facts.ts';
import { firstReason } from '../protection/first-reason.ts';
import type { Protection } from '../protection/protect.ts';
import type { Excused } from '../standing/grants.ts';
import { declineOf, latenessOf, type Standing } from '../standing/standing.ts';
import { protectPurchase } from './protect-purchase.ts';
import {
  type AskedPlan,
  type FundedOffer,
  fundedOffers,
  sessionOffers,
  type SessionTerms,
} from './session-offers.ts';

/** A purchase as a decision looks at it. Advice asks the same rules about the same one with something changed. */
export type Purchase = {
  shopperId: string;
  standing: Standing;
  /** What was read of the shopper to protect them (`factsForPurchase`). */
  facts: ProtectionFacts;
  terms: SessionTerms;
  /** What the funders could lend at this moment, and on which terms. */
  routing: Routing;
  /** What the rules against fraud said. */
  screened: DeclineCode | null;
  /** The rules that a person has passed over for this shopper. */
  excused?: Excused;
};

export type Considered = {
  /** The first rule that refuses, if one does; each has a reason of its own that the shopper is told. */
  declineCode: DeclineCode | null;
  /**
   * The plans that fit and that some funder carries, each at that funder's rate; also when something else refuses. In
   * which order they are shown, and why, says `protection`.
   */
  offers: FundedOffer[];
  protection: Protection<FundedOffer>;
  /** What the funders answered about each plan. */
  asked: AskedPlan[];
};

/** The rules of a decision about a purchase. Nothing is read or written. */
export function consider(tx: Tx, purchase: Purchase): Considered {
  const { terms, standing, routing, facts, screened, excused } = purchase;
  const plans = sessionOffers(tx, terms);
  const within = plans.filter((plan) => plan.financed <= availableOf(standing.line));
  const { funded, asked } = fundedOffers(tx, terms, {
    offers: within,
    routing,
    score: standing.score.score,
  });
  const protection = protectPurchase(facts, { terms, line: standing.line, offers: funded });
  const ruled =
    plans.length === 0
      ? noPlanReason(terms)
      : declineOf({ ...standing, offers: within, funder: funded[0]?.funder, excused });
  const suspected = screened !== null && excused?.has(screened) ? null : screened;
  return {
    offers: funded.filter((offer) => protection.fitting.some(({ way }) => way === offer)),
    protection,
    asked,
    declineCode: firstReason(protection.code, latenessOf(standing), suspected, ruled),
  };
}

/** Why there is no plan for this amount, whoever asks. */
function noPlanReason({ session }: SessionTerms): DeclineCode {
  return session.amount < smallestMonthly(session.currency) ? 'amount_too_small' : 'amount_above_programme';
}
