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
export type Stress = Pick<Scenario, 'lateOdds' | 'lateShare' | 'totals'>;

export type Simulation = { scenarios: Scenario[]; stress: Stress[] };

/** Overdue money is to stay below this share of all debts, at every month's end. */
export const mostOverdueWanted = 0.03;

/** Least scores of the full model that are tried, the policy's first. */
const cuts = Array.from({ length: 6 }, (_, step) => lowestScore + 40 * step);
const stressOdds = [0.8, 0.6, 0.4];

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
  const stress = stressOdds.map((lateOdds): Stress => {
    const paths = pathsAt(lateOdds);
    const totals = totalsOf(liveBook(paths, lowestScore));
    tick();
    return { lateOdds, lateShare: shareLate(paths), totals };
  });
  return { scenarios, stress };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
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

/** The conclusion over all books between the two, in words. */
export function verdictOnPolicy({ scenarios, stress }: Simulation): string {
  const borne = [...scenarios, ...stress]
    .filter(({ totals }) => totals.mostOverdue < mostOverdueWanted)
    .toSorted((a, b) => b.lateOdds - a.lateOdds)[0];
  if (!borne)
    return `the policy's cut keeps overdue below ${percent(mostOverdueWanted)} in none of these books`;
  return `the policy's cut keeps overdue below ${percent(mostOverdueWanted)} while the odds of a late month are at most ${borne.lateOdds.toFixed(2)} times those of the rows (${percent(borne.lateShare)} of month ends late), at an approval rate of ${percent(borne.totals.approval)}`;
}

/** The conclusion on one book, in words. */
export function verdictOf(scenario: Scenario): string {
  const best = bestCut(scenario);
  if (best)
    return `overdue stays below ${percent(mostOverdueWanted)} up to an approval rate of ${percent(best.totals.approval)} (cut ${best.cut})`;
  const least = scenario.cuts.toSorted((a, b) => a.totals.mostOverdue - b.totals.mostOverdue)[0]!;
  return `overdue stays below ${percent(mostOverdueWanted)} at no cut; the least is ${percent(least.totals.mostOverdue)}, at an approval rate of ${percent(least.totals.approval)} (cut ${least.cut})`;
}
