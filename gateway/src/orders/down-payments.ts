import { findSession } from '../checkout/sessions.ts';
import { post } from '../ledger/post.ts';
import { downPaymentSucceeded } from '../ledger/postings.ts';
import type { Tx } from '../lib/tx.ts';
import { type Attempt, findAttempt, startAttempt } from '../processor/attempts.ts';
import type { FinalOutcome } from '../processor/port.ts';
import type { CaptureRow } from './capture.ts';
import type { Order } from './orders.ts';

/** The processor's reference of the hold that the shopper's down payment lies in. */
export async function heldDownPayment(tx: Tx, order: Order): Promise<string> {
  const session = await findSession(tx, { sessionId: order.checkoutSessionId });
  const attempt = session.downAttemptId ? await findAttempt(tx, session.downAttemptId) : undefined;
  if (!attempt?.processorReference) throw new Error(`the down payment of order ${order.id} is not held`);
  return attempt.processorReference;
}

/** Lets go what of the held down payment no capture took. */
export async function releaseDownPayment(tx: Tx, order: Order): Promise<void> {
  const amount = order.down - order.capturedDown;
  if (amount === 0n) return;
  await startAttempt(tx, {
    purpose: 'down_release',
    subjectId: order.id,
    amount,
    currency: order.currency,
    target: await heldDownPayment(tx, order),
  });
}

/** The processor took a part of the held down payment for a capture. */
export async function finishDownCapture(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  if (outcome.status !== 'succeeded') return;
  const capture = await tx
    .sql<CaptureRow>('captures')
    .where({ environment_id: tx.environment.id, id: attempt.subjectId as CaptureRow['id'] })
    .first();
  if (!capture) throw new Error(`there is no capture ${attempt.subjectId}`);
  await post(
    tx,
    downPaymentSucceeded({
      orderId: capture.order_id,
      amount: attempt.amount,
      currency: attempt.currency,
      subjectId: capture.id,
    }),
  );
}
