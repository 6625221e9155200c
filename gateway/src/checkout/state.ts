import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import type { CheckoutSession } from './sessions.ts';

/** What may be done with a session in each state: guards the transitions and is shown as `allowed_actions`. */
const actions = {
  open: ['cancel'],
  confirmed: ['authorize', 'cancel'],
  completed: [],
  canceled: [],
  expired: [],
} as const satisfies Record<CheckoutSession['status'], readonly string[]>;

export type SessionAction = 'authorize' | 'cancel';

export function sessionActions(session: Pick<CheckoutSession, 'status'>): readonly SessionAction[] {
  return actions[session.status];
}

/** Whether what the shopper agreed to waits for somebody outside: for a funder to accept it, or for the first payment. */
export function isBeingConfirmed(
  session: Pick<CheckoutSession, 'status' | 'downAttemptId' | 'fundersAskedAt'>,
): boolean {
  return session.status === 'open' && (session.downAttemptId !== null || session.fundersAskedAt !== null);
}

/**
 * Whether the session's time is over by the wall's clock: an open one at its end, a confirmed one when its token is
 * too old. The sweep writes it down later; everybody else must see it at once.
 */
export function isOver(session: CheckoutSession, wallNow: Date): boolean {
  if (session.status === 'open') return session.expiresAt <= wallNow;
  if (session.status === 'confirmed')
    return session.tokenExpiresAt !== null && session.tokenExpiresAt <= wallNow;
  return false;
}

/** Throws unless this shopper may still decide: `not_found`, `checkout_session_expired`, `state_conflict`. */
export function requireOpen(tx: Tx, session: CheckoutSession, shopperId: string): void {
  if (session.shopperId !== shopperId) {
    throw new GatewayError('not_found', { detail: 'There is no such checkout session.' });
  }
  if (session.status === 'expired' || isOver(session, tx.wallNow)) {
    throw new GatewayError('checkout_session_expired', {
      detail: 'The time to confirm this checkout is over.',
      hint: 'Go back to the shop and start the checkout again; the cart is untouched.',
    });
  }
  if (session.status !== 'open') {
    throw new GatewayError('state_conflict', { detail: `This checkout is already ${session.status}.` });
  }
}
