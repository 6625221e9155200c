import type { Tx } from '../lib/tx.ts';
import { hashAddress } from '../passkeys/address.ts';
import { addressesKeptSince } from '../passkeys/audit-addresses.ts';

/** What operators do that is kept, and what the command line does with operators. */
export const auditedActions = [
  'operator_invited',
  'operator_disabled',
  'passkey_added',
  'passkey_removed',
  'signed_in',
  'sign_in_refused',
  'signed_out',
  'page_refused',
  'decision_viewed',
  'shopper_searched',
  'shopper_viewed',
  'personal_data_shown',
  'shopper_locked',
  'terms_eased',
  'merchant_viewed',
  'merchant_suspended',
  'merchant_resumed',
  'refunds_released',
  'outbox_retried',
  'job_retried',
  'policy_proposed',
  'policy_approved',
  'policy_refused',
  'policy_withdrawn',
  'challenger_retired',
  'appeal_viewed',
  'appeal_decided',
  'dispute_viewed',
  'dispute_file_read',
  'dispute_decided',
  'case_viewed',
  'case_opened',
  'case_answered',
  'case_noted',
  'case_assigned',
  'case_closed',
  'alarm_acknowledged',
  'link_acknowledged',
  'rules_tried',
  'payout_approved',
  'payout_released',
  'merchant_account_entered',
  'merchant_account_approved',
  'merchant_account_rejected',
  'business_viewed',
  'business_approved',
  'business_change_approved',
  'business_more_needed',
  'business_refused',
  'reconciliation_run',
  'bank_file_brought',
  'bank_account_added',
  'exception_matched',
  'exception_parked',
  'table_exported',
  'account_viewed',
  'ledger_alarm_resolved',
  'write_off_asked',
  'write_off_done',
  'write_off_refused',
] as const;

export type AuditedAction = (typeof auditedActions)[number];

/** Who did it: an operator from a network address, or somebody at the command line to an operator. */
export type AuditedBy = { operatorId: string; address: string } | { commandLineFor: string };

export type AuditEntry = {
  id: bigint;
  actor: 'operator' | 'command_line';
  operatorId: string;
  operatorName: string;
  action: AuditedAction;
  environmentId: string | null;
  objectId: string | null;
  details: Readonly<Record<string, unknown>>;
  at: Date;
};

type AuditRow = {
  id: bigint;
  actor: AuditEntry['actor'];
  operator_id: string;
  action: AuditedAction;
  environment_id: string | null;
  object_id: string | null;
  details: Record<string, unknown>;
  address_hash: Buffer | null;
  at: Date;
};

/**
 * Keeps that something was done or looked at, in the transaction that does it: neither is there without the other. It can
 * never be changed. `inEnvironment: false` is for what concerns the installation as a whole.
 */
export async function recordAudit(
  tx: Tx,
  input: {
    by: AuditedBy;
    action: AuditedAction;
    objectId?: string | undefined;
    details?: Readonly<Record<string, unknown>>;
    inEnvironment?: boolean;
  },
): Promise<void> {
  const { by, inEnvironment = true } = input;
  await tx.sql<AuditRow>('operator_audit').insert({
    ...actorOf(tx, by),
    action: input.action,
    environment_id: inEnvironment ? tx.environment.id : null,
    object_id: input.objectId ?? null,
    details: JSON.stringify(input.details ?? {}) as never,
    at: tx.wallNow,
  });
}

function actorOf(tx: Tx, by: AuditedBy): Pick<AuditRow, 'actor' | 'operator_id' | 'address_hash'> {
  if ('commandLineFor' in by) {
    return { actor: 'command_line', operator_id: by.commandLineFor, address_hash: null };
  }
  const address_hash = hashAddress(tx, 'operator', by.address);
  return { actor: 'operator', operator_id: by.operatorId, address_hash };
}

/**
 * The newest entries of this environment and of the installation, `limit` of them before the entry `before`; those about
 * one object or by one operator where that is asked.
 */
export async function listAudit(
  tx: Tx,
  input: { limit: number; before?: bigint; about?: string },
): Promise<AuditEntry[]> {
  const { limit, before, about } = input;
  const rows = await tx
    .sql('operator_audit')
    .join('operators', 'operators.id', 'operator_audit.operator_id')
    .whereRaw('(environment_id is null or environment_id = ?)', [tx.environment.id])
    .modify((query) => {
      if (before !== undefined) void query.where('operator_audit.id', '<', before);
      if (about !== undefined) void query.whereRaw('? in (object_id, operator_id)', [about]);
    })
    .orderBy('operator_audit.id', 'desc')
    .limit(limit)
    .select<(AuditRow & { name: string })[]>('operator_audit.*', 'operators.name');
  return rows.map((row) => ({
    id: row.id,
    actor: row.actor,
    operatorId: row.operator_id,
    operatorName: row.name,
    action: row.action,
    environmentId: row.environment_id,
    objectId: row.object_id,
    details: row.details,
    at: row.at,
  }));
}

/** Forgets from which network addresses was acted long ago; what was done stays. Returns how many. */
export async function forgetOperatorAddresses(tx: Tx): Promise<number> {
  return tx
    .sql<AuditRow>('operator_audit')
    .whereNotNull('address_hash')
    .where('at', '<=', addressesKeptSince(tx))
    .update({ address_hash: null });
}
