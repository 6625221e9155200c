import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { endSessions } from '../passkeys/sessions.ts';
import { recordAudit } from './audit.ts';
import { operatorsOf } from './operators.ts';

/**
 * Ends what an operator may do, at once: sessions, invitations and passkeys stop working. Their past actions stay in the
 * audit log. Disabling again changes nothing.
 *
 * @throws GatewayError `not_found`.
 */
export async function disableOperator(tx: Tx, input: { operatorId: string }): Promise<void> {
  const operatorId = input.operatorId as Id<'opr'>;
  const row = await operatorsOf(tx).where({ id: operatorId }).forUpdate().first();
  if (!row) throw new GatewayError('not_found', { detail: `There is no operator ${operatorId}.` });
  if (row.disabled_at) return;
  await operatorsOf(tx).where({ id: operatorId }).update({ disabled_at: tx.wallNow });
  await endSessions(tx, 'operator', { ownerId: operatorId });
  await recordAudit(tx, {
    by: { commandLineFor: operatorId },
    action: 'operator_disabled',
    inEnvironment: false,
  });
}
