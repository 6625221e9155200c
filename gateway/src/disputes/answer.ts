import type { Tx } from '../lib/tx.ts';
import {
  type Dispute,
  lockDispute,
  recordDisputeEvent,
  sealWords,
  textOf,
  updateDispute,
} from './disputes.ts';
import { endDispute } from './end.ts';
import { requireDisputeAction } from './state.ts';

type ByMerchant = { disputeId: string; merchantId: string };

/**
 * The merchant says why the dispute is not right; an operator decides then. Errors: `not_found`, `state_conflict` (past its
 * time, or answered before), `validation_failed`.
 */
export async function answerDispute(tx: Tx, input: ByMerchant & { text: string }): Promise<Dispute> {
  const text = textOf(input.text, '/text');
  const { dispute } = await lockDispute(tx, input);
  requireDisputeAction(dispute, 'merchant', 'answer', tx.now);
  const answered = await updateDispute(tx, dispute, {
    status: 'under_review',
    answer_sealed: await sealWords(tx, dispute, 'answer', text),
    answered_at: tx.now,
  });
  await recordDisputeEvent(tx, 'dispute.updated', answered);
  return answered;
}

/** The merchant gives in: all that is disputed is refunded. Errors: `not_found`, `state_conflict`. */
export async function acceptDispute(tx: Tx, input: ByMerchant): Promise<Dispute> {
  const { order, dispute } = await lockDispute(tx, input);
  requireDisputeAction(dispute, 'merchant', 'accept', tx.now);
  return endDispute(tx, { order, dispute, ending: { by: 'merchant', refunded: dispute.amount } });
}

/** The shopper pays after all. Errors: `not_found`, `state_conflict`. */
export async function withdrawDispute(
  tx: Tx,
  input: { disputeId: string; shopperId: string },
): Promise<Dispute> {
  const { order, dispute } = await lockDispute(tx, input);
  requireDisputeAction(dispute, 'shopper', 'withdraw', tx.now);
  return endDispute(tx, { order, dispute, ending: { by: 'shopper', refunded: 0n } });
}
