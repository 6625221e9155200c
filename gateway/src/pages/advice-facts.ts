import type { Advice } from '../checkout/advice/advise.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import type { Assessment } from '../pay-score/assessments.ts';
import { findPlan } from '../repayments/plans.ts';

/** What would make a declined decision an approval, with the shops of the plans that are to be paid; a draw has none. */
export type AdviceFacts = { advice: Advice; shops: ReadonlyMap<string, string | undefined> };

/** The advice that is kept with a decision; undefined for an approval, and for decisions from before advice was kept. */
export async function readAdvice(
  tx: Tx,
  { guards, shopperId }: Pick<Assessment, 'guards' | 'shopperId'>,
): Promise<AdviceFacts | undefined> {
  const advice = guards.advice as Advice | undefined;
  if (!advice) return undefined;
  const shops = new Map<string, string | undefined>();
  for (const { planId } of advice.pay ?? []) {
    const { merchantId } = await findPlan(tx, { planId, shopperId });
    shops.set(planId, merchantId === null ? undefined : (await findMerchant(tx, merchantId)).name);
  }
  return { advice, shops };
}
