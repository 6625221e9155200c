import type { Tx } from '../lib/tx.ts';
import { type ChargeBackInput, chargeBack, type RepaymentChargeback } from '../repayments/charge-back.ts';
import { type Chargeback, findChargeback } from '../repayments/chargebacks.ts';
import { type GiveBackInput, giveBackRepayment } from '../repayments/give-back.ts';
import { findRepaymentPlan } from '../repayments/repayments.ts';
import { giveBackDownPayment } from './charge-back-down.ts';
import { settleSubsidy } from './subsidy.ts';

/**
 * The processor took a collection back, and what that means for the merchant who pays the interest: a debt that is owed
 * for longer again has more of it. Errors as of `chargeBack`.
 */
export async function chargeBackCollection(tx: Tx, input: ChargeBackInput): Promise<RepaymentChargeback> {
  const taken = await chargeBack(tx, input);
  const planId = await findRepaymentPlan(tx, taken.repaymentId);
  if (planId !== undefined) await settleSubsidy(tx, { planId, sourceId: taken.id });
  return taken;
}

/**
 * The processor gave back what it had taken: a repayment, which then pays the debt again and may shorten what the merchant
 * pays the interest of, or a down payment. Errors as of `giveBackRepayment`.
 */
export async function giveBackChargeback(tx: Tx, input: GiveBackInput): Promise<Chargeback> {
  if ((await findChargeback(tx, input.reference))?.orderId) return giveBackDownPayment(tx, input);
  const given = await giveBackRepayment(tx, input);
  const planId = given.repaymentId && (await findRepaymentPlan(tx, given.repaymentId));
  if (planId) await settleSubsidy(tx, { planId, sourceId: given.id });
  return given;
}
