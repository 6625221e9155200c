import { createHash, randomBytes } from 'node:crypto';
import { addMs, hourMs, minuteMs } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';

const idleMs = 15 * minuteMs;
const lifeMs = 12 * hourMs;

/** 1: a code on a new device. Higher levels need a known device or a passkey. */
export type SessionLevel = 1 | 2 | 3;

export type ShopperSession = { id: Id<'sse'>; shopperId: Id<'shp'>; level: SessionLevel; endsAt: Date };

type SessionRow = {
  environment_id: string;
  id: Id<'sse'>;
  shopper_id: Id<'shp'>;
  token_hash: Buffer;
  level: SessionLevel;
  created_at: Date;
  seen_at: Date;
  ends_at: Date;
};

function sessionsOf(tx: Tx) {
  return tx.sql<SessionRow>('shopper_sessions').where({ environment_id: tx.environment.id });
}

/** Sessions that have neither idled away nor ended. */
function openSessionsOf(tx: Tx) {
  return sessionsOf(tx).where('seen_at', '>', addMs(tx.wallNow, -idleMs)).where('ends_at', '>', tx.wallNow);
}

/** The token has 256 random bits, so a plain hash of it cannot be guessed back. */
function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Signs a shopper in. `token` goes into the browser's cookie and is not kept; it is good for 12 hours, and for 15
 * minutes without being used.
 */
export async function openShopperSession(
  tx: Tx,
  input: { shopperId: Id<'shp'>; level: SessionLevel },
): Promise<{ token: string; session: ShopperSession }> {
  const token = randomBytes(32).toString('base64url');
  const session = { id: newId('sse'), ...input, endsAt: addMs(tx.wallNow, lifeMs) };
  await tx.sql<SessionRow>('shopper_sessions').insert({
    environment_id: tx.environment.id,
    id: session.id,
    shopper_id: session.shopperId,
    token_hash: hashToken(token),
    level: session.level,
    created_at: tx.wallNow,
    seen_at: tx.wallNow,
    ends_at: session.endsAt,
  });
  return { token, session };
}

/** The session that a cookie's token opens, if it is still good. Looking does not lengthen it. */
export async function findShopperSession(tx: Tx, token: string): Promise<ShopperSession | undefined> {
  const row = await openSessionsOf(tx)
    .where({ token_hash: hashToken(token) })
    .first();
  return row && { id: row.id, shopperId: row.shopper_id, level: row.level, endsAt: row.ends_at };
}

/** The shopper did something: the 15 minutes begin anew. A session that is over stays over. */
export async function touchShopperSession(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  await openSessionsOf(tx).where({ id: sessionId }).update({ seen_at: tx.wallNow });
}

export async function endShopperSession(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  await openSessionsOf(tx).where({ id: sessionId }).update({ ends_at: tx.wallNow });
}

/** Signs the shopper out everywhere. */
export async function endAllShopperSessions(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  await openSessionsOf(tx).where({ shopper_id: shopperId }).update({ ends_at: tx.wallNow });
}
