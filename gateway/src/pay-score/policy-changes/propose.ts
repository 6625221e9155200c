import { isDeepStrictEqual } from 'node:util';
import { addMs, dayMs } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { policyOf } from '../policy-in-force.ts';
import { policyVersion, type TermsPolicy } from '../policy.ts';
import { type PolicyChange, type PolicyChangeRow, policyChangesOf, toPolicyChange } from './changes.ts';
import { policyFaults } from './faults.ts';
import { policyJson } from './policy-json.ts';

/** A proposal that nobody decides about expires: what it was reckoned with is past by then. */
export const proposalMs = 7 * dayMs;

export const longestPolicyNote = 1000;

/**
 * Proposes other figures than those in force, for another operator to decide about. One at a time: two proposals at the same
 * time could each be right and both together wrong. The version is the gateway's with the number of the change.
 *
 * Errors: `validation_failed` with the figures that cannot hold, for a note that is missing, and where nothing would change;
 * `state_conflict` while another proposal is open.
 */
export async function proposePolicy(
  tx: Tx,
  input: { policy: Omit<TermsPolicy, 'version'>; note: string; operatorId: string },
): Promise<PolicyChange> {
  const inForce = await policyOf(tx);
  const note = input.note.normalize('NFC').trim();
  const asNow = { ...input.policy, version: inForce.version };
  const faults: string[] = policyFaults(asNow);
  if (note === '' || note.length > longestPolicyNote) faults.push('note');
  if (faults.length === 0 && isDeepStrictEqual(asNow, inForce)) faults.push('policy');
  if (faults.length > 0) {
    throw new GatewayError('validation_failed', {
      detail: 'These figures cannot hold, or nothing would change.',
      errors: faults.map((name) => ({ pointer: `/${name}`, code: 'invalid' })),
    });
  }
  await expireProposals(tx);
  const last = await policyChangesOf(tx).max<{ number: number | null }[]>('number as number').first();
  const number = (last?.number ?? 0) + 1;
  const version = `${policyVersion}.${number}`;
  const [row] = await tx
    .sql<PolicyChangeRow>('policy_changes')
    .insert({
      environment_id: tx.environment.id,
      id: newId('plc'),
      number,
      version,
      base_id: tx.environment.policyChangeId ?? null,
      policy: policyJson({ ...input.policy, version }),
      note,
      status: 'proposed',
      proposed_by: input.operatorId,
      proposed_at: tx.wallNow,
      expires_at: addMs(tx.wallNow, proposalMs),
    })
    // Of two who propose at the same moment one is too late, by the number or by what is open.
    .onConflict()
    .ignore()
    .returning('*');
  if (!row) throw new GatewayError('state_conflict', { detail: 'Another proposal is open.' });
  return toPolicyChange(tx, row);
}

/** Writes down what time has ended, so that another one can be proposed. */
async function expireProposals(tx: Tx): Promise<void> {
  await policyChangesOf(tx)
    .where({ status: 'proposed' })
    .where('expires_at', '<=', tx.wallNow)
    .update({ status: 'expired', decided_at: tx.wallNow });
}
