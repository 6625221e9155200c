import { readBook } from '../book.ts';
import { crossValidate } from '../cross-validate.ts';
import { readCsvTable } from '../csv-table.ts';
import { bagsOf } from '../ensemble.ts';
import { defaultParameters } from '../parameters.ts';
import { openPool } from '../pool.ts';
import { showProgress } from '../progress.ts';
import { printMeasures, printRows } from './print.ts';
import type { BookOptions } from './train.ts';

/** Cross-validates training on a book and prints what each fold measured. Writes nothing. */
export async function crossValidateBook(
  options: BookOptions & { seed: number; pairs: number; threads: number; folds: number },
): Promise<void> {
  const started = performance.now();
  const book = readBook(readCsvTable(options.data), {
    target: options.target,
    id: options.id,
    excluded: options.exclude,
  });
  const parameters = { ...defaultParameters, seed: options.seed, pairs: options.pairs };
  const pool = openPool(options.threads);
  const progress = showProgress('cross-validation', options.folds * bagsOf(parameters) * 2);
  try {
    const measured = await crossValidate(book, options.folds, parameters, pool, progress.tick);
    progress.stop();
    for (const [fold, measures] of measured.folds.entries()) printMeasures(`fold ${fold + 1}`, measures);
    printMeasures(`mean of ${options.folds} folds`, measured.mean);
  } finally {
    await pool.close();
  }
  printRows([['time', `${((performance.now() - started) / 1000).toFixed(0)} s`]]);
}
