import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { hashAddress } from '../passkeys/address.ts';
import { addressesKeptSince } from '../passkeys/audit-addresses.ts';
import type { Member } from './members.ts';

/** What members do that is kept, and what the command line does with members. */
export const memberActions = [
  'member_invited',
  'member_disabled',
  'role_changed',
  'passkey_added',
  'passkey_removed',
  'signed_in',
  'sign_in_refused',
  'signed_out',
  'sessions_ended',
  'page_refused',
  'order_captured',
  'order_voided',
  'order_extended',
  'order_refunded',
  'return_accepted',
  'return_rejected',
  'dispute_answered',
  'dispute_accepted',
  'dispute_file_added',
  'dispute_file_read',
  'case_opened',
  'case_answered',
  'case_closed',
  'key_registered',
  'key_revoked',
  'key_source_set',
  'key_source_ended',
  'webhook_added',
  'webhook_changed',
  'webhook_enabled',
  'webhook_rotated',
  'webhook_removed',
  'clock_advanced',
  'scenario_played',
  'business_submitted',
  'live_opened',
  'bank_account_proposed',
  'bank_account_taken_back',
  'sale_opened',
  'sale_finished',
  'sale_canceled',
] as const;

export type MemberAction = (typeof memberActions)[number];

/** Who did it: a member from a network address, or somebody at the command line to a member. */
export type MemberBy = { member: Pick<Member, 'id' | 'merchantId'> } & (
  { address: string } | { commandLine: true }
);

export type MemberAuditEntry = {
  id: bigint;
  actor: 'member' | 'command_line';
  memberId: string;
  memberName: string;
  action: MemberAction;
  objectId: string | null;
  details: Readonly<Record<string, unknown>>;
  at: Date;
};

type AuditRow = {
  environment_id: string;
  id: bigint;
  merchant_id: Id<'mer'>;
  actor: MemberAuditEntry['actor'];
  member_id: string;
  action: MemberAction;
  object_id: string | null;
  details: Record<string, unknown>;
  address_hash: Buffer | null;
  at: Date;
};

/**
 * Keeps that a member did something, in the transaction that does it, which is in the merchant's environment: neither is
 * there without the other. It can never be changed.
 */
export async function recordMemberAudit(
  tx: Tx,
  input: {
    by: MemberBy;
    action: MemberAction;
    objectId?: string | undefined;
    details?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { by } = input;
  const address = 'address' in by ? by.address : undefined;
  await tx.sql<AuditRow>('member_audit').insert({
    environment_id: tx.environment.id,
    merchant_id: by.member.merchantId,
    actor: address === undefined ? 'command_line' : 'member',
    member_id: by.member.id,
    action: input.action,
    object_id: input.objectId ?? null,
    details: JSON.stringify(input.details ?? {}) as never,
    address_hash: address === undefined ? null : hashAddress(tx, 'member', address),
    at: tx.wallNow,
  });
}

/** The newest entries of a merchant, `limit` of them before the entry `before`. */
export async function listMemberAudit(
  tx: Tx,
  input: { merchantId: string; limit: number; before?: bigint },
): Promise<MemberAuditEntry[]> {
  const { merchantId, limit, before } = input;
  const rows = await tx
    .sql('member_audit')
    .join('members', 'members.id', 'member_audit.member_id')
    .where({ 'member_audit.environment_id': tx.environment.id, 'member_audit.merchant_id': merchantId })
    .modify((query) => {
      if (before !== undefined) void query.where('member_audit.id', '<', before);
    })
    .orderBy('member_audit.id', 'desc')
    .limit(limit)
    .select<(AuditRow & { name: string })[]>('member_audit.*', 'members.name');
  return rows.map((row) => ({
    id: row.id,
    actor: row.actor,
    memberId: row.member_id,
    memberName: row.name,
    action: row.action,
    objectId: row.object_id,
    details: row.details,
    at: row.at,
  }));
}

/** Forgets from which network addresses was acted long ago; what was done stays. Returns how many. */
export async function forgetMemberAddresses(tx: Tx): Promise<number> {
  return tx
    .sql<AuditRow>('member_audit')
    .where({ environment_id: tx.environment.id })
    .whereNotNull('address_hash')
    .where('at', '<=', addressesKeptSince(tx))
    .update({ address_hash: null });
}
