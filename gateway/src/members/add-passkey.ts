import type { Tx } from '../lib/tx.ts';
import { keepPasskey } from '../passkeys/ceremonies.ts';
import type { Asking } from '../passkeys/staff.ts';
import { recordMemberAudit } from './audit.ts';
import type { Member } from './members.ts';

/** Keeps the passkey that a member's browser made, and that it did; see `keepPasskey` for what is refused. */
export async function addMemberPasskey(
  tx: Tx,
  input: Asking & { member: Member; address: string; credential: string },
): Promise<'added' | 'refused'> {
  const { member, address } = input;
  const kept = await keepPasskey(tx, 'member', { ...input, person: member });
  if (!kept) return 'refused';
  await recordMemberAudit(tx, { by: { member, address }, action: 'passkey_added', objectId: kept.passkeyId });
  return 'added';
}
