import { holdOffer } from '../checkout/hold-offer.ts';
import { factsForPurchase } from '../checkout/protect-purchase.ts';
import type { SessionTerms } from '../checkout/session-offers.ts';
import { grantRecord, judgeWithGrant, useGrant } from '../standing/grants.ts';
import { isAnsweredBy, recallDecline, rememberDecline } from '../standing/recent-declines.ts';
import { reviewStanding } from '../standing/standing.ts';
import type { Hold } from '../credit/holds.ts';
import { availableOf, type CreditLine } from '../credit/lines.ts';
import { recordFunding } from '../credit/record-funding.ts';
import { screen } from '../fraud/screen.ts';
import type { Stored } from '../fraud/stored.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import {
  type Assessment,
  findAssessment,
  latestAssessment,
  storeAssessment,
} from '../pay-score/assessments.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { recordProtection } from '../protection/record.ts';
import { type AgreedText, textsAmong } from '../shoppers/agreed-texts.ts';
import { type Agreement, lockAgreement } from './agreements.ts';
import { agreedTerms } from './agreed-offer.ts';
import { readSpent, requireWithinCeilings } from './ceilings.ts';
import { adviseOnOrder, type AgreedOrder, judgeOrder, readOrderFunding } from './judge.ts';
import type { AgreementFacts } from './look.ts';
import { followStanding } from './review.ts';
import { requireUsable } from './state.ts';

export type AgreedDecision =
  | {
      outcome: 'approved';
      agreement: Agreement;
      shopperId: string;
      paymentMethodId: string;
      hold: Hold;
      snapshot: PlanSnapshot;
      /** When the shopper agreed, and to which texts. */
      agreed: { agreedAt: Date; texts: AgreedText[] };
    }
  | { outcome: 'declined'; assessment: Assessment };

/**
 * Decides about an order that an agreement covers, without asking the shopper: ceilings, score, limit and funder as at
 * the checkout, in one transaction; what is approved is held at once. A decline is a value, because it is kept with its
 * assessment, and with the agreement's suspension where lateness is the reason.
 *
 * @throws GatewayError `not_found`, `state_conflict` (pending), `agreement_ended`, `agreement_suspended`,
 *   `currency_mismatch`, `agreement_ceiling_exceeded`, `limit_exceeded`, `funder_unavailable`.
 */
export async function decideByAgreement(
  tx: Tx,
  input: {
    agreementId: string;
    merchantId: string;
    merchantReference: string;
    amount: bigint;
    currency: string;
  },
  looked: AgreementFacts,
): Promise<AgreedDecision> {
  const { amount, currency } = input;
  const { agreement: known, merchant, stored } = looked;
  const { shopperId, agreedAt } = known;
  if (shopperId === null || agreedAt === null) {
    requireUsable(known);
    throw new Error(`agreement ${known.id} is ${known.status} without a shopper`);
  }
  requireCurrency(known.currency, currency);
  const terms = agreedTerms({ ...known, merchant, amount });
  // The line is locked before the agreement: they are sent in this order, and what is read after them holds.
  const reviewed = reviewStanding(tx, { shopperId, currency });
  if (!looked.hasLine) await reviewed;
  const line = reviewed.then((standing) => standing.line);
  const [standing, locked, { screening, facts, funders, spent, recent }] = await Promise.all([
    reviewed,
    lockAgreement(tx, { agreementId: input.agreementId, merchantId: input.merchantId }),
    lookAt(tx, { ...input, shopperId, terms, stored, line }),
  ]);
  const wasSuspended = locked.status === 'suspended';
  const agreement = await followStanding(tx, locked, standing);
  const turnsSuspended = agreement.status === 'suspended' && !wasSuspended;
  if (!turnsSuspended) requireUsable(agreement);
  const { paymentMethodId } = agreement;
  if (paymentMethodId === null) throw new Error(`agreement ${agreement.id} has no payment method`);
  if (!turnsSuspended) requireWithinCeilings(agreement, spent, amount);
  const ask = { amount, available: availableOf(standing.line), downPercent: null, byAgreement: true };
  if (!turnsSuspended && recent && isAnsweredBy(recent, ask))
    return { outcome: 'declined', assessment: await findAssessment(tx, recent) };
  const order = { shopperId, terms, standing, facts, ...funders, screened: screening.code };
  const { declineCode, grant, excused, offer, funding, asked, protection } = await judgeWithGrant(
    tx,
    { shopperId, currency, amount },
    (passedOver) => judgeOrder(tx, { ...order, excused: passedOver }),
  );
  if (grant) await useGrant(tx, grant, agreement.id);
  const guards = {
    fraud: screening.record,
    protection: recordProtection(tx, facts, protection),
    funding: recordFunding(funders.routing, asked),
    ...(grant && { appeal: grantRecord(grant) }),
  };
  const judged = { order: { ...order, excused }, declineCode, guards };
  const assessment = await assess(tx, { agreement, amount, ...judged });
  if (declineCode !== null || !funding || !offer) return { outcome: 'declined', assessment };
  const held = await holdOffer(tx, { line: standing.line, funding, merchant, offer });
  const funderIds = funding.shares.map(({ funder }) => funder.id);
  const words = agreement.agreedTexts.filter(({ purpose }) => purpose === 'agreement');
  const agreed = { agreedAt, texts: [...words, ...textsAmong(funders.consents, funderIds)] };
  return { outcome: 'approved', agreement, shopperId, paymentMethodId, agreed, ...held };
}

/** What is seen of an order besides the standing, asked for together. The line may be on its way. */
async function lookAt(
  tx: Tx,
  of: {
    agreementId: string;
    merchantReference: string;
    shopperId: string;
    amount: bigint;
    currency: string;
    terms: SessionTerms;
    stored: Promise<Stored>;
    line: Promise<CreditLine>;
  },
) {
  const { agreementId, shopperId, amount, currency, terms, stored, line } = of;
  const { merchant } = terms;
  const purchase = `${agreementId}/${of.merchantReference}`;
  const asker = { shopperId, merchantId: merchant.id, currency, amount, subjectId: agreementId };
  const [recent, screening, facts, funders, spent] = await Promise.all([
    recallDecline(tx, asker),
    screen(tx, { kind: 'agreement', purchase, shopperId, merchant, amount, currency, line, stored }),
    factsForPurchase(tx, { shopperId, terms }),
    readOrderFunding(tx, { agreementId, shopperId, terms }),
    readSpent(tx, { agreementId, shopperId, currency, timeZone: merchant.timeZone }),
  ]);
  return { recent, screening, facts, funders, spent };
}

function requireCurrency(agreed: string, currency: string): void {
  if (agreed === currency) return;
  throw new GatewayError('currency_mismatch', {
    detail: `The shopper agreed to ${agreed}.`,
    errors: [{ pointer: '/currency', code: 'mismatch' }],
  });
}

/** A decline that is repeated while nothing has changed is the stored one, so that asking often teaches nothing. */
async function assess(
  tx: Tx,
  input: {
    agreement: Agreement;
    order: AgreedOrder;
    amount: bigint;
    declineCode: Assessment['declineCode'];
    guards: Record<string, unknown>;
  },
): Promise<Assessment> {
  const { agreement, order, amount, declineCode, guards } = input;
  const { shopperId, standing } = order;
  const { score, line } = standing;
  const available = availableOf(line);
  const stored = declineCode === null ? undefined : await latestAssessment(tx, agreement.id);
  const isSame =
    stored?.declineCode === declineCode &&
    stored.score === score.score &&
    stored.available === available &&
    stored.amount === amount;
  if (stored && isSame) return stored;
  const advice = declineCode === null ? undefined : await adviseOnOrder(tx, order, declineCode);
  const assessment = await storeAssessment(tx, {
    shopperId,
    subject: { agreementId: agreement.id },
    score,
    limit: line.limit,
    available,
    amount,
    currency: agreement.currency,
    declineCode,
    offers: ['pay_after'],
    annualRatePpm: null,
    guards: { ...guards, ...(advice && { advice }) },
  });
  if (advice) rememberDecline(tx, { assessment, merchantId: agreement.merchantId, advised: advice });
  return assessment;
}
