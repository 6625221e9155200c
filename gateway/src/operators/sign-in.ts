import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { readAnswer } from '../passkeys/ceremonies.ts';
import { openSession } from '../passkeys/sessions.ts';
import type { Asking } from '../passkeys/staff.ts';
import { countPasskeyUse } from '../passkeys/stored.ts';
import { recordAudit } from './audit.ts';
import { findOperator, type Operator } from './operators.ts';

export type SignIn = Asking & {
  address: string;
  /** The browser's answer, as JSON. */
  credential: string;
  /** The token of the session that this browser had. */
  before?: string | undefined;
};

/**
 * Signs in whoever's passkey answered (`readAnswer`). Whether the passkey, its operator or the answer is wrong is not
 * told.
 */
export async function signInOperator(
  tx: Tx,
  input: SignIn,
): Promise<{ outcome: 'signed_in'; token: string; operator: Operator } | { outcome: 'refused' }> {
  const answer = await readAnswer(tx, 'operator', input);
  if (!answer) return { outcome: 'refused' };
  const { passkey, counter } = answer;
  const ownerId = passkey.ownerId as Id<'opr'>;
  const operator = await findOperator(tx, ownerId);
  if (!operator || operator.disabledAt || counter === undefined) {
    await audit(tx, ownerId, input, 'sign_in_refused', passkey.id);
    return { outcome: 'refused' };
  }
  await countPasskeyUse(tx, 'operator', passkey.id, counter);
  const { token } = await openSession(tx, 'operator', { ownerId, before: input.before });
  await audit(tx, operator.id, input, 'signed_in', passkey.id);
  return { outcome: 'signed_in', token, operator };
}

async function audit(
  tx: Tx,
  operatorId: Id<'opr'>,
  { address }: SignIn,
  action: 'signed_in' | 'sign_in_refused',
  objectId: string,
): Promise<void> {
  await recordAudit(tx, { by: { operatorId, address }, action, objectId, inEnvironment: false });
}
