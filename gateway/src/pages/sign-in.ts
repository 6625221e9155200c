import { minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { queueMessage } from '../notifications/messages.ts';
import { answerChallenge, codeLifeMs, startChallenge } from '../shoppers/challenges.ts';
import { endShopperSession, openShopperSession } from '../shoppers/sessions.ts';
import type { FormAction, Result } from './answer-form.ts';
import { clearCookie, cookieNames, readCookie, setCookie } from './cookies.ts';
import { field } from './forms.ts';
import { say } from './memory.ts';
import { inVisit } from './page-visit.ts';
import { linkOutsider } from './sign-in-outsider.ts';

/** Sends a code to the phone that was typed in. */
export function sendCode(action: FormAction): Promise<Result> {
  return sendCodeTo(action, field(action.req, 'phone'));
}

/** Sends a new code to the same phone. */
export function sendCodeAgain(action: FormAction): Promise<Result> {
  return sendCodeTo(action, action.visit.memory.signIn?.phone ?? '');
}

async function sendCodeTo({ context, visit, req }: FormAction, phone: string): Promise<Result> {
  const { browser, locale, place } = visit;
  const { outside } = visit.memory;
  try {
    const signIn = await inVisit(context, visit, async (tx) => {
      const {
        challengeId,
        code,
        phone: recipient,
      } = await startChallenge(tx, { phone, browser, address: req.ip ?? '', purpose: place.area });
      const data = { code, minutes: codeLifeMs / minuteMs };
      await queueMessage(tx, { channel: 'sms', recipient, locale, template: 'sign_in_code', data });
      return { challengeId, phone: recipient };
    });
    return { memory: { signIn, ...(outside && { outside }) } };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const typed = { phone: phone.slice(0, 30) };
    if (error.code === 'validation_failed') return { memory: say(visit, 'phone_invalid', { typed }) };
    if (error.code !== 'rate_limited') throw error;
    const minutes = String(Math.ceil((error.details.retryAfterSeconds ?? 60) / 60));
    return { memory: say(visit, 'code_limit', { values: { minutes }, typed }) };
  }
}

/** Checks the code; the right one signs its shopper in, in one transaction with what follows from that. */
export async function checkCode(
  { context, visit, req, res }: FormAction,
  signedIn: (tx: Tx, shopperId: Id<'shp'>) => Promise<void> = () => Promise.resolve(),
): Promise<Result> {
  const { browser, locale, place } = visit;
  const { signIn, outside } = visit.memory;
  const code = field(req, 'code');
  // A wrong try has to be counted, so this commits by itself whatever follows.
  const answer = await inVisit(context, visit, (tx) =>
    answerChallenge(tx, {
      challengeId: signIn?.challengeId ?? '',
      browser,
      purpose: place.area,
      code,
      locale,
    }),
  );
  if (answer.outcome === 'wrong' && answer.triesLeft > 0) {
    return { memory: say(visit, 'code_wrong', { values: { left: String(answer.triesLeft) } }) };
  }
  if (answer.outcome !== 'right') {
    return {
      memory: {
        notice: { code: 'code_over', values: {} },
        ...(signIn && { typed: { phone: signIn.phone } }),
        ...(outside && { outside }),
      },
    };
  }
  const { shopperId } = answer;
  const before = readCookie(req, cookieNames.shopper);
  const token = await inVisit(context, visit, async (tx) => {
    const { token } = await openShopperSession(tx, { shopperId, level: 1, before });
    if (outside) await linkOutsider(tx, context, shopperId, outside);
    await signedIn(tx, shopperId);
    return token;
  });
  setCookie(res, cookieNames.shopper, token);
  return { memory: {} };
}

/** Signs out whoever is signed in here, and forgets a code that was sent. */
export async function signOut({ context, visit, res }: FormAction): Promise<Result> {
  const { shopper } = visit;
  if (shopper) {
    await inVisit(context, visit, (tx) => endShopperSession(tx, shopper.sessionId));
    clearCookie(res, cookieNames.shopper);
  }
  return { memory: {} };
}
