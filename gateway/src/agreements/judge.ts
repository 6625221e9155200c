import { type Advice, advise } from '../checkout/advice/advise.ts';
import { protectPurchase } from '../checkout/protect-purchase.ts';
import { type AskedPlan, fundingsOf, purposeOf, type SessionTerms } from '../checkout/session-offers.ts';
import { readRouting } from '../credit/candidates.ts';
import type { Funding } from '../credit/funding.ts';
import { availableOf } from '../credit/lines.ts';
import type { Routing } from '../credit/routing.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { ProtectionFacts } from '../protection/facts.ts';
import { firstReason } from '../protection/first-reason.ts';
import type { Protection } from '../protection/protect.ts';
import { type Consent, fundersAmong, listConsents } from '../shoppers/consents.ts';
import type { Excused } from '../standing/grants.ts';
import { declineOf, latenessOf, type Standing } from '../standing/standing.ts';
import { agreedOffer } from './agreed-offer.ts';

/** An order by an agreement as its decision looks at it. */
export type AgreedOrder = {
  shopperId: string;
  terms: SessionTerms;
  standing: Standing;
  facts: ProtectionFacts;
  /** What the funders could lend at this moment, and on which terms. */
  routing: Routing;
  /** The funders that the shopper has agreed to: nobody else carries an order that was not asked about. */
  consented: ReadonlySet<string>;
  /** What the rules against fraud said. */
  screened: DeclineCode | null;
  /** The rules that a person has passed over for this shopper. */
  excused?: Excused;
};

export type JudgedOrder = {
  /** The first rule that refuses, if one does. */
  declineCode: DeclineCode | null;
  offer: PlanOffer | undefined;
  funding: Funding | undefined;
  asked: AskedPlan[];
  protection: Protection<{ offer: PlanOffer }>;
};

/** What the funders could lend for an order by an agreement, and what the shopper has agreed to. */
export async function readOrderFunding(
  tx: Tx,
  input: { agreementId: string; shopperId: string; terms: SessionTerms },
): Promise<Pick<AgreedOrder, 'routing' | 'consented'> & { consents: Consent[] }> {
  const { agreementId: key, shopperId, terms } = input;
  const [consents, routing] = await Promise.all([
    listConsents(tx, shopperId as Id<'shp'>),
    // The merchant's request is one transaction, in which nobody outside is asked.
    readRouting(tx, purposeOf(terms, { key, shopperId, canAsk: false })),
  ]);
  return { consents, consented: fundersAmong(consents), routing };
}

/** The rules of a decision about an order by an agreement. Nothing is read or written. */
export function judgeOrder(tx: Tx, order: AgreedOrder): JudgedOrder {
  const { terms, standing, facts, screened, excused } = order;
  const offer = agreedOffer(tx, terms);
  const { funding, asked } = fundingOf(tx, order, offer);
  const offers = offer && offer.financed <= availableOf(standing.line) ? [{ offer }] : [];
  const protection = protectPurchase(facts, { terms, line: standing.line, offers });
  const ruled = offer
    ? declineOf({ ...standing, funder: funding?.lead, offers, excused })
    : 'amount_above_programme';
  const suspected = screened !== null && excused?.has(screened) ? null : screened;
  return {
    offer,
    funding,
    asked,
    protection,
    declineCode: firstReason(protection.code, latenessOf(standing), suspected, ruled),
  };
}

/** The first in order that carries the order and that the shopper has agreed to, with everybody it carries it with. */
function fundingOf(
  tx: Tx,
  { terms, standing, routing, consented }: AgreedOrder,
  offer: PlanOffer | undefined,
): Pick<JudgedOrder, 'funding' | 'asked'> {
  if (!offer) return { funding: undefined, asked: [] };
  const { able, asked, answers } = fundingsOf(tx, terms, { offer, routing, score: standing.score.score });
  const agreed = able.filter(({ funding }) => funding.shares.every(({ funder }) => consented.has(funder.id)));
  const [chosen] = agreed;
  const isAgreed = (funderId: string): boolean => agreed.some(({ funder }) => funder.id === funderId);
  const said = answers.map(({ funderId, answer }): AskedPlan['answers'][number] => {
    if (answer !== 'chosen' && answer !== 'eligible') return { funderId, answer };
    if (!isAgreed(funderId)) return { funderId, answer: 'not_consented' };
    return { funderId, answer: chosen?.funder.id === funderId ? 'chosen' : 'eligible' };
  });
  return { funding: chosen?.funding, asked: [{ asked, answers: said }] };
}

/** What would make a declined order an approval, asked of the very rules that declined it. */
export function adviseOnOrder(tx: Tx, order: AgreedOrder, declineCode: DeclineCode): Promise<Advice> {
  const { terms, standing, facts, shopperId } = order;
  const { amount, currency } = terms.session;
  return advise(tx, {
    shopperId,
    currency,
    declineCode,
    situation: { amount, downPercent: null, standing, facts },
    judge: (changed) =>
      judgeOrder(tx, {
        ...order,
        standing: changed.standing,
        facts: changed.facts,
        terms: { ...terms, session: { ...terms.session, amount: changed.amount } },
      }).declineCode,
    mayPayDown: false,
  });
}
