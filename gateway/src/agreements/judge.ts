import { type Advice, advise } from '../checkout/advice/advise.ts';
import { protectPurchase } from '../checkout/protect-purchase.ts';
import type { SessionTerms } from '../checkout/session-offers.ts';
import { type Funder, type FunderRoom, listFunderRooms } from '../credit/funders.ts';
import { availableOf } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { ProtectionFacts } from '../protection/facts.ts';
import { firstReason } from '../protection/first-reason.ts';
import type { Protection } from '../protection/protect.ts';
import { listFunderConsents } from '../shoppers/consents.ts';
import type { Excused } from '../standing/grants.ts';
import { declineOf, latenessOf, type Standing } from '../standing/standing.ts';
import { agreedOffer } from './agreed-offer.ts';

/** An order by an agreement as its decision looks at it. */
export type AgreedOrder = {
  shopperId: string;
  terms: SessionTerms;
  standing: Standing;
  facts: ProtectionFacts;
  /** What those funders could lend whom the shopper has agreed to: nobody else carries an order that was not asked about. */
  rooms: readonly FunderRoom[];
  /** What the rules against fraud said. */
  screened: DeclineCode | null;
  /** The rules that a person has passed over for this shopper. */
  excused?: Excused;
};

export type JudgedOrder = {
  /** The first rule that refuses, if one does. */
  declineCode: DeclineCode | null;
  offer: PlanOffer | undefined;
  funder: Funder | undefined;
  protection: Protection<{ offer: PlanOffer }>;
};

/** The funders that the shopper has agreed to, in the order in which they are asked. */
export async function consentedRooms(
  tx: Tx,
  input: { shopperId: string; currency: string },
): Promise<FunderRoom[]> {
  const consented = await listFunderConsents(tx, input.shopperId);
  return (await listFunderRooms(tx, input.currency)).filter(({ funder }) => consented.has(funder.id));
}

/** The rules of a decision about an order by an agreement. Nothing is read or written. */
export function judgeOrder(tx: Tx, order: AgreedOrder): JudgedOrder {
  const { terms, standing, facts, rooms, screened, excused } = order;
  const { amount } = terms.session;
  const offer = agreedOffer(tx, terms);
  const funder = rooms.find(({ most }) => most >= amount)?.funder;
  const offers = offer && offer.financed <= availableOf(standing.line) ? [{ offer }] : [];
  const protection = protectPurchase(facts, { terms, line: standing.line, offers });
  const ruled = offer ? declineOf({ ...standing, funder, offers, excused }) : 'amount_above_programme';
  const suspected = screened !== null && excused?.has(screened) ? null : screened;
  return {
    offer,
    funder,
    protection,
    declineCode: firstReason(protection.code, latenessOf(standing), suspected, ruled),
  };
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
