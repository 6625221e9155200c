import type { Tx } from '../lib/tx.ts';
import { type ChargeBackInput, chargeBack } from '../repayments/charge-back.ts';
import type { Chargeback } from '../repayments/chargebacks.ts';
import { findRepaymentPlan } from '../repayments/repayments.ts';
import { settleSubsidy } from './subsidy.ts';

/**
 * The processor took a collection back, and what that means for the merchant who pays the interest: a debt that is owed
 * for longer again has more of it. Errors as of `chargeBack`.
 */
export async function chargeBackCollection(tx: Tx, input: ChargeBackInput): Promise<Chargeback> {
  const taken = await chargeBack(tx, input);
  const planId = await findRepaymentPlan(tx, taken.repaymentId);
  if (planId !== undefined) await settleSubsidy(tx, { planId, sourceId: taken.id });
  return taken;
}
