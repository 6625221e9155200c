import { findMerchant } from '../merchants/merchants.ts';
import type { Tx } from '../lib/tx.ts';
import type { Attempt } from '../processor/attempts.ts';
import type { FinalOutcome } from '../processor/port.ts';
import { finishRepayment } from '../repayments/collect.ts';
import { findPlan } from '../repayments/plans.ts';
import { fundSubsidy, isSubsidised } from '../repayments/subsidy.ts';
import { addLines } from '../settlement/lines.ts';

/**
 * Brings what a merchant has paid of its shopper's interest to what the plan's schedule of today asks for: charged at a
 * capture, given back when a refund or an early payoff leaves some unearned. `sourceId` is the capture, refund or
 * repayment that changed the schedule.
 */
export async function settleSubsidy(tx: Tx, input: { planId: string; sourceId: string }): Promise<void> {
  const plan = await findPlan(tx, { planId: input.planId });
  if (plan.merchantId === null || !isSubsidised(plan)) return;
  const charged = await fundSubsidy(tx, { ...input, merchantId: plan.merchantId });
  if (charged === 0n) return;
  await addLines(tx, {
    merchant: await findMerchant(tx, plan.merchantId),
    currency: plan.currency,
    orderId: plan.orderId,
    sourceId: input.sourceId,
    lines: [{ kind: charged > 0n ? 'subsidy' : 'subsidy_returned', amount: -charged }],
  });
}

/** What the processor said of a collection attempt, and what that means for the merchant who pays the interest. */
export async function finishCollection(tx: Tx, attempt: Attempt, outcome: FinalOutcome): Promise<void> {
  const { planId } = await finishRepayment(tx, attempt, outcome);
  if (outcome.status === 'succeeded') await settleSubsidy(tx, { planId, sourceId: attempt.subjectId });
}
