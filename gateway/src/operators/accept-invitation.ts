import type { Tx } from '../lib/tx.ts';
import { findInvitation, reopenInvitation, useInvitation } from './invitations.ts';
import { addPasskey } from './register.ts';

/**
 * Makes the passkey that an invitation is for, and uses the invitation up by it; one that is refused leaves the
 * invitation as it was. `over` when it has expired, was used or replaced, or its operator is disabled.
 */
export async function acceptInvitation(
  tx: Tx,
  input: { token: string; browser: string; address: string; apiOrigin: string; credential: string },
): Promise<'added' | 'refused' | 'over'> {
  const invitation = await findInvitation(tx, input.token);
  if (!invitation || !(await useInvitation(tx, invitation))) return 'over';
  const outcome = await addPasskey(tx, { ...input, operator: invitation.operator });
  if (outcome === 'refused') await reopenInvitation(tx, invitation);
  return outcome;
}
