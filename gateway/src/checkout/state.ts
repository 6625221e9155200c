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
