import { characteristicDefinitions, deriveCharacteristics } from '../src/pay-score/model/derive.ts';
import type { History } from '../src/pay-score/model/history.ts';
import type { ModelContent } from '../src/pay-score/model/schema.ts';
import { cutAxis } from './bins.ts';
import { fitLogit } from '../src/pay-score/fit-logit.ts';
import { dealBags, trainEnsemble } from './ensemble.ts';
import { gatherMains } from './mains.ts';
import { fitMissing } from './missing.ts';
import type { Parameters } from './parameters.ts';
import { type PointTables, scoreScale, toPoints } from './points.ts';
import type { Pool } from './pool.ts';

export type TrainingRows = { histories: readonly History[]; bad: Uint8Array };

/** What training makes of rows: the tables of points, and how the out-of-fold predictions were calibrated. */
export type Trained = PointTables & Pick<ModelContent, 'calibration' | 'scale' | 'bindings'>;

/**
 * The training rows missed a payment at 22.12 %; a book of one's own is taken to stand at 3 % until it has its own bad
 * outcomes: logit 3 % - logit 22.12 % = -2.217.
 */
const bindings: ModelContent['bindings'] = { trained: { a: 0, b: 1 }, own_book: { a: -2.217, b: 1 } };

/**
 * Trains the tables of the pay score: bins, a bagged ensemble of boosted tables and pairs, calibration on out-of-fold
 * predictions, bins for unknown months, whole points. The same rows and parameters give the same points.
 */
export async function trainTables(
  rows: TrainingRows,
  parameters: Parameters,
  pool: Pool,
  tick: () => void,
): Promise<Trained> {
  const derived = rows.histories.map(deriveCharacteristics);
  const axes = characteristicDefinitions.map((definition) =>
    cutAxis(
      definition,
      derived.map((characteristics) => characteristics[definition.code] ?? null),
      parameters.bins,
    ),
  );
  const splits = dealBags(rows, parameters);
  const ensemble = await trainEnsemble({ axes, bad: rows.bad }, splits, parameters, pool, tick);
  const calibration = fitLogit({ bad: rows.bad, scores: ensemble.outOfFold });
  if (!calibration) throw new Error('the trained score says the same of everybody');
  const { slope, intercept } = calibration;
  const tables = gatherMains({
    ...ensemble.tables,
    start: intercept + slope * ensemble.tables.start,
    cells: ensemble.tables.cells.map((table) => table.map((value) => value * slope)),
  });
  const missing = fitMissing(tables, rows, { seed: parameters.seed, lambda: parameters.maskLambda });
  return { ...toPoints(tables, missing, scoreScale), calibration, scale: scoreScale, bindings };
}
