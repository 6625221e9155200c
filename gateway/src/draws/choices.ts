import { freezeOffer } from '../checkout/draft-plan.ts';
import { declineOf, type Standing, standingNow } from '../standing/standing.ts';
import { type Funder, type FunderRoom, listFunderRooms } from '../credit/funders.ts';
import { availableOf, type CreditLine } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import { annualRateOf } from '../pay-score/policy.ts';
import { drawMonths, drawOffer } from '../plans/cash-draws.ts';
import { type Compared, compareOffers } from '../plans/compare.ts';
import { rateWithin } from '../plans/markets.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { PlanSnapshot } from '../plans/snapshot.ts';
import type { DrawMarket } from './market.ts';

/** What of a shopper's standing a draw is decided by. */
type Judged = Pick<Standing, 'facts' | 'score'> & {
  line: Pick<CreditLine, 'limit' | 'held' | 'used' | 'status'>;
};

export type DrawChoices = {
  /** What may still be drawn, in minor units; 0 while the line is suspended. */
  available: bigint;
  score: number;
  /** Why this amount cannot be drawn; null when it can. */
  declineCode: DeclineCode | null;
  /** Every funder with every term, the cheapest in all first; empty when declined. */
  compared: Compared<Funder>[];
};

/**
 * What a shopper could draw now and at what cost, for a page that shows it: nothing is written. Without an amount only
 * what is available. `amount` is within the market's range.
 */
export async function drawChoices(
  tx: Tx,
  input: { shopperId: string; market: DrawMarket; amount: bigint | undefined },
): Promise<DrawChoices> {
  const { market, amount } = input;
  const standing = await standingNow(tx, { shopperId: input.shopperId, currency: market.currency });
  const available = standing.line.status === 'suspended' ? 0n : availableOf(standing.line);
  const rooms = amount === undefined ? [] : await listFunderRooms(tx, market.currency);
  const able = rooms.filter(({ most }) => most >= (amount ?? 0n));
  const declineCode =
    amount === undefined ? null : declineDraw({ standing, funder: able[0]?.funder, amount });
  const ways =
    amount === undefined || declineCode !== null
      ? []
      : able.flatMap(({ funder }) =>
          drawMonths.flatMap((months) => {
            const offer = offerOf({ market, score: standing.score.score, funder, amount, months });
            return offer ? [{ funder, offer }] : [];
          }),
        );
  return {
    available,
    score: standing.score.score,
    declineCode,
    compared: compareOffers(ways, { rules: market.rules, startsOn: market.today }),
  };
}

/** The first rule that refuses a draw of this amount, by the rules of every decision. */
export function declineDraw(input: {
  standing: Judged;
  funder: Funder | undefined;
  amount: bigint;
}): DeclineCode | null {
  const { standing, funder, amount } = input;
  const offers = amount <= availableOf(standing.line) ? [amount] : [];
  return declineOf({ ...standing, funder, offers });
}

/** What one funder asks for: the policy's rate at this score, with what the funder adds to it, within the market's range. */
export function offerOf(input: {
  market: DrawMarket;
  score: number;
  funder: Funder;
  amount: bigint;
  months: number;
}): PlanOffer | undefined {
  const { market, score, funder, amount, months } = input;
  const { rules, currency, today } = market;
  const annualRatePpm = rateWithin(rules, annualRateOf(score) + funder.rateAdjustmentPpm);
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
