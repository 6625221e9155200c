import { readRouting } from '../credit/candidates.ts';
import { availableOf } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode, NewAssessment } from '../pay-score/assessments.ts';
import { readProtection } from '../protection/facts.ts';
import { recordProtection } from '../protection/record.ts';
import { reviewStanding } from '../standing/standing.ts';
import { adviseOnDraw, judgeAnyDraw } from './any-draw.ts';
import { drawPurpose } from './choices.ts';
import { drawMarket } from './market.ts';

/**
 * Decides once more about a cash draw that was declined, with today's facts: what a new request would say. Nothing is stored
 * but the line of who has none. `screened` is what stays of the earlier screening.
 */
export async function decideDrawAgain(
  tx: Tx,
  input: { shopperId: string; amount: bigint; currency: string; screened: DeclineCode | null },
): Promise<Omit<NewAssessment, 'subject'>> {
  const { shopperId, amount, currency, screened } = input;
  const standing = await reviewStanding(tx, { shopperId, currency });
  const market = await drawMarket(tx);
  if (market?.currency !== currency) throw new Error(`nobody lends ${currency} any more`);
  const facts = await readProtection(tx, { shopperId, currency, today: market.today });
  const routing = await readRouting(tx, drawPurpose(market, shopperId));
  const draw = { shopperId, market, routing, screened };
  const { declineCode, protection } = judgeAnyDraw(draw, { amount, standing, facts });
  const { line, score } = standing;
  return {
    shopperId,
    score,
    limit: line.limit,
    available: availableOf(line),
    amount,
    currency,
    declineCode,
    offers: ['cash_draw'],
    annualRatePpm: line.annualRatePpm,
    guards: {
      protection: recordProtection(tx, facts, protection),
      ...(declineCode && { advice: await adviseOnDraw(tx, draw, { amount, standing, facts, declineCode }) }),
    },
  };
}
