import { type CheckoutSession, findSession, sessionEvent } from '../checkout/sessions.ts';
import { isOver } from '../checkout/state.ts';
import { isTokenOf, sessionIdOf } from '../checkout/token.ts';
import { findHoldOfSession, type Hold } from '../credit/holds.ts';
import { recordEvents } from '../events/record.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { changesOne, type EarlyTx, type Tx } from '../lib/tx.ts';
import { openOrder } from './open-order.ts';
import { orderEvent, type OrderState } from './orders.ts';
import { lockAndLook, type ReferenceUse, requireUnused } from './references.ts';

export type AuthorizeInput = {
  merchantId: string;
  checkoutToken: string;
  merchantReference: string;
  amount: bigint;
  currency: string;
};

/** What a token and a reference stand for, before it is judged. */
export type TokenFacts = { session: CheckoutSession; hold: Hold | undefined; use: ReferenceUse };

/** Locks the reference and looks at what `authorize` judges, in one round trip. Throws `not_found` (no such token). */
export async function lookAtToken(
  tx: EarlyTx,
  input: Pick<AuthorizeInput, 'merchantId' | 'checkoutToken' | 'merchantReference'>,
): Promise<TokenFacts> {
  const sessionId = sessionIdOf(input.checkoutToken);
  if (!sessionId) throw unknownToken();
  const [use, hold, session] = await Promise.all([
    lockAndLook(tx, input),
    findHoldOfSession(tx, sessionId),
    findSession(tx, { sessionId, merchantId: input.merchantId }).catch(refuseUnknown),
  ]);
  return { session, hold, use };
}

/**
 * Turns a confirmed checkout into an order: consumes the token, reserves the money in the ledger, opens the plan. What it
 * writes it does not wait for.
 * Errors: `not_found` (no such token), `checkout_token_used`, `checkout_token_expired`, `amount_mismatch`,
 * `currency_mismatch`, `merchant_reference_in_use`, `merchant_reference_reversed`, `state_conflict`.
 */
export async function authorize(tx: Tx, input: AuthorizeInput, looked?: TokenFacts): Promise<OrderState> {
  const { session, hold, use } = looked ?? (await lookAtToken(tx, input));
  if (!isTokenOf(tx, session, input.checkoutToken)) throw unknownToken();
  requireSpendable(tx, session);
  requireSameCart(session, input);
  requireUnused(input, use);
  const { confirmedOffer: snapshot, shopperId, paymentMethodId } = session;
  if (!snapshot || !hold || !shopperId || !paymentMethodId)
    throw new Error(`session ${session.id} is confirmed without a plan`);
  const orderId = newId('ord');
  const completed = consumeToken(tx, session, orderId);
  const order = await openOrder(tx, {
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
  await recordEvents(tx, [
    sessionEvent('checkout_session.completed', completed),
    orderEvent('order.authorized', order),
  ]);
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

const consumeSql = changesOne(
  `update checkout_sessions set status = 'completed', order_id = $3, version = version + 1
   where environment_id = $1 and id = $2 and version = $4 and status = 'confirmed'`,
);

/** Of two that spend the same token, the second waits here, looks again, finds it spent and is told of the order. */
function consumeToken(tx: Tx, session: CheckoutSession, orderId: string): CheckoutSession {
  const values = [tx.environment.id, session.id, orderId, session.version];
  tx.later({ text: consumeSql, values });
  return { ...session, status: 'completed', orderId, version: session.version + 1 };
}
