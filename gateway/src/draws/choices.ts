import { freezeOffer } from '../checkout/draft-plan.ts';
import { type Judged as JudgedLine, standingNow } from '../standing/standing.ts';
import { readRouting } from '../credit/candidates.ts';
import type { Funder } from '../credit/funders.ts';
import type { Funding } from '../credit/funding.ts';
import { availableOf } from '../credit/lines.ts';
import {
  type FundingAnswer,
  type FundingPurpose,
  type PlanToFund,
  route,
  type Routing,
} from '../credit/routing.ts';
import { addOffset, daysBetween } from '../lib/dates.ts';
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
  const routing = await readRouting(tx, drawPurpose(market, shopperId));
  const { ways, funder } = drawWays({ market, routing, standing, amount });
  const { declineCode, protection } = await judgeDraw(tx, {
    shopperId,
    market,
    standing,
    amount,
    funder,
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

/** What cash has to be funded for, as the funders' terms look at it. Nobody outside is asked while it is requested. */
export function drawPurpose({ currency, market }: DrawMarket, shopperId: string): FundingPurpose {
  return {
    key: shopperId,
    shopperId,
    merchantId: null,
    currency,
    country: null,
    market,
    category: 'cash_draw',
    canAsk: false,
  };
}

type Drawn = {
  market: DrawMarket;
  routing: Routing;
  standing: { line: Pick<JudgedLine, 'annualRatePpm'>; score: { score: number } };
  amount: bigint;
};

/** What the funders' terms look at in a draw over so many months. */
function drawToFund({ market: { today }, amount, standing }: Drawn, months: number): PlanToFund {
  const days = daysBetween(today, addOffset(today, { months }));
  return { plan: 'cash_draw', amount, days, score: standing.score.score };
}

/** Each way to draw this amount, by funder and term; `funder` is the first that would lend it over any term. */
export function drawWays(drawn: Drawn): { ways: DrawWay[]; funder: Funder | undefined } {
  const { market, routing, standing, amount } = drawn;
  const able = drawMonths.flatMap((months) =>
    route(routing, drawToFund(drawn, months)).ranked.map((funding) => ({
      months,
      funding,
      funder: funding.lead,
    })),
  );
  const rank = (funder: Funder): number =>
    routing.candidates.findIndex((candidate) => candidate.funder.id === funder.id);
  const inOrder = able.toSorted((a, b) => rank(a.funder) - rank(b.funder));
  const ways = inOrder.flatMap(({ months, funding, funder }) => {
    const offer = offerOf({ market, line: standing.line, funder, amount, months });
    return offer ? [{ funder, funding, offer }] : [];
  });
  return { ways, funder: inOrder[0]?.funder };
}

/** The one way that the shopper has chosen, with what every funder answered about that term. */
export function chosenWay(drawn: Drawn & { funderId: string; months: number }): Pick<
  ReturnType<typeof drawWays>,
  'funder'
> & {
  way: DrawWay | undefined;
  asked: { asked: PlanToFund; answers: { funderId: string; answer: FundingAnswer }[] };
} {
  const { market, routing, standing, amount, funderId, months } = drawn;
  const asked = drawToFund(drawn, months);
  const { ranked, answers } = route(routing, asked);
  const funding = ranked.find(({ lead }) => lead.id === funderId);
  const offer = funding && offerOf({ market, line: standing.line, funder: funding.lead, amount, months });
  return {
    funder: funding?.lead,
    way: funding && offer && { funder: funding.lead, funding, offer },
    asked: {
      asked,
      answers: answers.map((said) =>
        said.funderId === funderId && funding ? { funderId, answer: 'chosen' } : said,
      ),
    },
  };
}

/** A draw as it would be agreed to today. */
export function draftDraw(input: { market: DrawMarket; funding: Funding; offer: PlanOffer }): PlanSnapshot {
  const { market, funding, offer } = input;
  return freezeOffer({ offer, funding, market: market.market, agreedOn: market.today });
}
