import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { countSignIn } from '../passkeys/sign-in-limit.ts';
import { signInByPasskey } from '../shoppers/sign-in/by-passkey.ts';
import type { FormAction, Result } from './answer-form.ts';
import { cookieNames, readCookie, setCookie } from './cookies.ts';
import { field } from './forms.ts';
import { say } from './memory.ts';
import { inVisit } from './page-visit.ts';
import type { NoticeCode } from './texts/language.ts';

/**
 * Signs in by a passkey's answer, in one transaction with what follows from that. Each try is counted first, whatever comes
 * of it; an unknown passkey, a wrong answer and one that came too late are all refused alike.
 */
export async function checkPasskey(
  action: FormAction,
  signedIn: (tx: Tx, shopperId: Id<'shp'>) => Promise<void> = () => Promise.resolve(),
): Promise<Result> {
  const { context, visit, req, res } = action;
  const credential = field(req, 'credential');
  const refused = await countPasskeyTry(action, credential);
  if (refused) return { memory: say(visit, refused) };
  const { browser } = visit;
  const { api: apiOrigin } = context.config.origins;
  const before = readCookie(req, cookieNames.shopper);
  const answer = await inVisit(context, visit, async (tx) => {
    const answered = await signInByPasskey(tx, { browser, apiOrigin, credential, before });
    if (answered.outcome === 'signed_in') await signedIn(tx, answered.shopperId);
    return answered;
  });
  if (answer.outcome === 'refused') return { memory: say(visit, 'passkey_refused') };
  setCookie(res, cookieNames.shopper, answer.token);
  return { memory: {} };
}

async function countPasskeyTry(
  { context, visit, req }: FormAction,
  credential: string,
): Promise<NoticeCode | undefined> {
  try {
    const from = { address: req.ip ?? '', credential };
    const counted = await inVisit(context, visit, (tx) => countSignIn(tx, 'shopper', from));
    return counted === 'counted' ? undefined : 'passkey_refused';
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'rate_limited') return 'passkey_limit';
    throw error;
  }
}
