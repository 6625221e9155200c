import { freezeOffer } from '../checkout/draft-plan.ts';
import { type Judged as JudgedLine, standingNow } from '../standing/standing.ts';
import { type Funder, type FunderRoom, listFunderRooms } from '../credit/funders.ts';
import { availableOf } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import { drawMonths, drawOffer } from '../plans/cash-draws.ts';
import { type Compared, compareOffers } from '../plans/compare.ts';
import { rateWithin } from '../plans/markets.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import type { UnfitOffer } from '../protection/protect.ts';
import type { DrawMarket } from './market.ts';
import { type DrawWay, judgeDraw } from './protect-draw.ts';

export type DrawChoices = {
  /** What may still be drawn, in minor units; 0 while the line is suspended. */
  available: bigint;
  score: number;
  /** Why this amount cannot be drawn; null when it can. */
  declineCode: DeclineCode | null;
  /** Every funder with every term that fits the income, the cheapest in all first; empty when declined. */
  compared: Compared<Funder>[];
  /** What does not fit, with the reason. */
  unfit: UnfitOffer<DrawWay>[];
};

/**
 * What a shopper could draw now and at what cost, for a page that shows it: nothing is written. Without an amount only
 * what is available. `amount` is within the market's range.
 */
export async function drawChoices(
  tx: Tx,
  input: { shopperId: string; market: DrawMarket; amount: bigint | undefined },
): Promise<DrawChoices> {
  const { shopperId, market, amount } = input;
  const standing = await standingNow(tx, { shopperId, currency: market.currency });
  const { line } = standing;
  const shown = {
    available: line.status === 'suspended' ? 0n : availableOf(line),
    score: standing.score.score,
  };
  if (amount === undefined) return { ...shown, declineCode: null, compared: [], unfit: [] };
  const rooms = await listFunderRooms(tx, market.currency);
  const able = rooms.filter(({ most }) => most >= amount);
  const ways = able.flatMap(({ funder }) =>
    drawMonths.flatMap((months) => {
      const offer = offerOf({ market, line, funder, amount, months });
      return offer ? [{ funder, offer }] : [];
    }),
  );
  const { declineCode, protection } = await judgeDraw(tx, {
    shopperId,
    market,
    standing,
    amount,
    funder: able[0]?.funder,
    ways,
    needsIdentity: false,
  });
  const compare = (fitting: DrawWay[]) =>
    compareOffers(fitting, { rules: market.rules, startsOn: market.today });
  return {
    ...shown,
    declineCode,
    compared: declineCode === null ? compare(protection.fitting.map(({ way }) => way)) : [],
    unfit: protection.unfit,
  };
}

/** What one funder asks for: the price of the line, with what the funder adds to it, within the market's range. */
export function offerOf(input: {
  market: DrawMarket;
  line: Pick<JudgedLine, 'annualRatePpm'>;
  funder: Funder;
  amount: bigint;
  months: number;
}): PlanOffer | undefined {
  const { market, line, funder, amount, months } = input;
  const { rules, currency, today } = market;
  const annualRatePpm = rateWithin(rules, line.annualRatePpm + funder.rateAdjustmentPpm);
  return drawOffer({ amount, currency, startsOn: today, months, annualRatePpm, rules });
}

/** The funder with this id, if it could lend the amount at this moment. */
export async function ableFunder(
  tx: Tx,
  input: { funderId: string; currency: string; amount: bigint },
): Promise<Funder | undefined> {
  const isAble = ({ funder, most }: FunderRoom): boolean =>
    funder.id === input.funderId && most >= input.amount;
  return (await listFunderRooms(tx, input.currency)).find(isAble)?.funder;
}

/** A draw as it would be agreed to today. */
export function draftDraw(input: { market: DrawMarket; funder: Funder; offer: PlanOffer }): PlanSnapshot {
  const { market, funder, offer } = input;
  return freezeOffer({ offer, funder, market: market.market, agreedOn: market.today });
}
