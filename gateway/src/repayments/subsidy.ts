import { post } from '../ledger/post.ts';
import { subsidyFunded, subsidyReturned } from '../ledger/postings.ts';
import type { Tx } from '../lib/tx.ts';
import { positionOn } from '../plans/position.ts';
import type { PlanEntry } from '../plans/schedule.ts';
import { type NewEntry, readLog } from './log.ts';
import { findPlan, lockPlan, type Plan, todayOf } from './plans.ts';
import { isWrittenOff } from './recover.ts';

/**
 * Charges the merchant the interest that it pays for its shopper by today's schedule, less what it was charged before;
 * returns the difference, negative when some is given back.
 */
export async function fundSubsidy(
  tx: Tx,
  input: { planId: string; merchantId: string; sourceId: string },
): Promise<bigint> {
  const plan = await lockPlan(tx, input.planId);
  const charged = chargeOf(tx, plan, await readLog(tx, plan.id));
  if (charged === 0n) return 0n;
  const cause = {
    currency: plan.currency,
    subjectId: input.sourceId,
    planId: plan.id,
    merchantId: input.merchantId,
  };
  await post(
    tx,
    charged > 0n
      ? subsidyFunded({ ...cause, amount: charged })
      : subsidyReturned({ ...cause, amount: -charged }),
  );
  await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({ funded_subsidy: plan.fundedSubsidy + charged });
  return charged;
}

/** What `fundSubsidy` would charge if this were entered on the plan now; nothing is written. */
export async function previewSubsidy(tx: Tx, input: { planId: string; entry: NewEntry }): Promise<bigint> {
  const plan = await findPlan(tx, { planId: input.planId });
  // The log of what was charged off has ended, and its subsidy with it.
  if (isWrittenOff(plan)) return 0n;
  const entry = { ...input.entry, onDate: todayOf(tx, plan) };
  return chargeOf(tx, plan, [...(await readLog(tx, plan.id)), entry]);
}

/** Whether the merchant pays any of the interest, by what was agreed: of a plan for which it does not there is no charge. */
export function isSubsidised({ snapshot: { interest } }: Pick<Plan, 'snapshot'>): boolean {
  return interest !== undefined && interest.shopper_rate_ppm !== interest.annual_rate_ppm;
}

function chargeOf(tx: Tx, plan: Plan, log: readonly PlanEntry[]): bigint {
  if (!isSubsidised(plan)) return 0n;
  return positionOn(plan.snapshot, log, todayOf(tx, plan)).expectedSubsidy - plan.fundedSubsidy;
}
