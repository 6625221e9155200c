import type { Stripe } from 'stripe';
import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { bookDispute } from './balance.ts';
import { postgresStore } from './postgres-store.ts';
import type { Store } from './store.ts';

/** A repayment, or the capture that a down payment was taken for. */
export type PaidBy = { repaymentId: string } | { captureId: string };

/**
 * Lets the mock's books say that a sandbox's payment was taken back by the shopper's bank, as those of a real processor
 * would. Said again under the same reference, or of a payment that the mock does not know, it changes nothing.
 */
export async function takeBackInMock(
  tx: Tx,
  input: PaidBy & { reference: string; amount: bigint },
): Promise<void> {
  const { reference, amount } = input;
  const [subjectId, purpose] =
    'captureId' in input ? [input.captureId, 'down_capture'] : [input.repaymentId, 'repayment'];
  const attempt = await tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id, subject_id: subjectId, purpose })
    .where({ status: 'succeeded' })
    .first<{ processor_reference: string } | undefined>('processor_reference');
  const store = postgresStore(tx.sql);
  const intent = attempt && (await store.find('payment_intent', attempt.processor_reference));
  if (!intent || (await toldOf(tx, store, reference)).length > 0) return;
  await book(tx, store, { disputeId: reference, intent, amount: -toJsonAmount(amount) });
}

/** Lets them say that the bank gave back what it had taken under the reference, once. */
export async function giveBackInMock(
  tx: Tx,
  { reference, amount }: { reference: string; amount: bigint },
): Promise<void> {
  const store = postgresStore(tx.sql);
  const [taken, ...given] = await toldOf(tx, store, reference);
  const source = taken?.source as { payment_intent?: string } | undefined;
  const intent = source?.payment_intent && (await store.find('payment_intent', source.payment_intent));
  if (!intent || given.length > 0) return;
  await book(tx, store, { disputeId: reference, intent, amount: toJsonAmount(amount) });
}

function toldOf(tx: Tx, store: Store, reference: string) {
  return store.list('balance_transaction', { environment: tx.environment.id, source: { id: reference } });
}

async function book(
  tx: Tx,
  store: Store,
  input: { disputeId: string; intent: Stripe.PaymentIntent; amount: number },
): Promise<void> {
  await bookDispute(store, { ...input, created: Math.floor(tx.wallNow.getTime() / 1000) });
}
