import { post } from '../ledger/post.ts';
import { payoutPaid } from '../ledger/postings.ts';
import type { Tx } from '../lib/tx.ts';
import type { Attempt } from '../processor/attempts.ts';
import type { FinalOutcome } from '../processor/port.ts';
import { parkNews } from './payout-news.ts';
import { lockPayout, type Payout, recordPayoutEvent, updatePayout } from './payouts.ts';
import { holdPayout, judge, retryPayout } from './start-payout.ts';

/**
 * Whether a payout may be sent, asked in the transaction in which it is about to be: between its settlement and this
 * moment an alarm may have been raised or the merchant suspended. If not it is held, and its attempt is over.
 */
export async function maySendPayout(tx: Tx, attempt: Attempt): Promise<boolean> {
  const payout = await lockPayout(tx, attempt.subjectId);
  if (payout.status !== 'pending') throw new Error(`payout ${payout.id} is ${payout.status}, not pending`);
  const { hold } = await judge(tx, payout);
  // Two people let it go for every reason but one that they cannot see through themselves.
  if (!hold || (payout.releasedBy !== null && hold.reason !== 'books_alarm')) return true;
  await holdPayout(tx, payout, hold);
  return false;
}

/** The processor has accepted a payout and is at work on it. Said again at each look, which changes nothing. */
export async function payoutAccepted(tx: Tx, attempt: Attempt, reference: string): Promise<void> {
  const payout = await lockPayout(tx, attempt.subjectId);
  if (payout.status !== 'pending') return;
  const sent = await updatePayout(tx, payout, { status: 'in_transit', processor_reference: reference });
  await recordPayoutEvent(tx, 'payout.in_transit', sent);
}

/** What the processor said of a payout: paid, or failed and tried again as a new payout that takes over its money. */
export async function finishPayout(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const payout = await lockPayout(tx, attempt.subjectId);
  requireUnderWay(payout);
  if (outcome.status === 'succeeded') {
    const paid = await updatePayout(tx, payout, {
      status: 'paid',
      processor_reference: outcome.reference,
      paid_at: tx.now,
    });
    const { id, amount, currency } = paid;
    await post(tx, payoutPaid({ payoutId: id, amount, currency, subjectId: id }));
    await recordPayoutEvent(tx, 'payout.paid', paid);
    return;
  }
  const failed = await updatePayout(tx, payout, { status: 'failed', failure_code: outcome.code });
  await recordPayoutEvent(tx, 'payout.failed', failed);
  await retryPayout(tx, failed);
}

function requireUnderWay({ id, status }: Payout): void {
  if (status !== 'pending' && status !== 'in_transit') throw new Error(`payout ${id} is ${status}`);
}

/** What came back is on our balance again and may be sent anew; where it could not be called back, people look at it. */
export async function finishRecall(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const payout = await lockPayout(tx, attempt.subjectId);
  if (outcome.status === 'succeeded') return retryPayout(tx, payout);
  await parkNews(tx, {
    reference: payout.id,
    status: 'failed',
    code: outcome.code,
    reason: 'recall_failed',
  });
}
