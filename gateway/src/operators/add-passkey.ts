import type { Tx } from '../lib/tx.ts';
import { keepPasskey } from '../passkeys/ceremonies.ts';
import type { Asking } from '../passkeys/staff.ts';
import { recordAudit } from './audit.ts';
import type { Operator } from './operators.ts';

/** Keeps the passkey that an operator's browser made, and that it did; see `keepPasskey` for what is refused. */
export async function addPasskey(
  tx: Tx,
  input: Asking & { operator: Operator; address: string; credential: string },
): Promise<'added' | 'refused'> {
  const { operator, address } = input;
  const kept = await keepPasskey(tx, 'operator', { ...input, person: operator });
  if (!kept) return 'refused';
  await recordAudit(tx, {
    by: { operatorId: operator.id, address },
    action: 'passkey_added',
    objectId: kept.passkeyId,
    inEnvironment: false,
  });
  return 'added';
}
