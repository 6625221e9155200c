import type { Tx } from '../lib/tx.ts';
import {
  type Agreement,
  type AgreementOf,
  lockAgreement,
  recordAgreementEvent,
  updateAgreement,
} from './agreements.ts';
import { isTooLate } from './state.ts';

/**
 * Ends an agreement at once, for either side; ending it again changes nothing. Orders that are authorized stay as they
 * are: an authorization that is under way is finished first, and none begins afterwards. Errors: `not_found`.
 */
export async function endAgreement(
  tx: Tx,
  of: AgreementOf & { by: 'merchant' | 'shopper' },
): Promise<Agreement> {
  const agreement = await lockAgreement(tx, of);
  return agreement.status === 'ended' ? agreement : markEnded(tx, agreement, of.by);
}

/**
 * Ends every agreement of this environment, or of one merchant's reference, that nobody agreed to in time by the wall's
 * clock. Returns how many.
 */
export async function expireAgreements(
  tx: Tx,
  of?: { merchantId: string; merchantReference: string },
): Promise<number> {
  const rows = await tx
    .sql('agreements')
    .where({
      environment_id: tx.environment.id,
      status: 'pending',
      ...(of && { merchant_id: of.merchantId, merchant_reference: of.merchantReference }),
    })
    .where('expires_at', '<=', tx.wallNow)
    .select<{ id: string }[]>('id');
  for (const { id } of rows) {
    const agreement = await lockAgreement(tx, { agreementId: id });
    if (isTooLate(agreement, tx.wallNow)) await markEnded(tx, agreement, 'time');
  }
  return rows.length;
}

async function markEnded(
  tx: Tx,
  agreement: Agreement,
  by: NonNullable<Agreement['endedBy']>,
): Promise<Agreement> {
  const ended = await updateAgreement(tx, agreement, { status: 'ended', ended_at: tx.now, ended_by: by });
  await recordAgreementEvent(tx, 'agreement.ended', ended);
  return ended;
}
