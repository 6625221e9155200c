import type { Id } from '../../lib/ids.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import type { TermsPolicy } from '../policy.ts';
import { readPolicyJson } from './policy-json.ts';

/** `withdrawn` by whoever proposed it, `refused` by somebody else, `expired` by time. */
export type PolicyChangeStatus = 'proposed' | 'approved' | 'refused' | 'withdrawn' | 'expired';

/** A policy that one operator proposed and another one decided about. All times are the wall's. */
export type PolicyChange = {
  id: Id<'plc'>;
  version: string;
  /** The change that was in force when it was proposed; null for the gateway's own policy. */
  baseId: string | null;
  policy: TermsPolicy;
  note: string;
  status: PolicyChangeStatus;
  proposedBy: string;
  proposedAt: Date;
  expiresAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
};

export type PolicyChangeRow = {
  environment_id: string;
  id: Id<'plc'>;
  number: number;
  version: string;
  base_id: string | null;
  policy: unknown;
  note: string;
  status: PolicyChangeStatus;
  proposed_by: string;
  proposed_at: Date;
  expires_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
};

export function policyChangesOf(tx: Tx) {
  return tx.sql<PolicyChangeRow>('policy_changes').where({ environment_id: tx.environment.id });
}

/** A change whose time is over has expired, also before anybody wrote so. */
export function toPolicyChange(tx: Tx, row: PolicyChangeRow): PolicyChange {
  const isOver = row.status === 'proposed' && row.expires_at <= tx.wallNow;
  return {
    id: row.id,
    version: row.version,
    baseId: row.base_id,
    policy: readPolicyJson(row.policy),
    note: row.note,
    status: isOver ? 'expired' : row.status,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    expiresAt: row.expires_at,
    decidedBy: row.decided_by,
    decidedAt: isOver ? row.expires_at : row.decided_at,
  };
}

/** The environment's changes of policy, the newest first. */
export async function listPolicyChanges(tx: Tx, input: { limit: number }): Promise<PolicyChange[]> {
  const rows = await policyChangesOf(tx).orderBy('number', 'desc').limit(input.limit);
  return rows.map((row) => toPolicyChange(tx, row));
}

/** The change locked until the transaction ends; `not_found` when there is none. */
export async function lockPolicyChange(tx: Tx, changeId: string): Promise<PolicyChange> {
  const row = await policyChangesOf(tx)
    .where({ id: changeId as Id<'plc'> })
    .forUpdate()
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such change of policy.' });
  return toPolicyChange(tx, row);
}
