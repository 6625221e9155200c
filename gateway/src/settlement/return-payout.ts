import { post } from '../ledger/post.ts';
import { payoutReturned } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { startAttempt } from '../processor/attempts.ts';
import { lockPayout, type Payout, recordPayoutEvent, updatePayout } from './payouts.ts';
import { retryPayout } from './start-payout.ts';

/**
 * The merchant's bank sent a paid payout back: its money is set apart again. `code` is the bank's reason. What the
 * processor still has of it on the merchant's account is called back first, so that a second transfer is not added to
 * it; then a new payout takes the money over, to be sent a day later. Where others' books show that the money is with us
 * already (`isBack`), nothing is called back: that would take it from the merchant's account a second time. Said twice it
 * happens once.
 * Errors: `not_found`; `state_conflict` when it was not paid.
 */
export async function returnPayout(
  tx: Tx,
  input: { payoutId: string; code: string; isBack?: boolean },
): Promise<Payout> {
  const payout = await lockPayout(tx, input.payoutId);
  if (payout.status === 'returned') return payout;
  if (payout.status !== 'paid') {
    throw new GatewayError('state_conflict', {
      detail: `The payout is ${payout.status}; only one that was paid can come back.`,
      extra: { status: payout.status },
    });
  }
  const returned = await updatePayout(tx, payout, {
    status: 'returned',
    failure_code: input.code,
    returned_at: tx.now,
  });
  const { id, amount, currency, processorReference } = returned;
  await post(tx, payoutReturned({ payoutId: id, amount, currency, subjectId: id }));
  await recordPayoutEvent(tx, 'payout.returned', returned);
  if (input.isBack) {
    await retryPayout(tx, returned);
    return returned;
  }
  if (processorReference === null) throw new Error(`payout ${id} was paid without a reference`);
  await startAttempt(tx, {
    purpose: 'payout_recall',
    subjectId: id,
    amount,
    currency,
    target: processorReference,
  });
  return returned;
}
