import { approveAgreement, claimAgreement, draftTerms } from '../../agreements/approve.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { type ChosenMethod, keepMethod } from '../../processor/test-cards.ts';
import { giveConsents } from '../../shoppers/consents.ts';
import { hashText } from '../../shoppers/kept-texts.ts';
import { locales } from '../../shoppers/profile.ts';
import type { Result } from '../answer-form.ts';
import { readConsentValue } from '../checkout/consent-value.ts';
import { claimIfFree } from '../claim-if-free.ts';
import { field, fields } from '../forms.ts';
import { proveIdentity, typedIdentity } from '../identity-check.ts';
import { keepConsents } from '../keep-consents.ts';
import { say } from '../memory.ts';
import { inVisit, type SignedIn } from '../page-visit.ts';
import { checkPasskey } from '../passkey-sign-in.ts';
import { chooseMethod } from '../payment-method.ts';
import { checkCode } from '../sign-in.ts';
import type { AgreementAction } from './action.ts';
import { permissionPlainText } from './words.ts';

/** The right code signs the shopper in, and the agreement becomes theirs to decide about if it is nobody's. */
export function signIn(action: AgreementAction): Promise<Result> {
  return checkCode(action, (tx, shopperId) => claimIfFree(tx, action.visit.place, shopperId));
}

/** A passkey signs its shopper in, and the agreement becomes theirs to decide about if it is nobody's. */
export function signInWithPasskey(action: AgreementAction): Promise<Result> {
  return checkPasskey(action, (tx, shopperId) => claimIfFree(tx, action.visit.place, shopperId));
}

/** Keeps the consents that are missing, then checks who the shopper is: the check is one of the things agreed to. */
export async function prove(action: AgreementAction): Promise<Result> {
  const { context, visit } = action;
  const { shopper, agreement } = visit;
  if (!shopper) return {};
  const typed = typedIdentity(action);
  await inVisit(context, visit, (tx) =>
    claimAgreement(tx, { agreementId: agreement.id, shopperId: shopper.id }),
  );
  const unticked = visit.consentsMissing ? await keepConsents(action, shopper.id) : undefined;
  if (unticked) return { memory: say(visit, unticked, { typed }) };
  const unproved = await proveIdentity(action, shopper, visit.place.path);
  if (!unproved) return {};
  return 'leave' in unproved ? { to: unproved.leave } : { memory: say(visit, unproved.notice, { typed }) };
}

/** The shopper agrees to what the page showed. The card is saved at the processor first. */
export async function agree(action: AgreementAction): Promise<Result> {
  const { context, visit, req } = action;
  const { shopper } = visit;
  if (!shopper) return {};
  if (field(req, 'permission') === '') return { memory: say(visit, 'consents_missing') };
  const method = await chooseMethod(context, visit, { shopperId: shopper.id, value: field(req, 'method') });
  if (!method) return { memory: say(visit, 'method_missing') };
  await inVisit(context, visit, (tx) => approveAsRead(tx, action, { shopper, method }));
  return {};
}

async function approveAsRead(
  tx: Tx,
  { visit, req }: AgreementAction,
  { shopper, method }: { shopper: SignedIn; method: ChosenMethod },
): Promise<void> {
  const { id: shopperId, sessionId } = shopper;
  // The lock makes a form in another tab wait, so that it finds the card that this one keeps.
  const agreement = await claimAgreement(tx, { agreementId: visit.agreement.id, shopperId });
  const draft = await draftTerms(tx, agreement);
  if (!draft) throw new GatewayError('funder_unavailable');
  const words = locales
    .map((locale) => ({ locale, text: permissionPlainText(locale, draft.terms) }))
    .find(({ text }) => hashText(text) === field(req, 'permission'));
  if (!words) throw new GatewayError('state_conflict', { detail: 'The words have changed.' });
  const { funder } = draft;
  const given = fields(req, 'consent').map(readConsentValue);
  await giveConsents(tx, {
    shopperId,
    locale: visit.locale,
    funder,
    given,
  });
  await approveAgreement(tx, {
    agreementId: agreement.id,
    shopperId,
    sessionId,
    paymentMethodId: await keepMethod(tx, shopperId, method),
    agreedHash: field(req, 'agreed'),
    shown: words,
  });
}
