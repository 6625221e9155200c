import { writeFileSync } from 'node:fs';
import type { ModelContent } from '../../src/pay-score/model/schema.ts';
import { writeModel } from '../../src/pay-score/model/load.ts';
import { modelVersion } from '../../src/pay-score/model/schema.ts';
import { type Book, checkClasses, readBook } from '../book.ts';
import { crossValidate, pick } from '../cross-validate.ts';
import { readCsvTable } from '../csv-table.ts';
import { bagsOf } from '../ensemble.ts';
import { holdOut } from '../folds.ts';
import { defaultParameters, type Parameters } from '../parameters.ts';
import { openPool, type Pool } from '../pool.ts';
import { showProgress } from '../progress.ts';
import { trainTables } from '../train.ts';
import { printMeasures } from './print.ts';

export type BookOptions = { data: string; target: string; id: string; exclude: string[] };

export type TrainOptions = BookOptions & {
  out: string;
  holdout?: number;
  seed: number;
  pairs: number;
  threads: number;
  folds: number;
};

const attribution =
  'Yeh, I-C. (2009). Default of Credit Card Clients. UCI Machine Learning Repository 350, doi 10.24432/C55S3H.';

/** Trains a model and writes its file. Without `folds` (0) nothing is cross-validated, which takes most of the time. */
export async function train(options: TrainOptions, from: Parameters = defaultParameters): Promise<void> {
  const started = performance.now();
  const book = readBook(readCsvTable(options.data), {
    target: options.target,
    id: options.id,
    excluded: options.exclude,
  });
  const parameters = { ...from, seed: options.seed, pairs: options.pairs };
  const pool = openPool(options.threads);
  try {
    const content = await trainContent(book, options, parameters, pool);
    writeFileSync(options.out, writeModel(content));
    if (content.cross_validation)
      printMeasures(`${options.folds}-fold cross-validation`, content.cross_validation.mean);
  } finally {
    await pool.close();
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`${options.out} written, ${seconds.toFixed(0)} s`);
}

async function trainContent(
  book: Book,
  options: TrainOptions,
  parameters: Parameters,
  pool: Pool,
): Promise<ModelContent> {
  const { holdout, seed } = options;
  const rows = holdout === undefined ? book : pick(book, holdOut(book, holdout, seed).kept);
  checkClasses(rows.bad, options.target);
  const trainings = 1 + options.folds;
  const progress = showProgress('training', trainings * bagsOf(parameters) * 2);
  const trained = await trainTables(rows, parameters, pool, progress.tick);
  const measured =
    options.folds > 0 ? await crossValidate(rows, options.folds, parameters, pool, progress.tick) : null;
  progress.stop();
  return {
    format: 'morrow-pay-score',
    version: modelVersion,
    data: {
      sha256: book.sha256,
      rows: rows.bad.length,
      bad: rows.bad.reduce((total, bad) => total + bad, 0),
      holdout: holdout === undefined ? null : { share: holdout, seed },
      excluded: options.exclude.toSorted(),
      attribution,
      license: 'CC-BY-4.0',
    },
    parameters,
    cross_validation: measured,
    ...trained,
  };
}
