import { addMs, minuteMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type Refused, saveIdentity, type VerifiedIdentity } from './identity.ts';
import { countStepUpTry, lockShopperSession, raiseShopperSession, type ShopperSession } from './sessions.ts';

/** So long after an identity check, or a sign-in with a passkey, a session is at level three. */
export const levelThreeMs = 15 * minuteMs;

/** So often a session may fail the check; then its shopper signs in anew. */
const mostTries = 5;

/** Whether the session may do at this moment what needs an identity check, by the wall's clock. */
export function isLevelThree(session: Pick<ShopperSession, 'levelThreeUntil'>, wallNow: Date): boolean {
  return session.levelThreeUntil !== null && session.levelThreeUntil > wallNow;
}

/** Whether the session may add a passkey: at level three, or when its shopper was first verified in it 15 minutes ago or less. */
export function mayAddPasskey(
  session: Pick<ShopperSession, 'levelThreeUntil' | 'identifiedAt'>,
  wallNow: Date,
): boolean {
  const { identifiedAt } = session;
  return (
    isLevelThree(session, wallNow) || (identifiedAt !== null && addMs(identifiedAt, levelThreeMs) > wallNow)
  );
}

/** Locks the session. Throws `step_up_required` unless it may add a passkey. */
export async function requireMayAddPasskey(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  const session = await lockShopperSession(tx, sessionId);
  if (!session || !mayAddPasskey(session, tx.wallNow)) throw stepUpRequired();
}

/**
 * Holds for the rest of the transaction: the session is locked.
 *
 * @throws GatewayError `step_up_required` unless the open session is at level three.
 */
export async function requireLevelThree(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  const session = await lockShopperSession(tx, sessionId);
  if (session && isLevelThree(session, tx.wallNow)) return;
  throw stepUpRequired();
}

function stepUpRequired(): GatewayError {
  return new GatewayError('step_up_required', {
    detail: 'This needs an identity check within the last 15 minutes.',
    hint: 'Prove who you are again, then repeat the step.',
  });
}

/**
 * Counts a try of the identity check, before the provider is asked: commit in any case, so that nobody can guess on.
 *
 * @throws GatewayError `rate_limited` when the session has failed too often, or is over.
 */
export async function startStepUp(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  const session = await lockShopperSession(tx, sessionId);
  if (session && session.stepUpTries < mostTries) {
    await countStepUpTry(tx, sessionId);
    return;
  }
  throw new GatewayError('rate_limited', {
    detail: 'The identity check failed too often.',
    hint: 'Sign out, sign in again and repeat the step.',
    retryAfterSeconds: 60,
  });
}

/**
 * Raises a session for what is left of 15 minutes since its shopper proved who they are on a provider's pages; the token
 * replaces the one in the browser's cookie. Undefined when nothing is left, or it was raised by as much already.
 */
export async function raiseAfterCheck(
  tx: Tx,
  { sessionId, provedAt }: { sessionId: Id<'sse'>; provedAt: Date },
): Promise<string | undefined> {
  const session = await lockShopperSession(tx, sessionId);
  const until = addMs(provedAt, levelThreeMs);
  if (!session || until <= tx.wallNow) return undefined;
  if (session.levelThreeUntil !== null && session.levelThreeUntil >= until) return undefined;
  return raiseShopperSession(tx, { sessionId, until });
}

/**
 * What the provider verified (`verifyIdentity`) raises the session to level three for 15 minutes, if it is the person
 * whom this shopper was verified as before; who was not verified yet is from now on. `token` replaces the one in the
 * browser's cookie.
 */
export async function stepUp(
  tx: Tx,
  input: { sessionId: Id<'sse'>; shopperId: Id<'shp'>; identity: VerifiedIdentity },
): Promise<{ outcome: 'raised'; token: string } | Refused> {
  const { sessionId, shopperId, identity } = input;
  const saved = await saveIdentity(tx, { shopperId, identity });
  if (saved.outcome === 'refused') return saved;
  const until = addMs(tx.wallNow, levelThreeMs);
  return { outcome: 'raised', token: await raiseShopperSession(tx, { sessionId, until }) };
}
