import { minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { isInvitedPhone } from '../credit/guarantees/is-invited.ts';
import { queueMessage } from '../notifications/messages.ts';
import { answerChallenge, codeLifeMs, type NewChallenge, startChallenge } from '../shoppers/challenges.ts';
import { normalizePhone } from '../shoppers/phone.ts';
import { endShopperSession, openShopperSession } from '../shoppers/sessions.ts';
import type { FormAction, Result } from './answer-form.ts';
import { clearCookie, cookieNames, readCookie, setCookie } from './cookies.ts';
import { field } from './forms.ts';
import { minutesUntil, refusedCode, tellOfCodes } from './code-answers.ts';
import { say } from './memory.ts';
import { inVisit } from './page-visit.ts';
import { linkOutsider } from './sign-in-outsider.ts';

/**
 * Sends a code to the phone that was typed in: in the session of a merchant to any that is served, and without one, in
 * live, to those only who are known.
 */
export function sendCode(action: FormAction, merchantId: string | null): Promise<Result> {
  return sendCodeTo(action, merchantId, field(action.req, 'phone'));
}

/** Sends a new code to the same phone. */
export function sendCodeAgain(action: FormAction, merchantId: string | null): Promise<Result> {
  return sendCodeTo(action, merchantId, action.visit.memory.signIn?.phone ?? '');
}

async function sendCodeTo(action: FormAction, merchantId: string | null, typed: string): Promise<Result> {
  const { context, visit } = action;
  const { outside } = visit.memory;
  try {
    const { challengeId, phone, unknownFrom, news } = await inVisit(context, visit, (tx) =>
      challengeAndSend(tx, action, { merchantId, typed }),
    );
    tellOfCodes(context, visit.environment, news);
    const isToKnown = merchantId === null || unknownFrom !== undefined;
    return {
      memory: {
        signIn: { challengeId, phone, ...(isToKnown && { toKnown: true as const }) },
        ...(outside && { outside }),
        ...(unknownFrom && {
          notice: { code: 'codes_known_only', values: { minutes: minutesUntil(context, unknownFrom) } },
        }),
      },
    };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return refusedCode(visit, error, { phone: typed.slice(0, 30) });
  }
}

async function challengeAndSend(
  tx: Tx,
  { context, visit, req }: FormAction,
  { merchantId, typed }: { merchantId: string | null; typed: string },
): Promise<NewChallenge> {
  const { browser, locale, place } = visit;
  const phone = normalizePhone(typed);
  const isInvited = merchantId === null && (await isInvitedPhone(tx, phone));
  const challenge = await startChallenge(
    tx,
    { phone, merchantId, isInvited, browser, address: req.ip ?? '', purpose: place.area },
    context.config.codes,
  );
  await queueMessage(tx, {
    channel: 'sms',
    recipient: phone,
    locale,
    template: 'sign_in_code',
    data: { code: challenge.code, minutes: codeLifeMs / minuteMs },
    withheld: !challenge.isSent,
  });
  return challenge;
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
    const { token } = await openShopperSession(tx, { shopperId, level: 1, before, browser });
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
