import { findFunder } from '../../credit/funders.ts';
import { type CalendarDate, dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { listTransfersOfPlan } from '../../repayments/ownership.ts';
import type { Plan } from '../../repayments/plans.ts';

/** Who owns what is owed on a plan, the lead first, and since when where that has changed since it was agreed. */
export type Ownership = { owners: string[]; since: CalendarDate | undefined };

export async function readOwnership(tx: Tx, plan: Plan): Promise<Ownership> {
  const owners: string[] = [];
  for (const id of [plan.funderId, ...plan.coFunderIds]) owners.push((await findFunder(tx, id)).name);
  const last = (await listTransfersOfPlan(tx, plan.id)).at(-1);
  return { owners, since: last && dateIn(plan.timeZone, last.createdAt) };
}
