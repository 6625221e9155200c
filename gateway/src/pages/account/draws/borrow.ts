import { findDrawByReference } from '../../../draws/draws.ts';
import { finishDraw } from '../../../draws/finish.ts';
import { type DrawAnswer, type DrawRefusal, requestDraw } from '../../../draws/request.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { hashSnapshot } from '../../../plans/snapshot.ts';
import { carryOut } from '../../../processor/carry-out.ts';
import { type ChosenMethod, keepMethod } from '../../../processor/test-cards.ts';
import { giveConsents } from '../../../shoppers/consents.ts';
import { hashText } from '../../../shoppers/kept-texts.ts';
import { locales } from '../../../shoppers/profile.ts';
import { requireLevelThree } from '../../../shoppers/step-up.ts';
import type { Result } from '../../answer-form.ts';
import { readConsentValue } from '../../checkout/consent-value.ts';
import { field, fields } from '../../forms.ts';
import { keepShownWarning } from '../../keep-warning.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { agreementPlainText } from '../../parts/agreement-words.ts';
import { chooseMethod } from '../../payment-method.ts';
import type { NoticeCode } from '../../texts/language.ts';
import { seenBy } from '../../seen.ts';
import type { AccountAction } from '../action.ts';
import { agreementPath, askedBy, type AskedDraw, comparisonPath, drawsPath } from './asked.ts';
import { draftFor } from './draft.ts';

/** Rolls everything back and tells the shopper why. */
class Refused extends Error {
  readonly notice: NoticeCode;

  constructor(notice: NoticeCode) {
    super(notice);
    this.notice = notice;
  }
}

const noticeOfRefusal: Record<DrawRefusal, NoticeCode> = {
  market_off: 'draw_off',
  amount_too_small: 'draw_gone',
  amount_too_large: 'draw_gone',
  not_offered: 'draw_gone',
  under_way: 'draw_under_way',
  cooling_off: 'draw_cooling_off',
  consents_missing: 'draw_consents',
  terms_changed: 'text_changed',
};

const noticeOfProblem: { [code in ProblemCode]?: NoticeCode } = {
  step_up_required: 'step_up_required',
  limit_exceeded: 'limit_exceeded',
  funder_unavailable: 'funder_unavailable',
  processor_unavailable: 'processor_unavailable',
  state_conflict: 'text_changed',
};

/**
 * The shopper agrees to what the page showed. The card is saved at the processor first; one transaction decides, holds the
 * amount and starts the payout; the processor is asked outside of any; the draw's page tells what became of it.
 */
export async function borrow(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { path } = visit.place;
  const asked = askedBy(req);
  const reference = field(req, 'reference');
  if (!asked || !isId('req', reference)) return { to: drawsPath(path), memory: say(visit, 'draw_gone') };
  const back = (notice: NoticeCode): Result => ({
    to: agreementPath(path, asked),
    memory: say(visit, notice),
  });
  if (field(req, 'declaration') === '') return back('draw_consents');
  try {
    const method = await chooseMethod(context, visit, {
      shopperId: visit.shopper.id,
      value: field(req, 'method'),
    });
    if (!method) return back('method_missing');
    const answer = await inVisit(context, visit, (tx) =>
      requestAsRead(tx, action, { asked, reference, method }),
    );
    if (answer.outcome === 'declined') {
      const to = comparisonPath(path, asked.amount, answer.assessment.currency);
      return { to, memory: say(visit, 'draw_declined') };
    }
    const { draw, attemptId } = answer;
    if (attemptId) await send(action, attemptId);
    return { to: `${drawsPath(path)}/${draw.id}` };
  } catch (error) {
    const notice =
      error instanceof Refused
        ? error.notice
        : error instanceof GatewayError
          ? noticeOfProblem[error.code]
          : undefined;
    if (!notice) throw error;
    return back(notice);
  }
}

async function requestAsRead(
  tx: Tx,
  action: AccountAction,
  { asked, reference, method }: { asked: AskedDraw; reference: string; method: ChosenMethod },
): Promise<Exclude<DrawAnswer, { outcome: 'refused' }>> {
  const { visit, req } = action;
  const { id: shopperId, sessionId } = visit.shopper;
  const repeated = await findDrawByReference(tx, { shopperId, reference });
  if (repeated) return { outcome: 'requested', draw: repeated, attemptId: undefined };
  // The session is locked, so the same form in another tab waits here and finds the card that this one keeps.
  await requireLevelThree(tx, sessionId);
  const drafted = await draftFor(tx, { shopperId, asked });
  if (!drafted) throw new Refused('draw_gone');
  const { funder, draft } = drafted;
  const shown = locales
    .map((locale) => ({ locale, text: agreementPlainText(locale, draft) }))
    .find(({ text }) => hashText(text) === field(req, 'declaration'));
  if (!shown || hashSnapshot(draft) !== field(req, 'agreed')) throw new Refused('text_changed');
  const given = fields(req, 'consent').map(readConsentValue);
  await giveConsents(tx, {
    shopperId,
    locale: visit.locale,
    funder,
    coFunders: draft.co_funders ?? [],
    given,
  });
  const answer = await requestDraw(tx, {
    ...asked,
    shopperId,
    sessionId,
    reference,
    paymentMethodId: await keepMethod(tx, shopperId, method),
    agreedHash: field(req, 'agreed'),
    shown,
    visit: seenBy(tx, action),
  });
  if (answer.outcome === 'refused') throw new Refused(noticeOfRefusal[answer.code]);
  if (answer.outcome === 'requested' && answer.warning) {
    const { holdId, currency } = answer.draw;
    const told = { shopperId, holdId, burden: answer.warning, currency, isDraw: true };
    if (!(await keepShownWarning(tx, req, told))) throw new Refused('text_changed');
  }
  return answer;
}

/** Whatever becomes of it shows on the draw's page; what stays open is carried on by the worker. */
async function send({ context, visit }: AccountAction, attemptId: string): Promise<void> {
  try {
    await carryOut(context, { environmentId: visit.environment.id, attemptId }, finishDraw);
  } catch (error) {
    const name = error instanceof GatewayError ? error.code : (error as Error).name;
    context.log.warn({ attempt_id: attemptId, name }, 'a cash draw waits for the worker');
  }
}
