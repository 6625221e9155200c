import { addMs, minuteMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';

/** So long after saying why, an operator sees the personal data of a shopper. */
export const shownMs = 10 * minuteMs;

/** Whether the operator has said lately why they have to see this shopper's personal data: the audit log knows. */
export async function seesPersonalData(
  tx: Tx,
  input: { operatorId: string; shopperId: string },
): Promise<boolean> {
  const row = await tx
    .sql('operator_audit')
    .where({
      environment_id: tx.environment.id,
      object_id: input.shopperId,
      operator_id: input.operatorId,
      action: 'personal_data_shown',
    })
    .where('at', '>', addMs(tx.wallNow, -shownMs))
    .first('id');
  return row !== undefined;
}
