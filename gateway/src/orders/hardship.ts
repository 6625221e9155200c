import type { Tx } from '../lib/tx.ts';
import { arrangeHardship, type HardshipAnswer } from '../repayments/hardship.ts';
import { settleSubsidy } from './subsidy.ts';

/** Arranges easier terms (`arrangeHardship`); the merchant gets back what it paid for interest that is not earned by them. */
export async function easeTerms(
  tx: Tx,
  input: Parameters<typeof arrangeHardship>[1],
): Promise<HardshipAnswer> {
  const answer = await arrangeHardship(tx, input);
  if (answer.outcome === 'granted')
    await settleSubsidy(tx, { planId: input.planId, sourceId: answer.hardship.id });
  return answer;
}
