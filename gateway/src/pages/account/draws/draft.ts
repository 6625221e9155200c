import type { Funder } from '../../../credit/funders.ts';
import { ableFunder, declineDraw, draftDraw, offerOf } from '../../../draws/choices.ts';
import { drawMarket } from '../../../draws/market.ts';
import { standingNow } from '../../../standing/standing.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { DeclineCode } from '../../../pay-score/assessments.ts';
import type { PlanSnapshot } from '../../../plans/snapshot.ts';
import type { AskedDraw } from './asked.ts';

/** What the shopper would agree to now, and why they may not; undefined when nobody offers it. */
export async function draftFor(
  tx: Tx,
  { shopperId, asked }: { shopperId: string; asked: AskedDraw },
): Promise<{ funder: Funder; draft: PlanSnapshot; declineCode: DeclineCode | null } | undefined> {
  const market = await drawMarket(tx);
  if (!market) return undefined;
  const { currency } = market;
  const funder = await ableFunder(tx, { ...asked, currency });
  if (!funder) return undefined;
  const standing = await standingNow(tx, { shopperId, currency });
  const offer = offerOf({ market, score: standing.score.score, funder, ...asked });
  const declineCode = declineDraw({ standing, funder, amount: asked.amount });
  return offer && { funder, draft: draftDraw({ market, funder, offer }), declineCode };
}
