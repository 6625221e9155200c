import type { History } from '../../src/pay-score/model/history.ts';
import { fullModel } from '../../src/pay-score/full-model.ts';
import { lowestScore } from '../../src/pay-score/policy.ts';
import { type BookTotals, drawPaths, liveBook, type MonthOfBook, totalsOf } from './book.ts';
import { type CardMonth, collectDonors, missedFrom } from './donors.ts';

export type SimulationInput = { shoppers: number; months: number; seed: number };

/** One kind of book: how it went under the policy in force, and under other cuts. */
export type Scenario = {
  name: string;
  /** What the odds of a late month are multiplied by, against the rows. */
  lateOdds: number;
  /** Of all month ends of all shoppers, those at which their card was late. */
  lateShare: number;
  months: MonthOfBook[];
  totals: BookTotals;
  cuts: { cut: number; totals: BookTotals }[];
};

/** How the policy in force fares in a book between the two. */
export type Stress = { lateOdds: number; totals: BookTotals };

export type Simulation = { scenarios: Scenario[]; stress: Stress[] };

/** Overdue money is to stay below this share of all debts, at every month's end. */
export const mostOverdueWanted = 0.03;

/** Least scores of the full model that are tried, the policy's first. */
const cuts = Array.from({ length: 7 }, (_, step) => lowestScore + 40 * step);
const stressOdds = [0.8, 0.6, 0.4, 0.2];

/** How many books a simulation lives through. */
export const simulatedBooks = 2 * cuts.length + stressOdds.length;

/**
 * Lives the book through limits and prices twice: with the rows as they are, and with the odds of a late month lowered as
 * the model's own-book calibration lowers them. Each with other cuts as well, and the policy's cut in between.
 */
export function simulate(
  histories: readonly History[],
  input: SimulationInput,
  tick: () => void,
): Simulation {
  const pathsAt = (lateOdds: number): CardMonth[][] => drawPaths(collectDonors(histories, lateOdds), input);
  const scenarioAt = (name: string, lateOdds: number): Scenario => {
    const paths = pathsAt(lateOdds);
    const lived = cuts.map((cut) => {
      const months = liveBook(paths, cut);
      tick();
      return { cut, months, totals: totalsOf(months) };
    });
    const { months, totals } = lived[0]!;
    const lateShare = shareLate(paths);
    return {
      name,
      lateOdds,
      lateShare,
      months,
      totals,
      cuts: lived.map(({ cut, totals }) => ({ cut, totals })),
    };
  };
  const scenarios = [
    scenarioAt('rows as they are', 1),
    scenarioAt('own book', Math.exp(fullModel.file.bindings.own_book.a)),
  ];
  const stress = stressOdds.map((lateOdds) => {
    const totals = totalsOf(liveBook(pathsAt(lateOdds), lowestScore));
    tick();
    return { lateOdds, totals };
  });
  return { scenarios, stress };
}

function shareLate(paths: readonly (readonly CardMonth[])[]): number {
  const months = paths.flat();
  return months.filter(({ status }) => status >= missedFrom).length / months.length;
}

/** The greatest approval rate at which overdue stays low enough, with its cut; undefined where no cut does it. */
export function bestCut({ cuts }: Scenario): Scenario['cuts'][number] | undefined {
  return cuts
    .filter(({ totals }) => totals.mostOverdue < mostOverdueWanted)
    .toSorted((a, b) => b.totals.approval - a.totals.approval)[0];
}

/** The conclusion in words. */
export function verdictOf(scenario: Scenario): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const best = bestCut(scenario);
  if (best)
    return `overdue stays below ${percent(mostOverdueWanted)} up to an approval rate of ${percent(best.totals.approval)} (cut ${best.cut})`;
  const least = scenario.cuts.toSorted((a, b) => a.totals.mostOverdue - b.totals.mostOverdue)[0]!;
  return `overdue stays below ${percent(mostOverdueWanted)} at no cut; the least is ${percent(least.totals.mostOverdue)}, at an approval rate of ${percent(least.totals.approval)} (cut ${least.cut})`;
}
