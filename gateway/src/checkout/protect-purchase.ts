import type { CreditLine } from '../credit/lines.ts';
import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { marketOf } from '../plans/markets.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { programmeOf } from '../plans/programmes.ts';
import { type ProtectionFacts, readProtection } from '../protection/facts.ts';
import { type FittingOffer, protect, type Protectable, type Protection } from '../protection/protect.ts';
import type { FundedOffer, SessionTerms } from './session-offers.ts';

/** What a decision about this purchase has to know of the shopper to protect them. */
export function factsForPurchase(
  tx: Tx,
  { shopperId, terms }: { shopperId: string; terms: SessionTerms },
): Promise<ProtectionFacts> {
  const { session, merchant } = terms;
  const today = dateIn(merchant.timeZone, tx.now);
  return readProtection(tx, { shopperId, currency: session.currency, today });
}

/** What the rules of protection say about these ways to pay for a purchase. Pure. */
export function protectPurchase<O extends Pick<FundedOffer, 'offer'>>(
  facts: ProtectionFacts,
  { terms, ...asked }: { terms: SessionTerms } & Pick<Protectable<O>, 'line' | 'offers'>,
): Protection<O> {
  const { session, merchant } = terms;
  return protect(facts, {
    ...asked,
    amount: session.amount,
    market: marketOf(merchant.country),
    // Who could not pay so in any case is not asked who they are.
    needsIdentity: asked.offers.length > 0 && programmeOf(merchant, session.channel).needsAdult,
  });
}

/**
 * Something else may have been bound since the decision: what is confirmed is looked at once more, with facts that were
 * read under the locked line and before anything was held.
 *
 * @throws GatewayError `state_conflict` when a rule refuses it by now: decide anew.
 */
export function requireProtected(
  facts: ProtectionFacts,
  { offer, ...asked }: { terms: SessionTerms; line: CreditLine; offer: PlanOffer },
): FittingOffer<Pick<FundedOffer, 'offer'>> {
  const { code, fitting } = protectPurchase(facts, { ...asked, offers: [{ offer }] });
  const [fits] = fitting;
  if (code === null && fits) return fits;
  throw new GatewayError('state_conflict', {
    detail: `Since the decision something has changed: ${code ?? 'unaffordable'}.`,
    hint: 'Open the checkout again: it is decided anew.',
  });
}
