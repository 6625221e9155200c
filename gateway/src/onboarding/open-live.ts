import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import type { MemberBy } from '../members/audit.ts';
import { inviteMember } from '../members/invitations.ts';
import { listMembers } from '../members/list-members.ts';
import { businessesOf, findBusinessOf, lockBusiness } from './businesses.ts';

/**
 * Invites whoever asks for an approved business as the first owner of its dashboard in live, where their passkey of the
 * sandbox is nobody's. Until that owner has a passkey the invitation may be made anew, which ends the one before.
 *
 * @throws GatewayError `not_found`; `state_conflict` before the approval, and once the first owner has come.
 */
export async function inviteFirstOwner(
  tx: Tx,
  input: {
    applicant: {
      merchantId: string;
      member: { id: MemberBy['member']['id']; name: string; mail: string | null };
    };
    address: string;
  },
): Promise<{ token: string }> {
  const { merchantId, member } = input.applicant;
  const found = await findBusinessOf(tx, merchantId);
  if (!found) throw new GatewayError('not_found', { detail: 'This merchant has no business details.' });
  const { id, liveMerchantId, liveOwnerId } = await lockBusiness(tx, found.id);
  if (liveMerchantId === null) {
    throw new GatewayError('state_conflict', { detail: 'The business is not approved.' });
  }
  if (await isOwnerThere(tx, liveMerchantId)) {
    throw new GatewayError('state_conflict', { detail: 'The first owner of the live dashboard is there.' });
  }
  const by: MemberBy = { member: { id: member.id, merchantId: liveMerchantId }, address: input.address };
  const whom =
    liveOwnerId !== null
      ? { memberId: liveOwnerId }
      : { name: member.name, role: 'owner', mail: member.mail ?? undefined };
  const invited = await inviteMember(tx, { merchantId: liveMerchantId, whom, by });
  await businessesOf(tx).where({ id }).update({ live_owner_id: invited.member.id });
  return { token: invited.token };
}

/** Whether somebody can sign in to the dashboard of this merchant, or could. */
export async function isOwnerThere(tx: Tx, liveMerchantId: string): Promise<boolean> {
  const people = await listMembers(tx, liveMerchantId);
  return people.some(({ passkeys, disabledAt }) => passkeys > 0 || disabledAt !== null);
}
