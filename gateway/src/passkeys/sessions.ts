import { addMs, hourMs, minuteMs } from '../lib/dates.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { StaffKind } from './staff.ts';
import { hashToken, newToken } from './token.ts';

const idleMs = 15 * minuteMs;
const lifeMs = 12 * hourMs;

/** `createdAt` is when its person last proved themselves by a passkey: signing in again opens another session. */
export type StaffSession = { id: string; ownerId: string; createdAt: Date; seenAt: Date; endsAt: Date };

type SessionRow = { id: string; owner_id: string; created_at: Date; seen_at: Date; ends_at: Date };

const prefixes = { operator: 'osn', member: 'msn' } as const satisfies Record<StaffKind, string>;

/** Sessions that have neither idled away nor ended. */
function openSessionsOf(tx: Tx, kind: StaffKind) {
  return tx
    .sql(`${kind}_sessions`)
    .where('seen_at', '>', addMs(tx.wallNow, -idleMs))
    .where('ends_at', '>', tx.wallNow);
}

function toSession(row: SessionRow): StaffSession {
  return {
    id: row.id,
    ownerId: row.owner_id,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    endsAt: row.ends_at,
  };
}

/**
 * Signs somebody in. `token` goes into the browser's cookie and is not kept; it is good for 12 hours, and for 15 minutes
 * without being used. `before`, the token that the browser had, is worth nothing from now on.
 */
export async function openSession(
  tx: Tx,
  kind: StaffKind,
  input: { ownerId: string; before?: string | undefined },
): Promise<{ token: string }> {
  const { ownerId, before } = input;
  if (before !== undefined) await end(tx, kind, { token_hash: hashToken(before) });
  const token = newToken();
  await tx.sql(`${kind}_sessions`).insert({
    id: newId(prefixes[kind]),
    [`${kind}_id`]: ownerId,
    token_hash: hashToken(token),
    created_at: tx.wallNow,
    seen_at: tx.wallNow,
    ends_at: addMs(tx.wallNow, lifeMs),
  });
  return { token };
}

/** The session that a cookie's token opens; looking begins its 15 minutes anew. */
export async function useSession(tx: Tx, kind: StaffKind, token: string): Promise<StaffSession | undefined> {
  const [row] = (await openSessionsOf(tx, kind)
    .where({ token_hash: hashToken(token) })
    .update({ seen_at: tx.wallNow })
    .returning(['id', `${kind}_id as owner_id`, 'created_at', 'seen_at', 'ends_at'])) as SessionRow[];
  return row && toSession(row);
}

/** Where somebody is signed in, the newest first. */
export async function listSessions(tx: Tx, kind: StaffKind, ownerId: string): Promise<StaffSession[]> {
  const rows = await openSessionsOf(tx, kind)
    .where({ [`${kind}_id`]: ownerId })
    .orderBy('created_at', 'desc')
    .select<SessionRow[]>('*', `${kind}_id as owner_id`);
  return rows.map(toSession);
}

export async function endSession(tx: Tx, kind: StaffKind, sessionId: string): Promise<void> {
  await end(tx, kind, { id: sessionId });
}

/** Signs somebody out everywhere, or everywhere but in the session `but`. */
export async function endSessions(
  tx: Tx,
  kind: StaffKind,
  input: { ownerId: string; but?: string },
): Promise<void> {
  const { ownerId, but } = input;
  await openSessionsOf(tx, kind)
    .where({ [`${kind}_id`]: ownerId })
    .modify((query) => {
      if (but !== undefined) void query.whereNot({ id: but });
    })
    .update({ ends_at: tx.wallNow });
}

async function end(tx: Tx, kind: StaffKind, of: { id: string } | { token_hash: Buffer }): Promise<void> {
  await openSessionsOf(tx, kind).where(of).update({ ends_at: tx.wallNow });
}
