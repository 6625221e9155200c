import type { AskedPlan } from '../credit/desks/port.ts';
import type { Tx } from '../lib/tx.ts';
import { programmes } from '../plans/programmes.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import { pairwiseId } from '../shoppers/profile.ts';

const bandWidth = 50;

/**
 * What one funder is told of a plan before it accepts its part: the plan, where it is bought, and the shopper by a
 * pseudonym of this funder's own with the band of the score.
 */
export function askedPlan(
  tx: Tx,
  input: { snapshot: PlanSnapshot; funderId: string; shopperId: string; score: number },
): AskedPlan {
  const { snapshot, funderId, shopperId, score } = input;
  const from = Math.floor(score / bandWidth) * bandWidth;
  return {
    code: snapshot.code,
    category: snapshot.programme ?? programmes.retail.code,
    market: snapshot.market ?? null,
    merchant: snapshot.merchant ?? null,
    shopper_id: pairwiseId(tx, funderId, shopperId),
    score_band: { from, to: from + bandWidth - 1 },
    purchase: snapshot.amount,
    financed: snapshot.financed,
    installments: snapshot.installments.map(({ due_date, amount }) => ({ due_date, amount })),
    annual_rate_ppm: snapshot.interest?.annual_rate_ppm ?? null,
  };
}
