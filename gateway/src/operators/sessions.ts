import type { Tx } from '../lib/tx.ts';
import { type StaffSession, useSession } from '../passkeys/sessions.ts';
import { findOperator, type Operator } from './operators.ts';

/** The session that a cookie's token opens, with its operator; looking begins its 15 minutes anew. */
export async function useOperatorSession(
  tx: Tx,
  token: string,
): Promise<{ session: StaffSession; operator: Operator } | undefined> {
  const session = await useSession(tx, 'operator', token);
  const operator = session && (await findOperator(tx, session.ownerId));
  return operator && !operator.disabledAt ? { session, operator } : undefined;
}
