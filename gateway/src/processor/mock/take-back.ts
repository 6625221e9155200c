import { toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { bookDispute } from './balance.ts';
import { postgresStore } from './postgres-store.ts';

/**
 * Lets the mock's books say that a sandbox's payment was taken back by the shopper's bank, as those of a real processor
 * would. Said again under the same reference, or of a payment that the mock does not know, it changes nothing.
 */
export async function takeBackInMock(
  tx: Tx,
  input: { repaymentId: string; reference: string; amount: bigint },
): Promise<void> {
  const { repaymentId, reference, amount } = input;
  const attempt = await tx
    .sql('processor_attempts')
    .where({ environment_id: tx.environment.id, subject_id: repaymentId, purpose: 'repayment' })
    .where({ status: 'succeeded' })
    .first<{ processor_reference: string } | undefined>('processor_reference');
  const store = postgresStore(tx.sql);
  const intent = attempt && (await store.find('payment_intent', attempt.processor_reference));
  if (!intent) return;
  const known = await store.list('balance_transaction', {
    environment: tx.environment.id,
    source: { id: reference },
  });
  if (known.length > 0) return;
  const created = Math.floor(tx.wallNow.getTime() / 1000);
  await bookDispute(store, { disputeId: reference, intent, amount: -toJsonAmount(amount), created });
}
