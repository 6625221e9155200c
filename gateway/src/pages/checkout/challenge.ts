import { hasPassedChallenge, passChallenge } from '../../fraud/screen.ts';
import { minuteMs } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { queueMessage } from '../../notifications/messages.ts';
import { latestAssessment } from '../../pay-score/assessments.ts';
import {
  type Answer,
  answerChallenge,
  codeLifeMs,
  type NewChallenge,
  startChallenge,
} from '../../shoppers/challenges.ts';
import type { Result } from '../answer-form.ts';
import { refusedCode, tellOfCodes } from '../code-answers.ts';
import { field } from '../forms.ts';
import { say } from '../memory.ts';
import { inVisit, type SignedIn } from '../page-visit.ts';
import type { Action } from './action.ts';

/** A code for a purchase signs nobody in, and one for signing in confirms no purchase. */
const purpose = 'purchase';

/** Sends a code to the phone that the shopper signed in with, where this checkout waits for one. */
export async function sendChallenge(action: Action): Promise<Result> {
  const { context, visit } = action;
  const { shopper } = visit;
  if (!shopper) return {};
  try {
    const sent = await inVisit(context, visit, (tx) => challenge(tx, action, shopper));
    if (!sent) return {};
    tellOfCodes(context, visit.environment, sent.news);
    return { memory: { stepUp: { challengeId: sent.challengeId } } };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return refusedCode(visit, error);
  }
}

async function challenge(
  tx: Tx,
  { context, visit, req }: Action,
  { phone, sessionId }: SignedIn,
): Promise<NewChallenge | undefined> {
  const assessment = await latestAssessment(tx, visit.session.id);
  if (assessment?.declineCode !== 'challenge_required') return undefined;
  if (await hasPassedChallenge(tx, sessionId)) return undefined;
  const { browser, locale, merchant } = visit;
  const sent = await startChallenge(
    tx,
    // Whoever is signed in is known.
    { phone, merchantId: merchant.id, isInvited: false, browser, address: req.ip ?? '', purpose },
    context.config.codes,
  );
  await queueMessage(tx, {
    channel: 'sms',
    recipient: phone,
    locale,
    template: 'purchase_code',
    data: { code: sent.code, minutes: codeLifeMs / minuteMs, merchant: merchant.name },
  });
  return sent;
}

/** Checks the code: the right one lets the decision go on, in this session and for 15 minutes. */
export async function checkChallenge(action: Action): Promise<Result> {
  const { context, visit } = action;
  const { shopper } = visit;
  if (!shopper) return {};
  // A wrong try has to be counted, so this commits whatever the answer.
  const answer = await inVisit(context, visit, (tx) => answerFor(tx, action, shopper));
  if (answer === 'passed') return { memory: {} };
  if (answer.outcome === 'wrong' && answer.triesLeft > 0) {
    return { memory: say(visit, 'code_wrong', { values: { left: String(answer.triesLeft) } }) };
  }
  return { memory: { notice: { code: 'code_over', values: {} } } };
}

/** Who answered in another tab, or comes back to an old page, has passed already. */
async function answerFor(
  tx: Tx,
  { visit, req }: Action,
  shopper: SignedIn,
): Promise<'passed' | Exclude<Answer, { outcome: 'right' }>> {
  if (await hasPassedChallenge(tx, shopper.sessionId)) return 'passed';
  const answer = await answerChallenge(tx, {
    challengeId: visit.memory.stepUp?.challengeId ?? '',
    browser: visit.browser,
    purpose,
    code: field(req, 'code'),
    locale: visit.locale,
  });
  if (answer.outcome !== 'right') return answer;
  if (answer.shopperId !== shopper.id) return { outcome: 'over' };
  await passChallenge(tx, shopper.sessionId);
  return 'passed';
}
