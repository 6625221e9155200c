import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { type CheckoutSession, lockSession, updateSession } from './sessions.ts';

/**
 * Binds an open session to the first shopper who signs in on its page. Another shopper gets `not_found`: the page's
 * address alone must not show anybody else's purchase.
 */
export async function claimSession(
  tx: Tx,
  input: { sessionId: string; shopperId: string },
): Promise<CheckoutSession> {
  const session = await lockSession(tx, input.sessionId);
  if (session.shopperId === input.shopperId) return session;
  if (session.shopperId !== null) {
    throw new GatewayError('not_found', { detail: 'This checkout belongs to another shopper.' });
  }
  if (session.status !== 'open') {
    throw new GatewayError('state_conflict', { detail: `This checkout is ${session.status}.` });
  }
  return updateSession(tx, session, { shopper_id: input.shopperId });
}
