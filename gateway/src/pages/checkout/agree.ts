import { askFunders } from '../../checkout/ask-funders.ts';
import { confirm, type Confirmation, finishDownHold } from '../../checkout/confirm.ts';
import { keepAgreed } from '../../checkout/keep-agreed.ts';
import { lockLine } from '../../credit/lines.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { fundersOf, hashSnapshot, type PlanSnapshot } from '../../plans/snapshot.ts';
import { carryOut } from '../../processor/carry-out.ts';
import { giveConsents, missingConsents } from '../../shoppers/consents.ts';
import { hashText } from '../../shoppers/kept-texts.ts';
import { type Locale, locales } from '../../shoppers/profile.ts';
import type { Result } from '../answer-form.ts';
import { field, fields } from '../forms.ts';
import { keepShownWarning } from '../keep-warning.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import { chooseMethod } from '../payment-method.ts';
import { type ChosenMethod, keepMethod } from '../../processor/test-cards.ts';
import { agreementPlainText } from '../parts/agreement-words.ts';
import { seenBy } from '../seen.ts';
import type { NoticeCode } from '../texts/language.ts';
import type { Action } from './action.ts';
import { readConsentValue } from './consent-value.ts';
import { agreementPath, readRepaymentDay } from './repayment-day.ts';

/** Rolls the confirmation back and tells the shopper why. */
class Refused extends Error {
  readonly notice: NoticeCode;

  constructor(notice: NoticeCode) {
    super(notice);
    this.notice = notice;
  }
}

/**
 * The shopper agrees to what the page showed. The card is saved at the processor first; then one transaction keeps the
 * card, confirms, and checks that what was confirmed is what was read; then a down payment is held at the processor.
 */
export async function agree(action: Action): Promise<Result> {
  const { visit, req } = action;
  const shopperId = visit.shopper?.id;
  if (shopperId === undefined) return {};
  const planCode = field(req, 'plan');
  try {
    const method = await chooseMethod(action.context, visit, { shopperId, value: field(req, 'method') });
    if (!method) throw new Refused('method_missing');
    const reserved = await inVisit(action.context, visit, (tx) =>
      confirmAsRead(tx, action, { shopperId, planCode, method }),
    );
    const downAttemptId = reserved.asksFunders ? await fundersAnswer(action) : reserved.downAttemptId;
    const declined = downAttemptId === undefined ? undefined : await holdDownPayment(action, downAttemptId);
    return declined ? back(action, declined) : {};
  } catch (error) {
    if (error instanceof Refused) return back(action, error.notice);
    if (error instanceof GatewayError && error.code === 'validation_failed') return back(action, 'plan_gone');
    if (error instanceof GatewayError && error.code === 'payment_declined')
      return back(action, 'card_refused');
    throw error;
  }
}

/**
 * Asks the funders that have to accept first. What was read names one of them, so another one's plan has to be read before it
 * is agreed to: the page shows it at once.
 */
async function fundersAnswer({ context, visit }: Action): Promise<string | undefined> {
  const asked = await askFunders(context, {
    environmentId: visit.environment.id,
    sessionId: visit.session.id,
  });
  if (asked.outcome === 'passed_on') throw new Refused('funder_changed');
  return asked.outcome === 'accepted' ? asked.confirmation.downAttemptId : undefined;
}

function back({ visit, req }: Action, notice: NoticeCode): Result {
  const chosen = { planCode: field(req, 'plan'), day: readRepaymentDay(field(req, 'day')) };
  return {
    to: agreementPath(visit.path, chosen),
    memory: say(visit, notice),
  };
}

async function confirmAsRead(
  tx: Tx,
  action: Action,
  input: { shopperId: Id<'shp'>; planCode: string; method: ChosenMethod },
): Promise<Confirmation> {
  const { visit, req } = action;
  const { shopperId, planCode, method } = input;
  // Other tabs wait here, so that they find the card that this one keeps; `confirm` locks the line first as well.
  await lockLine(tx, shopperId, visit.session.currency);
  const paymentMethodId = await keepMethod(tx, shopperId, method);
  const confirmation = await confirm(tx, {
    sessionId: visit.session.id,
    shopperId,
    planCode,
    paymentMethodId,
    repaymentDay: readRepaymentDay(field(req, 'day')),
    visit: seenBy(tx, action),
  });
  const snapshot = confirmation.session.confirmedOffer;
  if (!snapshot || hashSnapshot(snapshot) !== field(req, 'agreed')) throw new Refused('text_changed');
  const shown = wordsWithHash(snapshot, field(req, 'words'));
  if (!shown) throw new Refused('text_changed');

  const funder = { id: snapshot.funder.id as Id<'fnd'>, name: snapshot.funder.name };
  const given = fields(req, 'consent').map(readConsentValue);
  await giveConsents(tx, {
    shopperId,
    locale: visit.locale,
    funder,
    coFunders: snapshot.co_funders ?? [],
    given,
  }).catch((error: unknown) => {
    throw error instanceof GatewayError && error.code === 'state_conflict'
      ? new Refused('text_changed')
      : error;
  });
  const carriers = fundersOf(snapshot).map(({ id }) => id);
  if ((await missingConsents(tx, shopperId, ...carriers)).length > 0) throw new Refused('consents_missing');
  await keepAgreed(tx, confirmation.session, shown);
  const { warning: burden } = confirmation;
  const { holdId } = confirmation.session;
  if (burden && holdId !== null) {
    const warning = { burden, currency: snapshot.currency, isDraw: false };
    if (!(await keepShownWarning(tx, req, { shopperId, holdId, ...warning })))
      throw new Refused('text_changed');
  }
  return confirmation;
}

/** The agreement's words in the language in which the page showed them, whichever another tab has chosen since. */
function wordsWithHash(snapshot: PlanSnapshot, hash: string): { text: string; locale: Locale } | undefined {
  return locales
    .map((locale) => ({ locale, text: agreementPlainText(locale, snapshot) }))
    .find(({ text }) => hashText(text) === hash);
}

/**
 * Holds the down payment. A refusal is told; everything else shows on the checkout's own page: held, or still waiting
 * for the bank, in which case the worker goes on.
 */
async function holdDownPayment(
  { context, visit }: Action,
  attemptId: string,
): Promise<NoticeCode | undefined> {
  const input = { environmentId: visit.environment.id, attemptId };
  try {
    const outcome = await carryOut(context, input, finishDownHold);
    return typeof outcome === 'object' && outcome.status === 'failed'
      ? declineNotice(outcome.code)
      : undefined;
  } catch (error) {
    context.log.warn(
      { attempt_id: attemptId, name: (error as Error).name },
      'a down payment waits for the worker',
    );
    return undefined;
  }
}

function declineNotice(code: string): NoticeCode {
  switch (code) {
    case 'insufficient_funds':
      return 'card_no_funds';
    case 'expired_card':
      return 'card_expired';
    default:
      return 'card_declined';
  }
}
