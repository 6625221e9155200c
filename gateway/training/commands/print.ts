import type { Measures } from '../../src/pay-score/model/schema.ts';

/** Prints measured figures under a title. */
export function printMeasures(title: string, measures: Measures): void {
  console.log(title);
  printRows([
    ['AUC', measures.auc.toFixed(4)],
    ['KS', measures.ks.toFixed(4)],
    ['log loss', measures.log_loss.toFixed(4)],
    ['calibration slope', measures.slope.toFixed(3)],
    ['calibration intercept', measures.intercept.toFixed(3)],
  ]);
}

export function printRows(rows: readonly (readonly [name: string, value: string])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) console.log(`  ${name.padEnd(width)}  ${value}`);
}
