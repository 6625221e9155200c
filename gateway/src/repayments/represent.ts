import type { Tx } from '../lib/tx.ts';
import type { Plan } from './plans.ts';

/** A bank may be asked so often again for what it has refused; those who run the schemes allow no more. */
export const mostRepresentments = 2;

/**
 * Whether the bank account that a plan is collected from has refused so often in a row that it is not asked again until the
 * shopper has paid from it, or has chosen something else.
 */
export async function isSpent(tx: Tx, plan: Pick<Plan, 'id' | 'paymentMethodId'>): Promise<boolean> {
  const { rows } = await tx.sql.raw<{ rows: { failed: number }[] }>(
    `select count(*)::int as failed from (
       select r.status, bool_or(r.status = 'succeeded') over (order by r.id desc) as since_success
       from repayments r
       join processor_attempts a
         on a.environment_id = r.environment_id and a.subject_id = r.id and a.purpose = 'repayment'
       where r.environment_id = :environment and r.plan_id = :plan and r.by_debit
         and a.payment_method_id = :method
     ) tries where status = 'failed' and not since_success`,
    { environment: tx.environment.id, plan: plan.id, method: plan.paymentMethodId },
  );
  return (rows[0]?.failed ?? 0) > mostRepresentments;
}
