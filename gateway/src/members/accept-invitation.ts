import type { Tx } from '../lib/tx.ts';
import { reopenInvitation, useInvitation } from '../passkeys/invitations.ts';
import { openSession } from '../passkeys/sessions.ts';
import type { Asking } from '../passkeys/staff.ts';
import { noteMerchantDevice } from '../shoppers/links/devices.ts';
import { addMemberPasskey } from './add-passkey.ts';
import { recordMemberAudit } from './audit.ts';
import { findInvitation } from './invitations.ts';

/**
 * Makes the passkey that an invitation is for, in its member's environment, uses the invitation up by it and signs the
 * member in: their authenticator has just checked that it is them. One that is refused leaves the invitation as it was.
 * `over` when it has expired, was used or replaced, or its member is disabled.
 */
export async function acceptInvitation(
  tx: Tx,
  input: Asking & { token: string; address: string; credential: string; before?: string | undefined },
): Promise<{ token: string } | 'refused' | 'over'> {
  const invitation = await findInvitation(tx, input.token);
  if (!invitation || !(await useInvitation(tx, 'member', invitation))) return 'over';
  const outcome = await addMemberPasskey(tx, { ...input, member: invitation.member });
  if (outcome === 'refused') {
    await reopenInvitation(tx, 'member', invitation);
    return 'refused';
  }
  const { member } = invitation;
  const session = await openSession(tx, 'member', { ownerId: member.id, before: input.before });
  await noteMerchantDevice(tx, { merchantId: member.merchantId, browser: input.browser });
  await recordMemberAudit(tx, { by: { member, address: input.address }, action: 'signed_in' });
  return session;
}
