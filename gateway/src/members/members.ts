import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { sealedPlace } from '../lib/vault.ts';
import type { MemberRole } from './rights.ts';

/** Somebody who works for one merchant in one environment, and uses its dashboard. */
export type Member = {
  id: Id<'mbr'>;
  environmentId: string;
  merchantId: Id<'mer'>;
  name: string;
  mail: string | null;
  role: MemberRole;
  createdAt: Date;
  /** Since when they may do nothing any more. */
  disabledAt: Date | null;
};

export type MemberRow = {
  id: Id<'mbr'>;
  environment_id: string;
  merchant_id: Id<'mer'>;
  name: string;
  mail_sealed: string | null;
  role: MemberRole;
  created_at: Date;
  disabled_at: Date | null;
};

export function membersOf(tx: Tx, merchantId: string) {
  return tx
    .sql<MemberRow>('members')
    .where({ environment_id: tx.environment.id, merchant_id: merchantId as Id<'mer'> });
}

export function mailPlace(environmentId: string, memberId: string): string {
  return sealedPlace(environmentId, 'members', 'mail', memberId);
}

export function toMember(tx: Tx, row: MemberRow): Member {
  const place = mailPlace(row.environment_id, row.id);
  return {
    id: row.id,
    environmentId: row.environment_id,
    merchantId: row.merchant_id,
    name: row.name,
    mail: row.mail_sealed === null ? null : tx.vault.open(row.mail_sealed, place),
    role: row.role,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
  };
}

/**
 * The member with this id who is not disabled, whichever environment the transaction is in: who signs in names none.
 */
export async function findActiveMember(tx: Tx, memberId: string): Promise<Member | undefined> {
  const row = await tx
    .sql<MemberRow>('members')
    .where({ id: memberId as Id<'mbr'>, disabled_at: null })
    .first();
  return row && toMember(tx, row);
}
