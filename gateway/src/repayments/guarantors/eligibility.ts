import { availableOf } from '../../credit/lines.ts';
import { mostDebtors, mostPledgedPercent } from '../../credit/guarantees/terms.ts';
import { todayIn } from '../../credit/guarantees/state.ts';
import { boundRoleOf } from '../../credit/guarantees/parties.ts';
import { maxOf, minOf } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { targetLimitOf } from '../../pay-score/policy.ts';
import { readBehaviour } from '../../standing/behaviour.ts';
import { type Judged, latenessOf, type Standing } from '../../standing/standing.ts';

/** The score from which on somebody may vouch for others: the step of the terms policy above the lowest. */
export const leastGuarantorScore = 580;

/** Whole months without a late day before somebody may vouch. */
export const cleanMonthsToVouch = 6;

/** Why somebody may not vouch for anybody at this moment. */
export type VouchObstacle =
  /** Fewer than three repaid installments, or than two closed months. */
  | 'thin_file'
  | 'late'
  | 'score_too_low'
  /** Somebody vouches for them. */
  | 'is_debtor'
  | 'debtors_full'
  /** Nothing is left that could be pledged. */
  | 'no_room';

export type GuarantorStanding = {
  obstacle: VouchObstacle | undefined;
  /** What one more guarantee may come to, in minor units. */
  least: bigint;
  most: bigint;
};

type Judging = Pick<Standing, 'facts' | 'score'> & { line: Judged };

/**
 * Whether this shopper may vouch for somebody now, and up to what: an established file, nothing late for half a year, a
 * score above the lowest step, and room on their own limit. Whom they vouch for plays no part, and neither does it in any score.
 */
export async function guarantorStanding(
  tx: Tx,
  input: { shopperId: string; currency: string; standing: Judging },
): Promise<GuarantorStanding> {
  const { shopperId, currency, standing } = input;
  const { line } = standing;
  const least = leastCapOf(currency);
  const share = (line.limit * mostPledgedPercent) / 100n;
  const most = maxOf(0n, minOf(share - line.pledged, availableOf(line)));
  const obstacle =
    (await personalObstacle(tx, shopperId, standing)) ??
    (await roleObstacle(tx, shopperId)) ??
    (most < least ? ('no_room' as const) : undefined);
  return { obstacle, least, most };
}

/** What speaks against them, whatever they pledged already: asked again on the day on which a guarantee becomes active. */
export async function personalObstacle(
  tx: Tx,
  shopperId: string,
  standing: Judging,
): Promise<'thin_file' | 'late' | 'score_too_low' | undefined> {
  if (latenessOf(standing)) return 'late';
  if (standing.score.scoredBy !== 'full_model') return 'thin_file';
  const { cleanMonths } = await readBehaviour(tx, { shopperId, today: todayIn(tx) });
  if (cleanMonths !== null && cleanMonths < cleanMonthsToVouch) return 'late';
  return standing.score.score < leastGuarantorScore ? 'score_too_low' : undefined;
}

async function roleObstacle(tx: Tx, shopperId: string): Promise<'is_debtor' | 'debtors_full' | undefined> {
  if ((await boundRoleOf(tx, shopperId)) === 'debtor') return 'is_debtor';
  return (await takenSlots(tx, shopperId)).length >= mostDebtors ? 'debtors_full' : undefined;
}

/** Which of a guarantor's places for debtors are taken. */
export async function takenSlots(tx: Tx, shopperId: string): Promise<number[]> {
  return tx
    .sql('guarantees')
    .where({ environment_id: tx.environment.id, bound_guarantor: shopperId })
    .orderBy('slot')
    .pluck('slot');
}

/** The smallest guarantee: half a percent of what a limit may grow to, about ¥100. */
export function leastCapOf(currency: string): bigint {
  return targetLimitOf(currency) / 200n;
}
