import type { Tx } from '../lib/tx.ts';
import { reopenInvitation, useInvitation } from '../passkeys/invitations.ts';
import type { Asking } from '../passkeys/staff.ts';
import { addPasskey } from './add-passkey.ts';
import { findInvitation } from './invitations.ts';

/**
 * Makes the passkey that an invitation is for, and uses the invitation up by it; one that is refused leaves the
 * invitation as it was. `over` when it has expired, was used or replaced, or its operator is disabled.
 */
export async function acceptInvitation(
  tx: Tx,
  input: Asking & { token: string; address: string; credential: string },
): Promise<'added' | 'refused' | 'over'> {
  const invitation = await findInvitation(tx, input.token);
  if (!invitation || !(await useInvitation(tx, 'operator', invitation))) return 'over';
  const outcome = await addPasskey(tx, { ...input, operator: invitation.operator });
  if (outcome === 'refused') await reopenInvitation(tx, 'operator', invitation);
  return outcome;
}
