import { addMs, hourMs } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { StaffKind } from './staff.ts';
import { hashToken, newToken } from './token.ts';

const invitationLifeMs = 24 * hourMs;

/** One that is good: unused and in time. Whether its person may still come is for the caller to say. */
export type OpenInvitation = { id: Id<'inv'>; ownerId: string; expiresAt: Date };

function invitationsOf(tx: Tx, kind: StaffKind) {
  return tx.sql(`${kind}_invitations`);
}

/**
 * Invites somebody: `token` goes into the link and is not kept; it makes one passkey within 24 hours. An earlier
 * invitation of the same person ends.
 */
export async function openInvitation(
  tx: Tx,
  kind: StaffKind,
  ownerId: string,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken();
  const expiresAt = addMs(tx.wallNow, invitationLifeMs);
  await endInvitations(tx, kind, ownerId);
  await invitationsOf(tx, kind).insert({
    id: newId('inv'),
    [`${kind}_id`]: ownerId,
    token_hash: hashToken(token),
    created_at: tx.wallNow,
    expires_at: expiresAt,
  });
  return { token, expiresAt };
}

/** What somebody was invited by and has not used is worth nothing from now on. */
export async function endInvitations(tx: Tx, kind: StaffKind, ownerId: string): Promise<void> {
  await invitationsOf(tx, kind)
    .where({ [`${kind}_id`]: ownerId, used_at: null })
    .delete();
}

export async function findOpenInvitation(
  tx: Tx,
  kind: StaffKind,
  token: string,
): Promise<OpenInvitation | undefined> {
  const [row] = await invitationsOf(tx, kind)
    .where({ token_hash: hashToken(token), used_at: null })
    .where('expires_at', '>', tx.wallNow)
    .select<{ id: Id<'inv'>; owner_id: string; expires_at: Date }[]>('*', `${kind}_id as owner_id`);
  return row && { id: row.id, ownerId: row.owner_id, expiresAt: row.expires_at };
}

/** Uses an invitation up, which the row's lock lets one transaction at a time do; false when another one has. */
export async function useInvitation(
  tx: Tx,
  kind: StaffKind,
  { id }: Pick<OpenInvitation, 'id'>,
): Promise<boolean> {
  const used = await invitationsOf(tx, kind).where({ id, used_at: null }).update({ used_at: tx.wallNow });
  return used === 1;
}

/** Takes back that an invitation was used, in the transaction that did. */
export async function reopenInvitation(
  tx: Tx,
  kind: StaffKind,
  { id }: Pick<OpenInvitation, 'id'>,
): Promise<void> {
  await invitationsOf(tx, kind).where({ id }).update({ used_at: null });
}
