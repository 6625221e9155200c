import type { Tx } from '../lib/tx.ts';
import { giveUp } from '../repayments/charge-off.ts';
import { settleSubsidy } from './subsidy.ts';

/** Charges a plan off when its time has come (`giveUp`); the merchant gets back what it paid for unearned interest. */
export async function giveUpPlan(tx: Tx, planId: string): Promise<void> {
  if (await giveUp(tx, planId)) await settleSubsidy(tx, { planId, sourceId: planId });
}
