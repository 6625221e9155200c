import { releaseUsed } from '../credit/holds.ts';
import type { Part } from '../credit/shares.ts';
import { minOf } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { type RefundEffect, refundEffect } from '../plans/refund-effect.ts';
import { type PlanEntry, scheduleOf } from '../plans/schedule.ts';
import { accrue } from './accrue.ts';
import { enterOnPlan } from './enter.ts';
import { readLog } from './log.ts';
import { findPlan, lockPlan, type Plan, todayOf } from './plans.ts';
import { isWrittenOff, recover, recoverableOf } from './recover.ts';

/** What a refund does to a plan; of one that was charged off, it pays what is still to be recovered first. */
export type PlanRefund = RefundEffect & { recovered: bigint };

/**
 * What a refund of `amount` would do to a plan today (money.md rules 4 to 6): what it takes off the debt, which interest
 * it gives back, what returns as money, and the schedule before and after. Nothing is written.
 */
export async function previewRefund(tx: Tx, input: { planId: string; amount: bigint }): Promise<PlanRefund> {
  const plan = await findPlan(tx, { planId: input.planId });
  const log = await readLog(tx, plan.id);
  if (isWrittenOff(plan)) return refundWrittenOff(plan, log, input.amount);
  const effect = refundEffect(plan.snapshot, log, { amount: input.amount, onDate: todayOf(tx, plan) });
  return { ...effect, recovered: 0n };
}

/** Nothing is owed by the schedule any more: the log has ended, and interest that was lost with it is not given back. */
function refundWrittenOff(plan: Plan, log: readonly PlanEntry[], amount: bigint): PlanRefund {
  const recovered = minOf(amount, recoverableOf(plan));
  const schedule = scheduleOf(plan.snapshot, log);
  return {
    interestReturned: 0n,
    interestOff: 0n,
    interestToPrincipal: 0n,
    interestToShopper: 0n,
    principalOff: 0n,
    recovered,
    moneyBack: amount - recovered,
    before: schedule,
    after: schedule,
  };
}

/** Pays what is to be recovered of a charged-off plan out of a refund whose money is the shopper's by its posting. */
export async function recoverByRefund(
  tx: Tx,
  input: { planId: string; refundId: string; amount: bigint },
): Promise<void> {
  const plan = await lockPlan(tx, input.planId);
  await recover(tx, plan, { amount: input.amount, sourceId: input.refundId, from: 'shopper' });
}

/** Accrues a plan and locks it, so that what the refund does to it stays true until it is entered. */
export async function prepareRefund(tx: Tx, input: { planId: string; amount: bigint }): Promise<PlanRefund> {
  const plan = await lockPlan(tx, input.planId);
  await accrue(tx, plan, todayOf(tx, plan));
  return previewRefund(tx, input);
}

/**
 * Enters a refund on its plan and gives the credit back that it frees, `released` to whose it was; its posting is the
 * order's.
 */
export async function enterRefund(
  tx: Tx,
  input: {
    planId: string;
    refundId: string;
    amount: bigint;
    effect: RefundEffect;
    released: readonly Part[];
  },
): Promise<void> {
  const { planId, effect } = input;
  const plan = await lockPlan(tx, planId);
  await releaseUsed(tx, plan.holdId, input.released);
  await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({ returned_interest: plan.returnedInterest + effect.interestReturned });
  await enterOnPlan(tx, {
    planId,
    entry: { kind: 'refund', amount: input.amount },
    sourceId: input.refundId,
  });
}
