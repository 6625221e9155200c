import { type Advice, advise } from '../checkout/advice/advise.ts';
import type { Situation } from '../checkout/advice/situation.ts';
import type { Routing } from '../credit/routing.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import type { ProtectionFacts } from '../protection/facts.ts';
import { firstReason } from '../protection/first-reason.ts';
import type { Excused } from '../standing/grants.ts';
import type { Standing } from '../standing/standing.ts';
import { drawWays } from './choices.ts';
import type { DrawMarket } from './market.ts';
import { type JudgedDraw, judgeDrawBy } from './protect-draw.ts';

/** A draw of any amount as its decision looks at it, whoever of the funders would lend it over whatever term. */
export type AnyDraw = {
  shopperId: string;
  market: DrawMarket;
  /** What the funders could lend at this moment, and on which terms. */
  routing: Routing;
  /** What the rules against fraud said. */
  screened: DeclineCode | null;
  excused?: Excused;
};

/** What would make a declined draw an approval, asked of the very rules that declined it. */
export function adviseOnDraw(
  tx: Tx,
  draw: AnyDraw,
  declined: { amount: bigint; standing: Standing; facts: ProtectionFacts; declineCode: DeclineCode },
): Promise<Advice> {
  const { declineCode, ...situation } = declined;
  return advise(tx, {
    shopperId: draw.shopperId,
    currency: draw.market.currency,
    declineCode,
    situation: { ...situation, downPercent: null },
    judge: (changed) => judgeAnyDraw(draw, changed).declineCode,
    mayPayDown: false,
    least: draw.market.range?.least,
  });
}

/** The rules of a draw by whichever funder and term it is possible. Nothing is read or written. */
export function judgeAnyDraw(
  draw: AnyDraw,
  { amount, standing, facts }: Omit<Situation, 'downPercent'>,
): Pick<JudgedDraw, 'declineCode' | 'protection'> {
  const { market, routing, screened, excused } = draw;
  const { ways } = drawWays({ market, routing, standing, amount });
  const judged = judgeDrawBy(facts, {
    market,
    standing,
    amount,
    ways,
    needsIdentity: true,
    funder: ways[0]?.funder,
    screened,
    ...(excused && { excused }),
  });
  const isInRange = market.range !== null && amount >= market.range.least && amount <= market.range.most;
  return {
    protection: judged.protection,
    declineCode: firstReason(judged.declineCode, isInRange ? null : 'amount_too_small'),
  };
}
