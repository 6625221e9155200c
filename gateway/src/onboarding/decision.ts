import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import {
  type Business,
  type BusinessDecision,
  type BusinessStatus,
  lockBusiness,
  submissionsOf,
} from './businesses.ts';

/** An operator's answer to one submission. */
export type Decided = {
  businessId: string;
  operatorId: string;
  /** Which submission the operator has read: no other is decided by it. */
  number: number;
};

/**
 * The business, locked, in one of these states, if the submission that was read is the one that waits.
 *
 * @throws GatewayError `not_found`; `state_conflict` when another submission waits, or none.
 */
export async function lockWaiting(
  tx: Tx,
  { businessId, number }: Decided,
  statuses: readonly BusinessStatus[],
): Promise<Business> {
  const business = await lockBusiness(tx, businessId);
  const open = await submissionsOf(tx, business.id).whereNull('decision').first('number');
  if (statuses.includes(business.status) && open?.number === number) return business;
  throw new GatewayError('state_conflict', {
    detail: 'What you have read is not what waits now.',
    hint: 'Load the page again.',
  });
}

/** Writes the answer to a submission that `lockWaiting` has found waiting. */
export async function answerSubmission(
  tx: Tx,
  { businessId, number, operatorId }: Decided,
  decision: BusinessDecision,
  reason: string | null,
): Promise<void> {
  await submissionsOf(tx, businessId)
    .where({ number })
    .update({ decision, reason, decided_by: operatorId, decided_at: tx.wallNow });
}
