import { withdrawAsks } from '../credit/desks/asks.ts';
import { releaseHold } from '../credit/holds.ts';
import { lockLine } from '../credit/lines.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findAttempt, startAttempt } from '../processor/attempts.ts';
import {
  type CheckoutSession,
  findSession,
  lockSession,
  recordSessionEvent,
  updateSession,
} from './sessions.ts';
import { isBeingConfirmed, isOver, sessionActions } from './state.ts';

/** Cancels an open or confirmed session for the merchant and releases what it held. Canceling twice changes nothing. */
export async function cancelSession(
  tx: Tx,
  input: { sessionId: string; merchantId: string },
): Promise<CheckoutSession> {
  const session = await lockWithLine(tx, await findSession(tx, input));
  if (session.status === 'canceled') return session;
  if (!sessionActions(session).includes('cancel')) {
    throw new GatewayError('state_conflict', { detail: `This checkout session is ${session.status}.` });
  }
  return endSession(tx, session, 'canceled');
}

/** The shopper goes back to the shop without a plan; the cart is the merchant's and stays as it is. */
export async function leaveSession(
  tx: Tx,
  input: { sessionId: string; shopperId: string },
): Promise<CheckoutSession> {
  const session = await lockWithLine(tx, await findSession(tx, input));
  if (session.status !== 'open' || session.shopperId !== input.shopperId || isBeingConfirmed(session))
    return session;
  return endSession(tx, session, 'canceled');
}

/**
 * Ends every session of this environment, or of one merchant's reference, whose time is over by the wall's clock.
 * Returns how many.
 */
export async function expireSessions(
  tx: Tx,
  of?: { merchantId: string; merchantReference: string },
): Promise<number> {
  const rows = await tx
    .sql('checkout_sessions')
    .where({
      environment_id: tx.environment.id,
      ...(of && { merchant_id: of.merchantId, merchant_reference: of.merchantReference }),
    })
    .whereRaw("((status = 'open' and expires_at <= ?) or (status = 'confirmed' and token_expires_at <= ?))", [
      tx.wallNow,
      tx.wallNow,
    ])
    .select<{ id: string }[]>('id');
  for (const { id } of rows) {
    const session = await lockWithLine(tx, await findSession(tx, { sessionId: id }));
    if (isOver(session, tx.wallNow)) await endSession(tx, session, 'expired');
  }
  return rows.length;
}

async function lockWithLine(tx: Tx, session: CheckoutSession): Promise<CheckoutSession> {
  if (session.shopperId) await lockLine(tx, session.shopperId, session.currency);
  return lockSession(tx, session.id);
}

/** A down payment that is still under way is let go by `finishDownHold` when its outcome is known. */
async function endSession(
  tx: Tx,
  session: CheckoutSession,
  status: 'canceled' | 'expired',
): Promise<CheckoutSession> {
  if (session.holdId && session.confirmedOffer) {
    const outcome = status === 'expired' ? 'expired' : 'released';
    await releaseHold(tx, session.holdId, BigInt(session.confirmedOffer.financed), outcome);
    await withdrawAsks(tx, session.holdId);
  }
  const down = session.downAttemptId ? await findAttempt(tx, session.downAttemptId) : undefined;
  if (down?.status === 'succeeded' && down.processorReference) {
    await startAttempt(tx, {
      purpose: 'down_release',
      subjectId: session.id,
      amount: down.amount,
      currency: down.currency,
      target: down.processorReference,
    });
  }
  const ended = await updateSession(tx, session, {
    status,
    ...(session.status === 'open' && { hold_id: null, funders_asked_at: null }),
  });
  await recordSessionEvent(
    tx,
    status === 'expired' ? 'checkout_session.expired' : 'checkout_session.canceled',
    ended,
  );
  return ended;
}
