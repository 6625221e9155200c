import { readRouting } from '../../../credit/candidates.ts';
import type { Funder } from '../../../credit/funders.ts';
import { chosenWay, draftDraw, drawPurpose } from '../../../draws/choices.ts';
import { drawMarket } from '../../../draws/market.ts';
import { judgeDraw } from '../../../draws/protect-draw.ts';
import { standingNow } from '../../../standing/standing.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { DeclineCode } from '../../../pay-score/assessments.ts';
import type { PlanSnapshot } from '../../../plans/snapshot.ts';
import type { Burden } from '../../../protection/affordability.ts';
import type { AskedDraw } from './asked.ts';

export type DraftedDraw = {
  funder: Funder;
  draft: PlanSnapshot;
  declineCode: DeclineCode | null;
  /** Set where a large share of income is bound by it. */
  warning: Burden | undefined;
};

/** What the shopper would agree to now, and why they may not; undefined when nobody offers it. */
export async function draftFor(
  tx: Tx,
  { shopperId, asked }: { shopperId: string; asked: AskedDraw },
): Promise<DraftedDraw | undefined> {
  const market = await drawMarket(tx);
  if (!market) return undefined;
  const { currency } = market;
  const { amount } = asked;
  const standing = await standingNow(tx, { shopperId, currency });
  const routing = await readRouting(tx, drawPurpose(market, shopperId));
  const { way } = chosenWay({ ...asked, market, routing, standing });
  if (!way) return undefined;
  const { funder } = way;
  const ways = [way];
  const of = { shopperId, market, standing, amount, funder, ways };
  const { declineCode, protection } = await judgeDraw(tx, { ...of, needsIdentity: false });
  const warning = protection.fitting.find(({ warns }) => warns)?.burden;
  return { funder, draft: draftDraw({ market, ...way }), declineCode, warning };
}
