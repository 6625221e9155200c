import { addMs, minuteMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { type StaffSession, useSession } from '../passkeys/sessions.ts';
import { findActiveMember, type Member } from './members.ts';

/** For so long after their passkey was asked for, a member may do what needs a fresh one. */
const freshMs = 15 * minuteMs;

/** The session that a cookie's token opens, with its member; looking begins its 15 minutes anew. */
export async function useMemberSession(
  tx: Tx,
  token: string,
): Promise<{ session: StaffSession; member: Member } | undefined> {
  const session = await useSession(tx, 'member', token);
  const member = session && (await findActiveMember(tx, session.ownerId));
  return member && { session, member };
}

/** Whether the passkey was asked for recently enough for keys, origins, people and large refunds. */
export function isFresh({ createdAt }: Pick<StaffSession, 'createdAt'>, wallNow: Date): boolean {
  return createdAt > addMs(wallNow, -freshMs);
}
