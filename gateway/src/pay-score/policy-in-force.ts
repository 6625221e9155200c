import type { Tx } from '../lib/tx.ts';
import { readPolicyJson } from './policy-changes/policy-json.ts';
import { type TermsPolicy, termsPolicy } from './policy.ts';

/** Changes never change, so what was read once is good for ever; no installation has so many in use at a time. */
const mostKept = 500;
const kept = new Map<string, TermsPolicy>();

/**
 * The policy in force where and when the transaction began. Its id came with the environment, which every transaction
 * reads; the figures are asked for once a process and change, so a decision asks for nothing.
 */
export async function policyOf(tx: Tx): Promise<TermsPolicy> {
  const { policyChangeId } = tx.environment;
  if (policyChangeId === undefined) return termsPolicy;
  const known = kept.get(policyChangeId);
  if (known) return known;
  const row = await tx
    .sql<{ environment_id: string; id: string; policy: unknown }>('policy_changes')
    .where({ environment_id: tx.environment.id, id: policyChangeId })
    .first('policy');
  if (!row) throw new Error(`there is no policy change ${policyChangeId}`);
  const policy = readPolicyJson(row.policy);
  if (kept.size >= mostKept) kept.clear();
  kept.set(policyChangeId, policy);
  return policy;
}
