import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { usePolicyChange } from '../../merchants/environments.ts';
import { lockPolicyChange, type PolicyChange, policyChangesOf } from './changes.ts';

type Decision = { changeId: string; operatorId: string };

/**
 * A second operator puts a proposed policy in force: for every decision and review that begins from then on. What was
 * decided keeps its version. Call it with access `read`, which holds nothing that decisions under way hold.
 *
 * Errors: `not_found`; `state_conflict` when it is decided or expired, when the same operator proposed it, or when
 * another policy is in force by now than it was proposed against.
 */
export async function approvePolicy(tx: Tx, input: Decision): Promise<PolicyChange> {
  const change = await lockOpen(tx, input.changeId);
  if (change.proposedBy === input.operatorId) throw conflict('Another operator has to approve it.');
  const approved = await decide(tx, change, 'approved', input.operatorId);
  const isInForce = await usePolicyChange(tx, { changeId: change.id, base: change.baseId });
  if (!isInForce) throw conflict('Another policy is in force by now.');
  return approved;
}

/**
 * Ends a proposal without effect: withdrawn by whoever made it, refused by anybody else. Errors: `not_found`,
 * `state_conflict` when it is decided or expired.
 */
export async function refusePolicy(tx: Tx, input: Decision): Promise<PolicyChange> {
  const change = await lockOpen(tx, input.changeId);
  const status = change.proposedBy === input.operatorId ? 'withdrawn' : 'refused';
  return decide(tx, change, status, input.operatorId);
}

async function lockOpen(tx: Tx, changeId: string): Promise<PolicyChange> {
  const change = await lockPolicyChange(tx, changeId);
  if (change.status !== 'proposed') throw conflict(`The change is ${change.status}.`);
  return change;
}

async function decide(
  tx: Tx,
  change: PolicyChange,
  status: 'approved' | 'refused' | 'withdrawn',
  operatorId: string,
): Promise<PolicyChange> {
  await policyChangesOf(tx)
    .where({ id: change.id })
    .update({ status, decided_by: operatorId, decided_at: tx.wallNow });
  return { ...change, status, decidedBy: operatorId, decidedAt: tx.wallNow };
}

function conflict(detail: string): GatewayError {
  return new GatewayError('state_conflict', { detail });
}
