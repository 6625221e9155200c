import {
  type CheckoutSession,
  findSession,
  recordSessionEvent,
  type SessionRow,
  toSession,
} from '../checkout/sessions.ts';
import { isOver } from '../checkout/state.ts';
import { isTokenOf, sessionIdOf } from '../checkout/token.ts';
import { findHold } from '../credit/holds.ts';
import { post } from '../ledger/post.ts';
import { authorize as authorizePosting } from '../ledger/postings.ts';
import { addMs, dayMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { openPlan } from '../repayments/plans.ts';
import { type Order, type OrderRow, recordOrderEvent, toOrder } from './orders.ts';
import { isReversed, lockReference } from './references.ts';

/** An authorization waits this long for its captures, by the environment's clock. */
const authorizationLifeMs = 7 * dayMs;

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
  const session = await findByToken(tx, input);
  requireSpendable(tx, session);
  requireSameCart(session, input);
  await lockReference(tx, input);
  if (await isReversed(tx, input)) {
    throw new GatewayError('merchant_reference_reversed', {
      detail: `${input.merchantReference} was reversed before it was authorized.`,
      hint: 'Start again with a new reference if the shopper still wants the order.',
    });
  }
  const order = await openOrder(tx, session, input);
  await recordOrderEvent(tx, 'order.authorized', order);
  return order;
}

async function findByToken(tx: Tx, input: AuthorizeInput): Promise<CheckoutSession> {
  const unknown = new GatewayError('not_found', {
    detail: 'There is no such checkout token.',
    hint: 'Read the checkout session; while it is confirmed it carries the token.',
    errors: [{ pointer: '/checkout_token', code: 'unknown' }],
  });
  const sessionId = sessionIdOf(input.checkoutToken);
  if (!sessionId) throw unknown;
  const session = await findSession(tx, { sessionId, merchantId: input.merchantId }).catch(
    (error: unknown) => {
      throw error instanceof GatewayError ? unknown : error;
    },
  );
  if (!isTokenOf(tx, session, input.checkoutToken)) throw unknown;
  return session;
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

async function openOrder(tx: Tx, session: CheckoutSession, input: AuthorizeInput): Promise<Order> {
  const { confirmedOffer: snapshot, holdId, shopperId, paymentMethodId } = session;
  if (!snapshot || !holdId || !shopperId || !paymentMethodId)
    throw new Error(`session ${session.id} is confirmed without a plan`);
  const orderId = newId('ord');
  const planId = newId('pln');
  await consumeToken(tx, session, orderId);
  const hold = await findHold(tx, holdId);
  const financed = BigInt(snapshot.financed);
  const [pendingTransferId] = await post(
    tx,
    authorizePosting({
      planId,
      funderId: hold.funderId,
      merchantId: session.merchantId,
      amount: financed,
      currency: session.currency,
      subjectId: orderId,
    }),
  );
  const [row] = await tx
    .sql<OrderRow>('orders')
    .insert({
      environment_id: tx.environment.id,
      id: orderId,
      merchant_id: session.merchantId,
      shopper_id: shopperId,
      checkout_session_id: session.id,
      plan_id: planId,
      hold_id: holdId,
      merchant_reference: input.merchantReference,
      currency: session.currency,
      authorized_amount: session.amount,
      down_amount: session.amount - financed,
      pending_transfer_id: pendingTransferId ?? null,
      status: 'authorized',
      created_at: tx.now,
      expires_at: addMs(tx.now, authorizationLifeMs),
    })
    .onConflict(['environment_id', 'merchant_id', 'merchant_reference'])
    .ignore()
    .returning('*');
  if (!row) {
    throw new GatewayError('merchant_reference_in_use', {
      detail: `There is already an order ${input.merchantReference}.`,
      errors: [{ pointer: '/merchant_reference', code: 'in_use' }],
    });
  }
  await openPlan(tx, {
    planId,
    orderId,
    shopperId,
    merchantId: session.merchantId,
    funderId: hold.funderId,
    holdId,
    paymentMethodId,
    currency: session.currency,
    snapshot,
  });
  return toOrder(row);
}

/** Of two that spend the same token, the second waits here, finds it spent and is told of the order. */
async function consumeToken(tx: Tx, session: CheckoutSession, orderId: string): Promise<void> {
  const [spent] = await tx
    .sql<SessionRow>('checkout_sessions')
    .where({ environment_id: tx.environment.id, id: session.id, status: 'confirmed' })
    .update({ status: 'completed', order_id: orderId, version: session.version + 1 })
    .returning('*');
  if (!spent) {
    requireSpendable(tx, await findSession(tx, { sessionId: session.id }));
    throw new Error(`session ${session.id} could not be completed`);
  }
  await recordSessionEvent(tx, 'checkout_session.completed', toSession(spent));
}
