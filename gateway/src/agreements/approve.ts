import { purposeOf } from '../checkout/session-offers.ts';
import { readRouting } from '../credit/candidates.ts';
import type { Funder } from '../credit/funders.ts';
import { route } from '../credit/routing.ts';
import { dateIn } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant, type Merchant } from '../merchants/merchants.ts';
import { findPaymentMethod } from '../processor/payment-methods.ts';
import type { AgreedText } from '../shoppers/agreed-texts.ts';
import { missingConsents } from '../shoppers/consents.ts';
import { hashText, keepTexts } from '../shoppers/kept-texts.ts';
import type { Locale } from '../shoppers/profile.ts';
import { requireLevelThree } from '../shoppers/step-up.ts';
import { agreedTerms } from './agreed-offer.ts';
import {
  type Agreement,
  agreementNotFound,
  lockAgreement,
  recordAgreementEvent,
  updateAgreement,
} from './agreements.ts';
import { isTooLate, requireUsable } from './state.ts';
import { type AgreementTerms, hashTerms, termsOf } from './terms.ts';

/**
 * Binds an agreement that nobody agreed to yet to the first shopper who comes to its page. Another shopper gets
 * `not_found`: the page's address alone must not show anybody else's agreement.
 */
export async function claimAgreement(
  tx: Tx,
  input: { agreementId: string; shopperId: string },
): Promise<Agreement> {
  const agreement = await lockAgreement(tx, { agreementId: input.agreementId });
  if (agreement.shopperId === input.shopperId) return agreement;
  if (agreement.shopperId !== null) throw agreementNotFound();
  requireOpen(tx, agreement);
  return updateAgreement(tx, agreement, { shopper_id: input.shopperId });
}

/**
 * The terms that a shopper would agree to now, with the funder that would carry an order of the ceiling. Undefined while
 * no funder could.
 */
export async function draftTerms(
  tx: Tx,
  agreement: Agreement,
): Promise<{ terms: AgreementTerms; funder: Funder } | undefined> {
  const merchant = await findMerchant(tx, agreement.merchantId);
  const funder = await funderOfCeiling(tx, agreement, merchant);
  if (!funder) return undefined;
  const agreedOn = dateIn(merchant.timeZone, tx.now);
  return { terms: termsOf(agreement, { merchant, funder, agreedOn }), funder };
}

/** The first whose terms carry an order of the ceiling. Each order asks for the score of its own day. */
async function funderOfCeiling(
  tx: Tx,
  agreement: Agreement,
  merchant: Merchant,
): Promise<Funder | undefined> {
  const { id: key, orderCeiling: amount, chargeAfterDays: days } = agreement;
  const terms = agreedTerms({ ...agreement, merchant, amount });
  const of = { key, shopperId: agreement.shopperId ?? '', canAsk: false };
  const routing = await readRouting(tx, purposeOf(terms, of));
  const { ranked } = route(routing, { plan: 'pay_after', amount, days, score: null });
  return ranked[0]?.lead;
}

/**
 * The shopper agrees: from now on the merchant may authorize orders within the ceilings. Needs an identity check within
 * 15 minutes in this session, every consent, and that the terms of now are those that were read. Agreeing again to an
 * active agreement changes nothing.
 *
 * @throws GatewayError `not_found`, `step_up_required`, `agreement_ended`, `funder_unavailable`, `validation_failed` (a
 *   consent is missing), `state_conflict` (the terms changed since they were read).
 */
export async function approveAgreement(
  tx: Tx,
  input: {
    agreementId: string;
    shopperId: Id<'shp'>;
    /** The signed-in session in which the shopper agrees. */
    sessionId: Id<'sse'>;
    paymentMethodId: string;
    /** The hash of the terms that the page showed, and the words around them. */
    agreedHash: string;
    shown: { text: string; locale: Locale };
  },
): Promise<Agreement> {
  const { agreementId, shopperId } = input;
  const agreement = await lockAgreement(tx, { agreementId, shopperId });
  if (agreement.status === 'active' || agreement.status === 'suspended') return agreement;
  requireOpen(tx, agreement);
  await requireLevelThree(tx, input.sessionId);
  const draft = await draftTerms(tx, agreement);
  if (!draft) {
    throw new GatewayError('funder_unavailable', {
      detail: 'No funder can carry such orders now.',
      retryAfterSeconds: 60,
    });
  }
  const termsHash = hashTerms(draft.terms);
  if (termsHash !== input.agreedHash) {
    throw new GatewayError('state_conflict', {
      detail: 'The terms have changed since they were shown.',
      hint: 'Read them as they are now and agree again.',
    });
  }
  if ((await missingConsents(tx, shopperId, draft.funder.id)).length > 0) {
    throw new GatewayError('validation_failed', {
      detail: 'A consent is missing.',
      errors: [{ pointer: '/consent', code: 'missing' }],
    });
  }
  const method = await findPaymentMethod(tx, { id: input.paymentMethodId, shopperId });
  await keepTexts(tx, [input.shown.text]);
  const active = await updateAgreement(tx, agreement, {
    status: 'active',
    payment_method_id: method.id,
    terms: JSON.stringify(draft.terms) as never,
    terms_hash: termsHash,
    agreed_texts: JSON.stringify([agreedText(draft.terms, input.shown)]) as never,
    agreed_at: tx.now,
  });
  await recordAgreementEvent(tx, 'agreement.active', active);
  return active;
}

function agreedText(
  { terms_version: version }: AgreementTerms,
  { text, locale }: { text: string; locale: Locale },
): AgreedText {
  return { purpose: 'agreement', version, locale, text_hash: hashText(text) };
}

/** Throws `agreement_ended` when it is ended, or when its time to be agreed to is over. */
function requireOpen(tx: Tx, agreement: Agreement): void {
  if (isTooLate(agreement, tx.wallNow)) requireUsable({ status: 'ended', endedBy: 'time' });
  if (agreement.status === 'ended') requireUsable(agreement);
}
