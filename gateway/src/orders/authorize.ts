import {
  type CheckoutSession,
  findSession,
  recordSessionEvent,
  type SessionRow,
  toSession,
} from '../checkout/sessions.ts';
import { isOver } from '../checkout/state.ts';
import { isTokenOf, sessionIdOf } from '../checkout/token.ts';
import { findHoldOfSession, type Hold } from '../credit/holds.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { openOrder } from './open-order.ts';
import { type Order, recordOrderEvent } from './orders.ts';
import { lockAndLook, requireNotReversed } from './references.ts';

export type AuthorizeInput = {
  merchantId: string;
  checkoutToken: string;
  merchantReference: string;
  amount: bigint;
  currency: string;
};

/**
 * Turns a confirmed checkout into an order: consumes the token, reserves the money in the ledger, opens the plan.
 * Errors: `not_found` (no such token), `checkout_token_used`, `checkout_token_expired`, `amount_mismatch`,
 * `currency_mismatch`, `merchant_reference_in_use`, `merchant_reference_reversed`, `state_conflict`.
 */
export async function authorize(tx: Tx, input: AuthorizeInput): Promise<Order> {
  const sessionId = sessionIdOf(input.checkoutToken);
  if (!sessionId) throw unknownToken();
  // Asked together, judged in this order.
  const [looked, hold, session] = await Promise.all([
    lockAndLook(tx, input),
    findHoldOfSession(tx, sessionId),
    findSession(tx, { sessionId, merchantId: input.merchantId }).catch(refuseUnknown),
  ]);
  if (!isTokenOf(tx, session, input.checkoutToken)) throw unknownToken();
  requireSpendable(tx, session);
  requireSameCart(session, input);
  requireNotReversed(input, looked);
  const order = await orderOf(tx, session, hold, input);
  await recordOrderEvent(tx, 'order.authorized', order);
  return order;
}

function unknownToken(): GatewayError {
  return new GatewayError('not_found', {
    detail: 'There is no such checkout token.',
    hint: 'Read the checkout session; while it is confirmed it carries the token.',
    errors: [{ pointer: '/checkout_token', code: 'unknown' }],
  });
}

function refuseUnknown(error: unknown): never {
  throw error instanceof GatewayError ? unknownToken() : error;
}

function requireSpendable(tx: Tx, session: CheckoutSession): void {
  if (session.status === 'completed') {
    throw new GatewayError('checkout_token_used', {
      detail: 'This checkout token has already become an order.',
      extra: { order_id: session.orderId },
    });
  }
  if (session.status === 'expired' || isOver(session, tx.wallNow)) {
    throw new GatewayError('checkout_token_expired', {
      detail: 'The token was not used in time; what it held has been released.',
      hint: 'Send the shopper through the checkout again.',
    });
  }
  if (session.status !== 'confirmed') {
    throw new GatewayError('state_conflict', { detail: `The checkout session is ${session.status}.` });
  }
}

/** The cart may not have changed since the shopper agreed; a difference is refused before money moves. */
function requireSameCart(session: CheckoutSession, input: AuthorizeInput): void {
  const hint = 'Send the shopper through the checkout again with the new cart.';
  if (session.currency !== input.currency) {
    throw new GatewayError('currency_mismatch', {
      detail: `The shopper agreed to ${session.currency}.`,
      hint,
      errors: [{ pointer: '/currency', code: 'mismatch' }],
    });
  }
  if (session.amount !== input.amount) {
    throw new GatewayError('amount_mismatch', {
      detail: `The shopper agreed to ${session.amount}, not ${input.amount}.`,
      hint,
      errors: [{ pointer: '/amount', code: 'mismatch' }],
    });
  }
  if (session.merchantReference !== input.merchantReference) {
    throw new GatewayError('state_conflict', {
      detail: 'The token belongs to another merchant_reference.',
      errors: [{ pointer: '/merchant_reference', code: 'mismatch' }],
    });
  }
}

async function orderOf(
  tx: Tx,
  session: CheckoutSession,
  hold: Hold | undefined,
  input: AuthorizeInput,
): Promise<Order> {
  const { confirmedOffer: snapshot, shopperId, paymentMethodId } = session;
  if (!snapshot || !hold || !shopperId || !paymentMethodId)
    throw new Error(`session ${session.id} is confirmed without a plan`);
  const orderId = newId('ord');
  const consumed = consumeToken(tx, session, orderId);
  // Sent at once with it; whether the token was still there is told first.
  const opened = openOrder(tx, {
    orderId,
    origin: { checkoutSessionId: session.id },
    merchantId: session.merchantId,
    shopperId,
    paymentMethodId,
    merchantReference: input.merchantReference,
    hold,
    snapshot,
    agreed: { agreedAt: session.agreedAt ?? tx.now, texts: session.agreedTexts },
  });
  opened.catch(() => undefined);
  await consumed;
  return opened;
}

/** Of two that spend the same token, the second waits here, finds it spent and is told of the order. */
async function consumeToken(tx: Tx, session: CheckoutSession, orderId: string): Promise<void> {
  const [spent] = await tx.query<SessionRow>(
    `update checkout_sessions set status = 'completed', order_id = $3, version = version + 1
     where environment_id = $1 and id = $2 and status = 'confirmed'
     returning *`,
    [tx.environment.id, session.id, orderId],
  );
  if (!spent) {
    requireSpendable(tx, await findSession(tx, { sessionId: session.id }));
    throw new Error(`session ${session.id} could not be completed`);
  }
  await recordSessionEvent(tx, 'checkout_session.completed', toSession(spent));
}
