import { claimSession } from '../../checkout/claim.ts';
import { minuteMs } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import { queueMessage } from '../../notifications/messages.ts';
import { answerChallenge, codeLifeMs, startChallenge } from '../../shoppers/challenges.ts';
import { endShopperSession, openShopperSession } from '../../shoppers/sessions.ts';
import { clearCookie, cookieNames, setCookie } from '../cookies.ts';
import { field } from '../forms.ts';
import { type Action, type Result, say } from './action.ts';
import { inVisit } from './visit.ts';

const purpose = 'checkout';

/** Sends a code to the phone that was typed in. */
export function sendCode(action: Action): Promise<Result> {
  return sendCodeTo(action, field(action.req, 'phone'));
}

/** Sends a new code to the same phone. */
export function sendCodeAgain(action: Action): Promise<Result> {
  return sendCodeTo(action, action.visit.memory.signIn?.phone ?? '');
}

async function sendCodeTo({ context, visit, req }: Action, phone: string): Promise<Result> {
  const { browser, locale } = visit;
  try {
    const signIn = await inVisit(context, visit, async (tx) => {
      const {
        challengeId,
        code,
        phone: recipient,
      } = await startChallenge(tx, { phone, browser, address: req.ip ?? '', purpose });
      const data = { code, minutes: codeLifeMs / minuteMs };
      await queueMessage(tx, { channel: 'sms', recipient, locale, template: 'sign_in_code', data });
      return { challengeId, phone: recipient };
    });
    return { memory: { signIn } };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const typed = { phone: phone.slice(0, 30) };
    if (error.code === 'validation_failed') return { memory: say(visit, 'phone_invalid', { typed }) };
    if (error.code !== 'rate_limited') throw error;
    const minutes = String(Math.ceil((error.details.retryAfterSeconds ?? 60) / 60));
    return { memory: say(visit, 'code_limit', { values: { minutes }, typed }) };
  }
}

/** Back to the phone: forgets the code that was sent and signs out whoever is signed in. */
export async function useOtherPhone({ context, visit, res }: Action): Promise<Result> {
  const { shopper } = visit;
  if (shopper) {
    await inVisit(context, visit, (tx) => endShopperSession(tx, shopper.sessionId));
    clearCookie(res, cookieNames.shopper);
  }
  return { memory: {} };
}

/** Checks the code; the right one signs the shopper in, and the checkout becomes theirs if it is nobody's. */
export async function checkCode({ context, visit, req, res }: Action): Promise<Result> {
  const { signIn } = visit.memory;
  const { browser, locale } = visit;
  const code = field(req, 'code');
  // A wrong try has to be counted, so this commits by itself whatever follows.
  const answer = await inVisit(context, visit, (tx) =>
    answerChallenge(tx, { challengeId: signIn?.challengeId ?? '', browser, purpose, code, locale }),
  );
  if (answer.outcome === 'wrong' && answer.triesLeft > 0) {
    return { memory: say(visit, 'code_wrong', { values: { left: String(answer.triesLeft) } }) };
  }
  if (answer.outcome !== 'right') {
    return {
      memory: {
        notice: { code: 'code_over', values: {} },
        ...(signIn && { typed: { phone: signIn.phone } }),
      },
    };
  }
  const { shopperId } = answer;
  const token = await inVisit(context, visit, async (tx) => {
    const { token } = await openShopperSession(tx, { shopperId, level: 1 });
    if (visit.session.shopperId === null) await claimSession(tx, { sessionId: visit.session.id, shopperId });
    return token;
  });
  setCookie(res, cookieNames.shopper, token);
  return { memory: {} };
}

/** Somebody who was signed in before takes the checkout as theirs. */
export async function claimAsKnown({ context, visit }: Action): Promise<Result> {
  const { shopper, session } = visit;
  if (!shopper) return {};
  await inVisit(context, visit, (tx) => claimSession(tx, { sessionId: session.id, shopperId: shopper.id }));
  return {};
}
