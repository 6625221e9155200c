import { addMs, hourMs, minuteMs } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { findOperator, type Operator } from './operators.ts';
import { hashToken, newToken } from './token.ts';

const idleMs = 15 * minuteMs;
const lifeMs = 12 * hourMs;

export type OperatorSession = { id: Id<'osn'>; operator: Operator };

type SessionRow = {
  id: Id<'osn'>;
  operator_id: Id<'opr'>;
  token_hash: Buffer;
  created_at: Date;
  seen_at: Date;
  ends_at: Date;
};

/** Sessions that have neither idled away nor ended. */
function openSessionsOf(tx: Tx) {
  return tx
    .sql<SessionRow>('operator_sessions')
    .where('seen_at', '>', addMs(tx.wallNow, -idleMs))
    .where('ends_at', '>', tx.wallNow);
}

/**
 * Signs an operator in. `token` goes into the browser's cookie and is not kept; it is good for 12 hours, and for 15
 * minutes without being used. `before`, the token that the browser had, is worth nothing from now on.
 */
export async function openOperatorSession(
  tx: Tx,
  input: { operatorId: Id<'opr'>; before?: string | undefined },
): Promise<{ token: string }> {
  const { operatorId, before } = input;
  if (before !== undefined) await endSession(tx, { token_hash: hashToken(before) });
  const token = newToken();
  await tx.sql<SessionRow>('operator_sessions').insert({
    id: newId('osn'),
    operator_id: operatorId,
    token_hash: hashToken(token),
    created_at: tx.wallNow,
    seen_at: tx.wallNow,
    ends_at: addMs(tx.wallNow, lifeMs),
  });
  return { token };
}

/** The session that a cookie's token opens, with its operator; looking begins its 15 minutes anew. */
export async function useOperatorSession(tx: Tx, token: string): Promise<OperatorSession | undefined> {
  const [row] = await openSessionsOf(tx)
    .where({ token_hash: hashToken(token) })
    .update({ seen_at: tx.wallNow })
    .returning(['id', 'operator_id']);
  const operator = row && (await findOperator(tx, row.operator_id));
  return row && operator && !operator.disabledAt ? { id: row.id, operator } : undefined;
}

export async function endOperatorSession(tx: Tx, sessionId: Id<'osn'>): Promise<void> {
  await endSession(tx, { id: sessionId });
}

/** Signs an operator out everywhere. */
export async function endOperatorSessions(tx: Tx, operatorId: Id<'opr'>): Promise<void> {
  await endSession(tx, { operator_id: operatorId });
}

async function endSession(tx: Tx, of: Partial<SessionRow>): Promise<void> {
  await openSessionsOf(tx).where(of).update({ ends_at: tx.wallNow });
}
