import { latenessOf } from '../standing/standing.ts';
import { lockLine } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import { readCharacteristics } from '../pay-score/characteristics.ts';
import {
  type Agreement,
  findAgreement,
  lockAgreement,
  recordAgreementEvent,
  updateAgreement,
} from './agreements.ts';

/**
 * The ids of agreements whose state may have changed at `tx.now`: active ones of a shopper with something overdue or a
 * suspended line, and all that are suspended.
 */
export async function findAgreementsToReview(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select a.id from agreements a
     where a.environment_id = ? and (a.status = 'suspended' or (a.status = 'active' and (
       exists (select from credit_lines l
         where l.environment_id = a.environment_id and l.shopper_id = a.shopper_id and l.currency = a.currency
           and l.status = 'suspended')
       or exists (select from plans p
         join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
         where p.environment_id = a.environment_id and p.shopper_id = a.shopper_id and i.status = 'overdue'))))
     order by a.id`,
    [tx.environment.id],
  );
  return rows.map(({ id }) => id);
}

/** Suspends an agreement whose shopper is late, and resumes it when nothing is late any more. */
export async function reviewAgreement(tx: Tx, agreementId: string): Promise<void> {
  const { shopperId, currency } = await findAgreement(tx, { agreementId });
  if (shopperId === null) return;
  const line = await lockLine(tx, shopperId, currency);
  const agreement = await lockAgreement(tx, { agreementId });
  if (line)
    await followStanding(tx, agreement, {
      line,
      facts: await readCharacteristics(tx, { shopperId, currency }),
    });
}

/** Brings a locked agreement's state in line with how its shopper stands; the line is locked before. */
export async function followStanding(
  tx: Tx,
  agreement: Agreement,
  standing: Parameters<typeof latenessOf>[0],
): Promise<Agreement> {
  const late = latenessOf(standing) !== undefined;
  if (late && agreement.status === 'active') {
    const suspended = await updateAgreement(tx, agreement, { status: 'suspended' });
    await recordAgreementEvent(tx, 'agreement.suspended', suspended);
    return suspended;
  }
  if (!late && agreement.status === 'suspended') {
    const resumed = await updateAgreement(tx, agreement, { status: 'active' });
    await recordAgreementEvent(tx, 'agreement.resumed', resumed);
    return resumed;
  }
  return agreement;
}
