import { holdOffer } from '../checkout/hold-offer.ts';
import { factsForPurchase } from '../checkout/protect-purchase.ts';
import type { SessionTerms } from '../checkout/session-offers.ts';
import { grantRecord, judgeWithGrant, useGrant } from '../standing/grants.ts';
import { reviewStanding } from '../standing/standing.ts';
import type { Hold } from '../credit/holds.ts';
import { availableOf, type CreditLine } from '../credit/lines.ts';
import { recordFunding } from '../credit/record-funding.ts';
import { screen } from '../fraud/screen.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { type Assessment, latestAssessment, storeAssessment } from '../pay-score/assessments.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { recordProtection } from '../protection/record.ts';
import { type AgreedText, consentsFor } from '../shoppers/agreed-texts.ts';
import { type Agreement, findAgreement, lockAgreement } from './agreements.ts';
import { agreedTerms } from './agreed-offer.ts';
import { requireWithinCeilings } from './ceilings.ts';
import { adviseOnOrder, type AgreedOrder, judgeOrder, readOrderFunding } from './judge.ts';
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
): Promise<AgreedDecision> {
  const { amount, currency } = input;
  const of = { agreementId: input.agreementId, merchantId: input.merchantId };
  const [found, merchant] = await Promise.all([findAgreement(tx, of), findMerchant(tx, input.merchantId)]);
  const { shopperId, currency: agreedCurrency, ...known } = found;
  if (shopperId === null || known.agreedAt === null) {
    requireUsable(known);
    throw new Error(`agreement ${known.id} is ${known.status} without a shopper`);
  }
  requireCurrency(agreedCurrency, currency);
  // The line is locked before the agreement: they are sent in this order.
  const [standing, locked] = await Promise.all([
    reviewStanding(tx, { shopperId, currency }),
    lockAgreement(tx, of),
  ]);
  const wasSuspended = locked.status === 'suspended';
  const agreement = await followStanding(tx, locked, standing);
  const turnsSuspended = agreement.status === 'suspended' && !wasSuspended;
  if (!turnsSuspended) requireUsable(agreement);
  const { paymentMethodId } = agreement;
  if (paymentMethodId === null) throw new Error(`agreement ${agreement.id} has no payment method`);
  const terms = agreedTerms({ ...agreement, merchant, amount });
  const [{ screening, facts, funders }] = await Promise.all([
    lookAt(tx, { ...input, agreement, shopperId, paymentMethodId, terms, line: standing.line }),
    turnsSuspended
      ? undefined
      : requireWithinCeilings(tx, { agreement, shopperId, timeZone: merchant.timeZone, amount }),
  ]);
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
  const assessed = assess(tx, { agreement, amount, ...judged });
  if (declineCode !== null || !funding || !offer) return { outcome: 'declined', assessment: await assessed };
  const funderIds = funding.shares.map(({ funder }) => funder.id);
  const [held, consents] = await Promise.all([
    holdOffer(tx, { line: standing.line, funding, merchant, offer }),
    consentsFor(tx, { shopperId, funderIds }),
    assessed,
  ]);
  const words = agreement.agreedTexts.filter(({ purpose }) => purpose === 'agreement');
  const agreed = { agreedAt: known.agreedAt, texts: [...words, ...consents] };
  return { outcome: 'approved', agreement, shopperId, paymentMethodId, agreed, ...held };
}

/** What is seen of an order besides the standing, asked for together. */
async function lookAt(
  tx: Tx,
  of: {
    agreement: Agreement;
    merchantReference: string;
    shopperId: string;
    paymentMethodId: string;
    amount: bigint;
    currency: string;
    terms: SessionTerms;
    line: CreditLine;
  },
) {
  const { agreement, shopperId, paymentMethodId, amount, currency, terms, line } = of;
  const { merchant } = terms;
  const purchase = `${agreement.id}/${of.merchantReference}`;
  const [screening, facts, funders] = await Promise.all([
    screen(tx, { kind: 'agreement', purchase, shopperId, merchant, paymentMethodId, amount, currency, line }),
    factsForPurchase(tx, { shopperId, terms }),
    readOrderFunding(tx, { agreementId: agreement.id, shopperId, terms }),
  ]);
  return { screening, facts, funders };
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
  return storeAssessment(tx, {
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
}
