import { GatewayError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { findOpenInvitation, openInvitation, type OpenInvitation } from '../passkeys/invitations.ts';
import { type MemberBy, recordMemberAudit } from './audit.ts';
import { findActiveMember, mailPlace, type Member, membersOf } from './members.ts';
import { type MemberRole, memberRoles } from './rights.ts';

type Whom =
  | { name: string; role: string; mail?: string | undefined }
  /** Once more somebody whom the merchant knows, as when their passkey is lost. */
  | { memberId: string };

/**
 * Invites somebody to a merchant's dashboard, by one of its members (`by`) or, without one, from the command line.
 * `token` goes into the link and is not kept; it makes one passkey within 24 hours. An earlier invitation of the same
 * member ends.
 *
 * @throws GatewayError `validation_failed` (no name or an unknown role), `not_found` (no such merchant, or no such member
 * of it who is not disabled).
 */
export async function inviteMember(
  tx: Tx,
  input: { merchantId: string; whom: Whom; by?: MemberBy },
): Promise<{ member: Member; token: string; expiresAt: Date }> {
  const { whom } = input;
  const member =
    'memberId' in whom
      ? await known(tx, input.merchantId, whom.memberId)
      : await add(tx, input.merchantId, whom);
  const opened = await openInvitation(tx, 'member', member.id);
  await recordMemberAudit(tx, {
    by: input.by ?? { member, commandLine: true },
    action: 'member_invited',
    objectId: member.id,
    details: { role: member.role },
  });
  return { member, ...opened };
}

async function known(tx: Tx, merchantId: string, memberId: string): Promise<Member> {
  const member = await findActiveMember(tx, memberId);
  if (!member || member.merchantId !== merchantId || member.environmentId !== tx.environment.id)
    throw new GatewayError('not_found', { detail: `There is no active member ${memberId}.` });
  return member;
}

/** Somebody new, who has no passkey yet. */
async function add(
  tx: Tx,
  merchantId: string,
  input: { name: string; role: string; mail?: string | undefined },
): Promise<Member> {
  const name = input.name.trim();
  if (name === '' || name.length > 100) {
    throw new GatewayError('validation_failed', { detail: 'A name has 1 to 100 characters.' });
  }
  const id = newId('mbr');
  const mail = input.mail?.trim() || null;
  const merchant = await findMerchant(tx, merchantId);
  const member: Member = {
    id,
    environmentId: tx.environment.id,
    merchantId: merchant.id,
    name,
    mail,
    role: roleOf(input.role),
    createdAt: tx.wallNow,
    disabledAt: null,
  };
  await membersOf(tx, merchantId).insert({
    id,
    environment_id: member.environmentId,
    merchant_id: merchant.id,
    name,
    mail_sealed: mail === null ? null : tx.vault.seal(mail, mailPlace(member.environmentId, id)),
    role: member.role,
    created_at: member.createdAt,
  });
  return member;
}

/** @throws GatewayError `validation_failed`. */
export function roleOf(asked: string): MemberRole {
  const role = memberRoles.find((one) => one === asked);
  if (role) return role;
  throw new GatewayError('validation_failed', { detail: `A role is one of ${memberRoles.join(', ')}.` });
}

/** The invitation that this token opens: unused, in time, and of a member who is not disabled. */
export async function findInvitation(
  tx: Tx,
  token: string,
): Promise<(OpenInvitation & { member: Member }) | undefined> {
  const invitation = await findOpenInvitation(tx, 'member', token);
  const member = invitation && (await findActiveMember(tx, invitation.ownerId));
  return member && { ...invitation, member };
}
