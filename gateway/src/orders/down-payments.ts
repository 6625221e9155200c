import { findSession } from '../checkout/sessions.ts';
import { post } from '../ledger/post.ts';
import { downPaymentSucceeded } from '../ledger/postings.ts';
import type { Tx } from '../lib/tx.ts';
import { type Attempt, findAttempt, startAttempt } from '../processor/attempts.ts';
import type { FinalOutcome } from '../processor/port.ts';
import type { CaptureRow } from './captures.ts';
import { capturableOf, lockOrder, type Order } from './orders.ts';

/** The processor's reference of the hold that the shopper's down payment lies in. */
export async function heldDownPayment(tx: Tx, order: Order): Promise<string> {
  const { checkoutSessionId: sessionId } = order;
  const session = sessionId === null ? undefined : await findSession(tx, { sessionId });
  const attempt = session?.downAttemptId ? await findAttempt(tx, session.downAttemptId) : undefined;
  if (!attempt?.processorReference) throw new Error(`the down payment of order ${order.id} is not held`);
  return attempt.processorReference;
}

/**
 * Lets go what of the held down payment no capture took. The processor can take nothing more of a hold that was let go,
 * so while a capture's part is still being taken this is left to `finishDownCapture`.
 */
export async function releaseDownPayment(tx: Tx, order: Order): Promise<void> {
  const amount = order.down - order.capturedDown;
  if (amount === 0n) return;
  const held = await heldDownPayment(tx, order);
  if (await isBeingTaken(tx, held)) return;
  await startAttempt(tx, {
    purpose: 'down_release',
    subjectId: order.id,
    amount,
    currency: order.currency,
    target: held,
  });
}

async function isBeingTaken(tx: Tx, held: string): Promise<boolean> {
  const open = await tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id, purpose: 'down_capture', target: held })
    .whereIn('status', ['pending', 'unknown'])
    .first('id');
  return open !== undefined;
}

/** The processor took a part of the held down payment for a capture, or can take nothing of it any more. */
export async function finishDownCapture(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const capture = await tx
    .sql<CaptureRow>('captures')
    .where({ environment_id: tx.environment.id, id: attempt.subjectId as CaptureRow['id'] })
    .first();
  if (!capture) throw new Error(`there is no capture ${attempt.subjectId}`);
  const order = await lockOrder(tx, { orderId: capture.order_id });
  if (outcome.status === 'succeeded') {
    const cause = { currency: attempt.currency, subjectId: capture.id };
    await post(tx, downPaymentSucceeded({ ...cause, orderId: order.id, amount: attempt.amount }));
  }
  if (capturableOf(order) === 0n) await releaseDownPayment(tx, order);
}
