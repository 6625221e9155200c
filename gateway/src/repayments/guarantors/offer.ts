import {
  type Guarantee,
  type GuaranteeRow,
  guaranteesOf,
  recordGuaranteeEvent,
  toGuarantee,
} from '../../credit/guarantees/guarantees.ts';
import { sealInvited } from '../../credit/guarantees/invitations.ts';
import { todayIn } from '../../credit/guarantees/state.ts';
import {
  guaranteeMonths,
  type GuaranteeTerms,
  guaranteeTerms,
  hashGuaranteeTerms,
} from '../../credit/guarantees/terms.ts';
import { addMs, dayMs } from '../../lib/dates.ts';
import { type Id, newId } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { findPaymentMethod } from '../../processor/payment-methods.ts';
import type { AgreedText } from '../../shoppers/agreed-texts.ts';
import { hashText, keepTexts } from '../../shoppers/kept-texts.ts';
import { normalizePhone } from '../../shoppers/phone.ts';
import { contactOf, type Locale } from '../../shoppers/profile.ts';
import { requireLevelThree } from '../../shoppers/step-up.ts';
import { reviewStanding } from '../../standing/standing.ts';
import { guarantorStanding, type VouchObstacle } from './eligibility.ts';
import { browserHashOf } from './same-device.ts';

/** So many offers may wait at once, and so many may be made in a week: nobody is asked by a stranger again and again. */
const mostOpenOffers = 3;
const mostOffersAWeek = 5;

export type OfferRefusal =
  | VouchObstacle
  | 'own_phone'
  | 'amount_too_small'
  | 'amount_too_large'
  | 'term_not_offered'
  | 'too_many_offers'
  /** What was read is not what would be agreed to now. */
  | 'terms_changed';

export type OfferInput = {
  guarantorId: Id<'shp'>;
  /** The signed-in session in which the guarantor agrees. */
  sessionId: Id<'sse'>;
  /** Of the form: sent twice it offers once. */
  reference: string;
  /** The friend's, as it was typed. */
  phone: string;
  currency: string;
  cap: bigint;
  months: number;
  paymentMethodId: string;
  /** The random name of the guarantor's browser. */
  browser: string;
  /** The hash of the terms that the page showed, and the words around them. */
  agreedHash: string;
  shown: { text: string; locale: Locale };
};

/** `isNew` says whether the invited phone is to be told now. */
export type OfferAnswer =
  { outcome: 'offered'; guarantee: Guarantee; isNew: boolean } | { outcome: 'refused'; code: OfferRefusal };

/**
 * An established shopper offers to vouch for whoever has a phone number. The answer is the same whether or not a shopper
 * has it, and whatever may stand between the two: that is told to the one who accepts. Nothing is pledged before that.
 *
 * @throws GatewayError `step_up_required` without an identity check in the last 15 minutes, `not_found` (the card),
 *   `validation_failed` (no phone number).
 */
export async function offerGuarantee(tx: Tx, input: OfferInput): Promise<OfferAnswer> {
  const { guarantorId, currency, cap, months } = input;
  const repeated = await findRepeated(tx, input);
  if (repeated) return repeated;
  await requireLevelThree(tx, input.sessionId);
  const standing = await reviewStanding(tx, { shopperId: guarantorId, currency });
  // The same form in another tab waited for the session.
  const meanwhile = await findRepeated(tx, input);
  if (meanwhile) return meanwhile;
  const { obstacle, least, most } = await guarantorStanding(tx, {
    shopperId: guarantorId,
    currency,
    standing,
  });
  if (obstacle) return refused(obstacle);
  if (cap < least) return refused('amount_too_small');
  if (cap > most) return refused('amount_too_large');
  if (!guaranteeMonths.some((offered) => offered === months)) return refused('term_not_offered');
  const { phone } = await contactOf(tx, guarantorId);
  if (normalizePhone(input.phone) === phone) return refused('own_phone');
  if (await hasOfferedTooOften(tx, guarantorId)) return refused('too_many_offers');
  const terms = guaranteeTerms({ currency, cap, months, offeredOn: todayIn(tx) });
  if (hashGuaranteeTerms(terms) !== input.agreedHash) return refused('terms_changed');
  const { id: methodId } = await findPaymentMethod(tx, { id: input.paymentMethodId, shopperId: guarantorId });
  const guarantee = await store(tx, input, { terms, methodId });
  await recordGuaranteeEvent(tx, 'guarantee.offered', guarantee);
  return { outcome: 'offered', guarantee, isNew: true };
}

function refused(code: OfferRefusal): OfferAnswer {
  return { outcome: 'refused', code };
}

async function findRepeated(
  tx: Tx,
  { guarantorId, reference }: Pick<OfferInput, 'guarantorId' | 'reference'>,
): Promise<OfferAnswer | undefined> {
  const row = await guaranteesOf(tx, { guarantor_id: guarantorId, reference }).first();
  return row && { outcome: 'offered', guarantee: toGuarantee(row), isNew: false };
}

async function hasOfferedTooOften(tx: Tx, guarantorId: Id<'shp'>): Promise<boolean> {
  const rows = await guaranteesOf(tx, { guarantor_id: guarantorId })
    .where((query) => {
      void query.where({ status: 'offered' }).orWhere('created_at', '>', addMs(tx.now, -7 * dayMs));
    })
    .select('status', 'created_at');
  const open = rows.filter(({ status }) => status === 'offered');
  const recent = rows.filter(({ created_at: at }) => at > addMs(tx.now, -7 * dayMs));
  return open.length >= mostOpenOffers || recent.length >= mostOffersAWeek;
}

/** The words of a guarantee as one side agreed to them. */
export function agreedText(
  { terms_version: version }: GuaranteeTerms,
  { text, locale }: { text: string; locale: Locale },
): AgreedText {
  return { purpose: 'guarantee', version, locale, text_hash: hashText(text) };
}

async function store(
  tx: Tx,
  input: OfferInput,
  { terms, methodId }: { terms: GuaranteeTerms; methodId: string },
): Promise<Guarantee> {
  const { guarantorId, phone, shown } = input;
  const id = newId('gua');
  await keepTexts(tx, [shown.text]);
  const [row] = await tx
    .sql<GuaranteeRow>('guarantees')
    .insert({
      environment_id: tx.environment.id,
      id,
      reference: input.reference,
      guarantor_id: guarantorId,
      ...(await sealInvited(tx, { guaranteeId: id, guarantorId, phone })),
      browser_hash: browserHashOf(tx, input.browser),
      currency: input.currency,
      cap: input.cap,
      offered_on: terms.offered_on,
      expires_on: terms.expires_on,
      payment_method_id: methodId,
      terms: JSON.stringify(terms) as never,
      terms_hash: hashGuaranteeTerms(terms),
      guarantor_texts: JSON.stringify([agreedText(terms, shown)]) as never,
      status: 'offered',
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the guarantee was not stored');
  return toGuarantee(row);
}
