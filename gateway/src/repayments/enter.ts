import type { Tx } from '../lib/tx.ts';
import { scheduleOf } from '../plans/schedule.ts';
import { type Installment, storeInstallments } from './installments.ts';
import { appendEntry, type NewEntry, readLog } from './log.ts';
import { followLateness } from './delinquency.ts';
import { agingDate } from './pending-debits.ts';
import { lockPlan, todayOf } from './plans.ts';
import { followPromise } from './promises.ts';
import { issueAmendment } from './receipts.ts';
import { nextVersionOf, reviewStatus } from './review.ts';

/**
 * Writes what happened into a plan's log and brings its installments, its state, how late it is and what was promised of
 * it up to date: the one way in which a plan changes. `sourceId` is the object that caused it. Interest that the entry would end is accrued before.
 */
export async function enterOnPlan(
  tx: Tx,
  input: { planId: string; entry: NewEntry; sourceId: string },
): Promise<Installment[]> {
  const plan = await lockPlan(tx, input.planId);
  const onDate = todayOf(tx, plan);
  const entry = { ...input.entry, onDate };
  const [log, asOf] = await Promise.all([readLog(tx, plan.id), agingDate(tx, plan, onDate)]);
  appendEntry(tx, { planId: plan.id, number: log.length + 1, entry, sourceId: input.sourceId });
  const schedule = scheduleOf(plan.snapshot, [...log, entry]);
  await issueAmendment(tx, { plan, entry, schedule });
  const installments = await storeInstallments(tx, nextVersionOf(plan), schedule, asOf);
  const started = { ...plan, startedOn: plan.startedOn ?? onDate };
  const after = await reviewStatus(tx, started, installments);
  await followPromise(tx, plan.id, { installments, today: onDate });
  await followLateness(tx, after, { installments, today: asOf });
  return installments;
}
