import { writeFileSync } from 'node:fs';
import { deriveCharacteristics } from '../../src/pay-score/model/derive.ts';
import type { LoadedModel } from '../../src/pay-score/model/load.ts';
import { readHistories, readOutcomes } from '../book.ts';
import { pick } from '../cross-validate.ts';
import { type CsvTable, readCsvTable } from '../csv-table.ts';
import {
  cutForApproval,
  type Fairness,
  fairnessOf,
  groupsByAge,
  groupsBySex,
  groupsByNarrowAge,
} from '../fairness.ts';
import { dealFolds, holdOut } from '../folds.ts';
import { aucOf, measure, rocCurve } from '../measures.ts';
import { readModel } from '../read-model.ts';
import { TrainingRefused } from '../refusal.ts';
import { fairnessSection } from '../report/fairness-section.ts';
import { document, escapeHtml, type Html } from '../report/html.ts';
import { performanceSection } from '../report/performance.ts';
import type { ReportRows } from '../report/rows.ts';
import { shapesSections } from '../report/shapes.ts';
import { stabilitySection } from '../report/stability-section.ts';
import { scoreRows } from '../score-rows.ts';
import { stabilityOf } from '../stability.ts';
import { printMeasures, printRows } from './print.ts';

export type ReportOptions = {
  model: string;
  data: string;
  target: string;
  out: string;
  split?: 'held' | 'all';
};

const approvalShare = 0.7;
const folds = 5;

/** Measures a model on a CSV with outcomes, prints the figures, and writes them as one HTML document. */
export function report(options: ReportOptions): void {
  const model = readModel(options.model);
  const table = readCsvTable(options.data);
  const { places, which } = chooseRows(model, table, options);
  const histories = readHistories(table);
  const outcomes = readOutcomes(table, options.target);
  const chosen = pick({ histories, bad: outcomes }, places);
  const bads = chosen.bad.reduce((total, bad) => total + bad, 0);
  if (bads === 0 || bads === chosen.bad.length)
    throw new TrainingRefused(
      `column "${options.target}": all rows are ${bads === 0 ? 0 : 1}; nothing to measure`,
    );
  const scored = scoreRows(model, chosen.histories);
  const measures = measure(chosen.bad, scored.pd);
  const rows: ReportRows = {
    bad: chosen.bad,
    pd: scored.pd,
    score: scored.score,
    derived: chosen.histories.map(deriveCharacteristics),
    scale: model.file.scale,
  };
  const cut = cutForApproval(scored.score, approvalShare);
  const fairness = measureFairness(table, places, rows, cut);
  const halves = stabilityOf(
    scored.score.slice(0, Math.floor(scored.score.length / 2)),
    scored.score.slice(Math.floor(scored.score.length / 2)),
  );
  writeFileSync(
    options.out,
    document('Pay score', [
      summary(model, which, rows),
      performanceSection(rows, measures),
      fairnessSection(fairness, approvalShare, cut),
      stabilitySection(halves, measureFolds(chosen, rows)),
      ...shapesSections(model, rows),
    ]),
  );
  printMeasures(`${which}: ${rows.score.length} rows, ${bads} bad`, measures);
  printRows([
    ...fairness.map(
      ({ attribute, leastRatio }) => [`approval ratio by ${attribute}`, leastRatio.toFixed(3)] as const,
    ),
    ['PSI between halves', halves.psi.toFixed(4)],
    ['time of a score', `${scored.microseconds.toFixed(1)} microseconds`],
    ['report', options.out],
  ]);
}

/** The rows that training kept out, when it did and this is its file; otherwise all, with a word about what they are. */
function chooseRows(
  model: LoadedModel,
  table: CsvTable,
  options: ReportOptions,
): { places: Int32Array; which: string } {
  const { holdout, sha256 } = model.file.data;
  const isTrainingFile = sha256 === table.sha256;
  const split = options.split ?? (holdout && isTrainingFile ? 'held' : 'all');
  if (split === 'all')
    return {
      places: Int32Array.from(table.rows.keys()),
      which: isTrainingFile ? 'rows that the model was trained on (not a test)' : 'rows of another file',
    };
  if (!holdout || !isTrainingFile)
    throw new TrainingRefused('the model kept no rows of this file out of training; train with --holdout');
  const rows = { histories: readHistories(table), bad: readOutcomes(table, options.target) };
  return {
    places: holdOut(rows, holdout.share, holdout.seed).held,
    which: 'rows kept out of training',
  };
}

function measureFairness(table: CsvTable, places: Int32Array, rows: ReportRows, cut: number): Fairness[] {
  const chosen: CsvTable = { ...table, rows: Array.from(places, (row) => table.rows[row] ?? []) };
  const attributes = [
    { attribute: 'sex', groups: groupsBySex(chosen) },
    { attribute: 'age', groups: groupsByAge(chosen) },
    { attribute: 'age in narrow bands', groups: groupsByNarrowAge(chosen) },
  ];
  return attributes.flatMap(({ attribute, groups }) =>
    groups ? [fairnessOf(attribute, groups, rows, cut)] : [],
  );
}

function measureFolds(
  chosen: Parameters<typeof dealFolds>[0],
  rows: ReportRows,
): { rows: number; auc: number; psi: number }[] {
  const fold = dealFolds(chosen, folds, 1);
  return Array.from({ length: folds }, (_, number) => {
    const places = Array.from(fold.keys()).filter((row) => fold[row] === number);
    const scores = places.map((row) => rows.score[row] ?? 0);
    const curve = rocCurve(
      places.map((row) => rows.bad[row] ?? 0),
      places.map((row) => rows.pd[row] ?? 0),
    );
    return { rows: places.length, auc: aucOf(curve), psi: stabilityOf(rows.score, scores).psi };
  });
}

function summary(model: LoadedModel, which: string, rows: ReportRows): Html {
  const { file } = model;
  const lines = [
    `Measured on ${rows.score.length} ${which}.`,
    `Model ${file.sha256}: ${file.characteristics.length} characteristics, ${file.pairs.length} pairs, trained on ${file.data.rows} rows of the file ${file.data.sha256}.`,
    ...(file.cross_validation
      ? [
          `Cross-validated in training: AUC ${file.cross_validation.mean.auc.toFixed(4)}, KS ${file.cross_validation.mean.ks.toFixed(4)}, log loss ${file.cross_validation.mean.log_loss.toFixed(4)}, slope ${file.cross_validation.mean.slope.toFixed(3)}.`,
        ]
      : []),
    `Data: ${file.data.attribution} ${file.data.license}.`,
  ];
  return { html: lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('') };
}
