import type { CrossValidation, Measures } from '../src/pay-score/model/schema.ts';
import { compileModel } from '../src/pay-score/model/score.ts';
import { dealFolds, splitByFold } from './folds.ts';
import { measure, roundMeasures } from './measures.ts';
import type { Parameters } from './parameters.ts';
import type { Pool } from './pool.ts';
import { scoreRows } from './score-rows.ts';
import { type TrainingRows, trainTables } from './train.ts';

/**
 * Measures the whole of training: for each fold everything (bins, pairs, stopping, calibration, rounding) is made anew
 * from the other folds, and the points are measured on the fold. The mean is over the folds.
 */
export async function crossValidate(
  rows: TrainingRows,
  folds: number,
  parameters: Parameters,
  pool: Pool,
  tick: () => void,
): Promise<CrossValidation> {
  const fold = dealFolds(rows, folds, parameters.seed + 1);
  const measured: Measures[] = [];
  for (let number = 0; number < folds; number++) {
    const { inside, outside } = splitByFold(fold, number);
    const trained = await trainTables(pick(rows, outside), parameters, pool, tick);
    const held = pick(rows, inside);
    const { pd } = scoreRows(compileModel(trained), held.histories);
    measured.push(measure(held.bad, pd));
  }
  const mean = (of: (measures: Measures) => number): number =>
    measured.reduce((total, measures) => total + of(measures), 0) / folds;
  return {
    folds: measured.map(roundMeasures),
    mean: roundMeasures({
      auc: mean(({ auc }) => auc),
      ks: mean(({ ks }) => ks),
      log_loss: mean(({ log_loss }) => log_loss),
      slope: mean(({ slope }) => slope),
      intercept: mean(({ intercept }) => intercept),
    }),
  };
}

/** Some rows of a book. */
export function pick(rows: TrainingRows, places: Int32Array): TrainingRows {
  return {
    histories: Array.from(places, (row) => rows.histories[row]!),
    bad: Uint8Array.from(places, (row) => rows.bad[row] ?? 0),
  };
}
