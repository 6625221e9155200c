import type { History } from '../src/pay-score/model/history.ts';
import type { Boosted, Boosting } from './boost.ts';
import { dealFolds, splitByFold } from './folds.ts';
import { rankPairs } from './pairs.ts';
import type { Parameters } from './parameters.ts';
import type { BagTask, Pool, Rows } from './pool.ts';
import { type PairOfAxes, splitTables, type Tables } from './tables.ts';

/** The mean of the bags' tables, and what the bags that left a row out say of it, on average. */
export type Ensemble = { tables: Tables; outOfFold: Float64Array };

/** The rows of one bag, and the rows that it leaves out. */
type Split = { training: Int32Array; held: Int32Array };

/** Bags that any run has: in each round the rows are dealt anew, and every bag leaves out another part. */
export function bagsOf({ rounds, parts }: Pick<Parameters, 'rounds' | 'parts'>): number {
  return rounds * parts;
}

/** Deals the rows to the bags: each row is left out by one bag of each round. */
export function dealBags(
  rows: { histories: readonly History[]; bad: Uint8Array },
  { rounds, parts, seed }: Parameters,
): Split[] {
  return Array.from({ length: rounds }, (_, round) => {
    const fold = dealFolds(rows, parts, seed + 1000 * round);
    return Array.from({ length: parts }, (_, part) => {
      const { inside, outside } = splitByFold(fold, part);
      return { training: outside, held: inside };
    });
  }).flat();
}

/**
 * Trains the bags: first with any pairs, to choose the best of them, then with these alone from the start. All bags stop
 * at the one number of updates that was best over all held-out rows; one bag's own rows are too few to tell.
 * Deterministic whatever the number of threads.
 */
export async function trainEnsemble(
  rows: Rows,
  splits: readonly Split[],
  parameters: Parameters,
  pool: Pool,
  tick: () => void,
): Promise<Ensemble> {
  const tasksOf = (pairs: PairOfAxes[] | null, boosting: Boosting, seed: number): BagTask[] =>
    splits.map((split, bag) => ({ ...split, pairs, boosting, seed: seed + bag }));
  const search = { ...parameters, updates: parameters.searchUpdates };
  const searched = await pool.boost(rows, tasksOf(null, search, parameters.seed), tick);
  const pairs = rankPairs(
    rows.axes.length,
    searched.map(({ gains }) => gains),
    parameters.pairs,
  );
  const bags = await pool.boost(rows, tasksOf(pairs, parameters, parameters.seed + splits.length), tick);
  const { best, outOfFold } = bestCheckpoint(bags, splits, rows.bad);
  const mean = meanOf(bags.map(({ checkpoints }) => checkpoints[best]!.tables));
  return { tables: splitTables(rows.axes, pairs, mean), outOfFold };
}

function bestCheckpoint(
  bags: readonly Boosted[],
  splits: readonly Split[],
  bad: Uint8Array,
): { best: number; outOfFold: Float64Array } {
  let best = { best: 0, outOfFold: new Float64Array(bad.length), loss: Infinity };
  for (const checkpoint of bags[0]?.checkpoints.keys() ?? []) {
    const outOfFold = new Float64Array(bad.length);
    const bagsOfRow = new Uint8Array(bad.length);
    for (const [bag, { checkpoints }] of bags.entries()) {
      const { heldScores } = checkpoints[checkpoint]!;
      for (const [place, row] of splits[bag]!.held.entries()) {
        outOfFold[row]! += heldScores[place] ?? 0;
        bagsOfRow[row]!++;
      }
    }
    for (const [row, count] of bagsOfRow.entries()) outOfFold[row]! /= count;
    const loss = lossOf(bad, outOfFold);
    if (loss < best.loss) best = { best: checkpoint, outOfFold, loss };
  }
  return best;
}

function lossOf(bad: Uint8Array, scores: Float64Array): number {
  let loss = 0;
  for (const [row, score] of scores.entries()) loss += Math.log1p(Math.exp(bad[row] ? -score : score));
  return loss;
}

function meanOf(tables: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(tables[0]?.length ?? 0);
  for (const table of tables) for (const [cell, value] of table.entries()) mean[cell]! += value;
  return mean.map((value) => value / tables.length);
}
