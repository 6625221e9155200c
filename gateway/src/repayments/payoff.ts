import type { Tx } from '../lib/tx.ts';
import { positionOn } from '../plans/position.ts';
import { type RepaymentEffect, repaymentEffect } from '../plans/repayment-effect.ts';
import { claimOn } from './guarantors/claims.ts';
import { readLog } from './log.ts';
import { type Plan, todayOf } from './plans.ts';
import { isWrittenOff, recoverableOf } from './recover.ts';

/**
 * What paying a plan off costs, by what it is made of; `friend` is what a guarantor has paid on it and gets back. Amounts
 * are minor units.
 */
export type Payoff = { principal: bigint; interest: bigint; fee: bigint; friend: bigint; total: bigint };

/**
 * What paying a plan off costs today: all principal and fees, with the interest of the days used only. Of a plan that
 * was charged off it is what of its debt is still to be recovered, which has no parts any more.
 */
export async function payoffOf(tx: Tx, plan: Plan): Promise<Payoff> {
  const [friend, log] = await Promise.all([claimOn(tx, plan.id), readLog(tx, plan.id)]);
  if (isWrittenOff(plan)) {
    const left = recoverableOf(plan);
    return { principal: left, interest: 0n, fee: 0n, friend, total: left + friend };
  }
  const { principal, interest, fee, total } = positionOn(plan.snapshot, log, todayOf(tx, plan));
  return { principal, interest, fee, friend, total: total + friend };
}

/**
 * What a repayment of `amount`, which is at most the payoff, would do to an active plan today; undefined where all of it
 * goes to the friend who has paid before. Nothing is written.
 */
export async function previewRepayment(
  tx: Tx,
  plan: Plan,
  amount: bigint,
): Promise<RepaymentEffect | undefined> {
  const left = amount - (await claimOn(tx, plan.id));
  if (left <= 0n) return undefined;
  return repaymentEffect(plan.snapshot, await readLog(tx, plan.id), {
    amount: left,
    onDate: todayOf(tx, plan),
  });
}
