import { createHash, randomBytes } from 'node:crypto';
import { addMs, dayMs, hourMs, minuteMs } from '../lib/dates.ts';
import { deleteSome } from '../lib/delete-some.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { noteShopperDevice } from './links/devices.ts';

const idleMs = 15 * minuteMs;
const lifeMs = 12 * hourMs;

/** What somebody signed in by. 1: a code, or an outside provider that they are linked with; 3: a passkey. */
export type SessionLevel = 1 | 2 | 3;

export type ShopperSession = {
  id: Id<'sse'>;
  shopperId: Id<'shp'>;
  level: SessionLevel;
  /** Until then the session may do what needs an identity check (`step-up.ts`). */
  levelThreeUntil: Date | null;
  /** When the shopper first proved who they are, if they did so in this session. */
  identifiedAt: Date | null;
  endsAt: Date;
};

type SessionRow = {
  environment_id: string;
  id: Id<'sse'>;
  shopper_id: Id<'shp'>;
  token_hash: Buffer;
  level: SessionLevel;
  created_at: Date;
  seen_at: Date;
  ends_at: Date;
  level_three_until: Date | null;
  identified_at: Date | null;
  step_up_tries: number;
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
 * minutes without being used. `before`, the token that the browser had, is worth nothing from now on. `browser` is the name of
 * the browser in which they sit; it links them with the merchants whose people have signed in there.
 */
export async function openShopperSession(
  tx: Tx,
  input: {
    shopperId: Id<'shp'>;
    level: SessionLevel;
    levelThreeUntil?: Date;
    before?: string | undefined;
    browser?: string;
  },
): Promise<{ token: string; session: ShopperSession }> {
  const { shopperId, level, levelThreeUntil = null, before, browser } = input;
  if (before !== undefined) {
    await openSessionsOf(tx)
      .where({ token_hash: hashToken(before) })
      .update({ ends_at: tx.wallNow });
  }
  const token = randomBytes(32).toString('base64url');
  const session = {
    id: newId('sse'),
    shopperId,
    level,
    levelThreeUntil,
    identifiedAt: null,
    endsAt: addMs(tx.wallNow, lifeMs),
  };
  await tx.sql<SessionRow>('shopper_sessions').insert({
    environment_id: tx.environment.id,
    id: session.id,
    shopper_id: session.shopperId,
    token_hash: hashToken(token),
    level: session.level,
    created_at: tx.wallNow,
    seen_at: tx.wallNow,
    ends_at: session.endsAt,
    level_three_until: levelThreeUntil,
  });
  if (browser !== undefined) await noteShopperDevice(tx, { shopperId, browser });
  return { token, session };
}

/** The session that a cookie's token opens, if it is still good. Looking does not lengthen it. */
export async function findShopperSession(tx: Tx, token: string): Promise<ShopperSession | undefined> {
  const row = await openSessionsOf(tx)
    .where({ token_hash: hashToken(token) })
    .first();
  return row && toSession(row);
}

function toSession(row: SessionRow): ShopperSession {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    level: row.level,
    levelThreeUntil: row.level_three_until,
    identifiedAt: row.identified_at,
    endsAt: row.ends_at,
  };
}

/** The open session with this id, locked until the transaction ends, with how often its identity checks failed. */
export async function lockShopperSession(
  tx: Tx,
  sessionId: Id<'sse'>,
): Promise<(ShopperSession & { stepUpTries: number }) | undefined> {
  const row = await openSessionsOf(tx).where({ id: sessionId }).forUpdate().first();
  return row && { ...toSession(row), stepUpTries: row.step_up_tries };
}

/** Another try of the identity check that raises the session's level. */
export async function countStepUpTry(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  await openSessionsOf(tx)
    .where({ id: sessionId })
    .update({ step_up_tries: tx.sql.raw('step_up_tries + 1') });
}

/**
 * Raises an open session to level three until then. Its token changes with its level, so that one that was read before
 * is worth nothing; returns the new one, for the browser's cookie.
 */
export async function raiseShopperSession(
  tx: Tx,
  input: { sessionId: Id<'sse'>; until: Date },
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await openSessionsOf(tx)
    .where({ id: input.sessionId })
    .update({ token_hash: hashToken(token), level_three_until: input.until, step_up_tries: 0 });
  return token;
}

/** The shopper has just been verified for the first time, which lets this session add a passkey and raises it to nothing. */
export async function markIdentified(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  await openSessionsOf(tx).where({ id: sessionId }).update({ identified_at: tx.wallNow });
}

/** The shopper did something: the 15 minutes begin anew. A session that is over stays over. */
export async function touchShopperSession(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  await openSessionsOf(tx).where({ id: sessionId }).update({ seen_at: tx.wallNow });
}

export async function endShopperSession(tx: Tx, sessionId: Id<'sse'>): Promise<void> {
  await openSessionsOf(tx).where({ id: sessionId }).update({ ends_at: tx.wallNow });
}

/** So long after its end it is kept that somebody was signed in, by the wall's clock. */
const keptMs = 90 * dayMs;

/** Forgets sign-ins that ended long ago, a batch of them; returns how many. */
export async function forgetOldSessions(tx: Tx): Promise<number> {
  const oldest = addMs(tx.wallNow, -keptMs);
  return deleteSome(tx, 'shopper_sessions', (query) => query.where('ends_at', '<=', oldest));
}

/** Signs the shopper out everywhere but in the session `but`. */
export async function endOtherShopperSessions(
  tx: Tx,
  { shopperId, but }: { shopperId: Id<'shp'>; but: Id<'sse'> },
): Promise<void> {
  await openSessionsOf(tx)
    .where({ shopper_id: shopperId })
    .whereNot({ id: but })
    .update({ ends_at: tx.wallNow });
}

/** Signs the shopper out everywhere. */
export async function endAllShopperSessions(tx: Tx, shopperId: Id<'shp'>): Promise<void> {
  await openSessionsOf(tx).where({ shopper_id: shopperId }).update({ ends_at: tx.wallNow });
}
