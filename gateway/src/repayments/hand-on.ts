import { post } from '../ledger/post.ts';
import { ownershipTransferred } from '../ledger/postings.ts';
import type { Tx } from '../lib/tx.ts';
import { listTransfersOfPlan, type OwnershipTransfer } from './ownership.ts';
import type { Plan } from './plans.ts';
import type { DebtPart } from './stakes.ts';

/**
 * What a charged-back repayment gave back to the funders of a locked plan: whoever has given its share of the plan away
 * since hands its part on to the present owner at its full amount, because all that happens later is the owner's. Returns
 * the parts of those who carry the plan now.
 */
export async function handOn(
  tx: Tx,
  plan: Plan,
  input: { parts: readonly DebtPart[]; repaymentId: string; subjectId: string },
): Promise<DebtPart[]> {
  const since = await transfersSince(tx, plan.id, input.repaymentId);
  const owned: DebtPart[] = [];
  for (const { funderId, ...debt } of input.parts) {
    const owner = since.reduce((of, sale) => (sale.fromFunderId === of ? sale.toFunderId : of), funderId);
    owned.push({ funderId: owner, ...debt });
    if (owner === funderId) continue;
    await post(
      tx,
      ownershipTransferred({
        planId: plan.id,
        currency: plan.currency,
        subjectId: input.subjectId,
        fromFunderId: funderId,
        toFunderId: owner,
        ...debt,
        price: debt.principal + debt.interest + debt.fee,
      }),
    );
  }
  return owned;
}

/** The transfers of a plan after a repayment of it, in their order. */
async function transfersSince(tx: Tx, planId: string, repaymentId: string): Promise<OwnershipTransfer[]> {
  const transfers = await listTransfersOfPlan(tx, planId);
  if (transfers.length === 0) return [];
  const entry = await tx
    .sql('plan_entries')
    .where({ environment_id: tx.environment.id, plan_id: planId, source_id: repaymentId })
    .first<{ number: number } | undefined>('number');
  return transfers.filter(({ logLength }) => entry !== undefined && entry.number <= logLength);
}
