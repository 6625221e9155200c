import { lapsesOn, todayIn } from '../../../credit/guarantees/state.ts';
import { guaranteeTerms } from '../../../credit/guarantees/terms.ts';
import { addDays } from '../../../lib/dates.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { queueMessage } from '../../../notifications/messages.ts';
import { type ChosenMethod, keepMethod } from '../../../processor/test-cards.ts';
import { offerGuarantee, type OfferAnswer, type OfferRefusal } from '../../../repayments/guarantors/offer.ts';
import { requireServed } from '../../../shoppers/codes/may-send.ts';
import { defaultCodeRules } from '../../../shoppers/codes/rules.ts';
import { normalizePhone } from '../../../shoppers/phone.ts';
import { requireLevelThree } from '../../../shoppers/step-up.ts';
import type { Result } from '../../answer-form.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { chooseMethod } from '../../payment-method.ts';
import type { NoticeCode } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import { readVouching } from './facts.ts';
import { type AskedVouch, askedBy, guaranteePath, guaranteesPath, offerPath } from './paths.ts';
import { shownWords } from './shown-words.ts';

const noticeOfRefusal: Record<OfferRefusal, NoticeCode> = {
  thin_file: 'guarantee_not_now',
  late: 'guarantee_not_now',
  score_too_low: 'guarantee_not_now',
  is_debtor: 'guarantee_not_now',
  debtors_full: 'guarantee_not_now',
  no_room: 'guarantee_not_now',
  own_phone: 'guarantee_phone_own',
  amount_too_small: 'guarantee_amount',
  amount_too_large: 'guarantee_amount',
  term_not_offered: 'guarantee_amount',
  too_many_offers: 'guarantee_too_many',
  terms_changed: 'text_changed',
};

const noticeOfProblem: { [code in ProblemCode]?: NoticeCode } = {
  step_up_required: 'step_up_required',
  validation_failed: 'guarantee_phone_invalid',
  processor_unavailable: 'processor_unavailable',
};

/**
 * The shopper offers what the page showed. The card is saved at the processor first; then one transaction stores the offer
 * and writes the invitation to the phone, whoever has it.
 */
export async function vouch(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { path } = visit.place;
  const asked = askedBy(req);
  const reference = field(req, 'reference');
  if (!asked || !isId('req', reference))
    return { to: guaranteesPath(path), memory: say(visit, 'guarantee_amount') };
  const typed = { phone: field(req, 'phone').slice(0, 30) };
  const back = (notice: NoticeCode): Result => ({
    to: offerPath(path, asked),
    memory: say(visit, notice, { typed }),
  });
  if (field(req, 'declaration') === '') return back('guarantee_consent');
  try {
    // What a shopper can have sent to any number goes to no others than codes do.
    requireServed(normalizePhone(field(req, 'phone')), context.config.codes ?? defaultCodeRules);
    const method = await chooseMethod(context, visit, {
      shopperId: visit.shopper.id,
      value: field(req, 'method'),
    });
    if (!method) return back('method_missing');
    const answer = await inVisit(context, visit, (tx) =>
      offerAsRead(tx, action, { asked, reference, method }),
    );
    if (answer === 'text_changed') return back('text_changed');
    if (answer.outcome === 'refused') return back(noticeOfRefusal[answer.code]);
    return { to: guaranteePath(path, answer.guarantee.id), memory: say(visit, 'guarantee_offered') };
  } catch (error) {
    const notice = error instanceof GatewayError ? noticeOfProblem[error.code] : undefined;
    if (!notice) throw error;
    return back(notice);
  }
}

async function offerAsRead(
  tx: Tx,
  action: AccountAction,
  { asked, reference, method }: { asked: AskedVouch; reference: string; method: ChosenMethod },
): Promise<OfferAnswer | 'text_changed'> {
  const { visit, req } = action;
  const { id: guarantorId, sessionId } = visit.shopper;
  // The session is locked, so the same form in another tab waits here and finds the card that this one keeps.
  await requireLevelThree(tx, sessionId);
  const vouching = await readVouching(tx, guarantorId);
  if (!vouching) return { outcome: 'refused', code: 'thin_file' };
  const { currency } = vouching;
  const terms = guaranteeTerms({ currency, ...asked, offeredOn: todayIn(tx) });
  const shown = shownWords(terms, field(req, 'declaration'));
  if (!shown) return 'text_changed';
  const answer = await offerGuarantee(tx, {
    guarantorId,
    sessionId,
    reference,
    phone: field(req, 'phone'),
    currency,
    ...asked,
    paymentMethodId: await keepMethod(tx, guarantorId, method),
    browser: visit.browser,
    agreedHash: field(req, 'agreed'),
    shown,
  });
  if (answer.outcome === 'offered' && answer.isNew) await invite(tx, action, answer);
  return answer;
}

/** Written in the guarantor's language: whether somebody is known by this number is not looked at. */
async function invite(
  tx: Tx,
  { context, visit, req }: AccountAction,
  { guarantee }: Extract<OfferAnswer, { outcome: 'offered' }>,
): Promise<void> {
  const { cap, currency, id } = guarantee;
  await queueMessage(tx, {
    channel: 'sms',
    recipient: normalizePhone(field(req, 'phone')),
    locale: visit.locale,
    template: 'guarantee_invitation',
    data: {
      phone: visit.shopper.phone,
      amount: { amount: cap, currency },
      date: addDays(lapsesOn(guarantee), -1),
      link: context.config.origins.api + guaranteePath(visit.place.path, id),
    },
  });
}
