import type { Id } from '../lib/ids.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { endInvitations } from '../passkeys/invitations.ts';
import { endSessions } from '../passkeys/sessions.ts';
import { countPasskeys } from '../passkeys/stored.ts';
import { type MemberBy, recordMemberAudit } from './audit.ts';
import { type MemberRow, membersOf } from './members.ts';
import { roleOf } from './invitations.ts';

type Change = { merchantId: string; memberId: string; by?: MemberBy };

/**
 * Gives a member another role, from their next request on. `last_owner` where nobody would be an owner then who has a
 * passkey. The same role again changes nothing.
 *
 * @throws GatewayError `not_found` (no such active member of this merchant), `validation_failed` (unknown role).
 */
export async function changeRole(
  tx: Tx,
  input: Change & { role: string },
): Promise<'changed' | 'last_owner'> {
  const role = roleOf(input.role);
  const { member, isLastOwner } = await lockForChange(tx, input);
  if (member.role === role) return 'changed';
  if (isLastOwner) return 'last_owner';
  await membersOf(tx, input.merchantId).where({ id: member.id }).update({ role });
  await keep(tx, input, member, 'role_changed', { from: member.role, to: role });
  return 'changed';
}

/**
 * Ends what a member may do, at once: sessions, invitations and passkeys stop working. What they did stays in the audit
 * log. The last owner stays.
 *
 * @throws GatewayError `not_found` (no such active member of this merchant).
 */
export async function disableMember(tx: Tx, input: Change): Promise<'disabled' | 'last_owner'> {
  const { member, isLastOwner } = await lockForChange(tx, input);
  if (isLastOwner) return 'last_owner';
  await membersOf(tx, input.merchantId).where({ id: member.id }).update({ disabled_at: tx.wallNow });
  await endInvitations(tx, 'member', member.id);
  await endSessions(tx, 'member', { ownerId: member.id });
  await keep(tx, input, member, 'member_disabled', {});
  return 'disabled';
}

/** All of a merchant's active people are locked, so that of two owners who end each other one stays. */
async function lockForChange(
  tx: Tx,
  { merchantId, memberId }: Change,
): Promise<{ member: MemberRow; isLastOwner: boolean }> {
  const active = await membersOf(tx, merchantId).where({ disabled_at: null }).orderBy('id').forUpdate();
  const member = active.find(({ id }) => id === (memberId as Id<'mbr'>));
  if (!member) throw new GatewayError('not_found', { detail: `There is no active member ${memberId}.` });
  const others = active.filter(({ id, role }) => role === 'owner' && id !== member.id).map(({ id }) => id);
  // An owner who was invited and never came could not let anybody in again.
  const passkeys = await countPasskeys(tx, 'member', others);
  return { member, isLastOwner: member.role === 'owner' && passkeys.size === 0 };
}

async function keep(
  tx: Tx,
  { by }: Change,
  { id, merchant_id: merchantId }: MemberRow,
  action: 'role_changed' | 'member_disabled',
  details: Record<string, unknown>,
): Promise<void> {
  const actor = by ?? { member: { id, merchantId }, commandLine: true };
  await recordMemberAudit(tx, { by: actor, action, objectId: id, details });
}
