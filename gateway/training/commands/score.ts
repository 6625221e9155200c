import { writeFileSync } from 'node:fs';
import { readHistories, readIds } from '../book.ts';
import { readCsvTable } from '../csv-table.ts';
import { readModel } from '../read-model.ts';
import { scoreRows } from '../score-rows.ts';

/** Scores every row of a CSV and writes `ID,pd,score` in the same order; the pd is that of the training book. */
export function scoreCsv(options: { model: string; data: string; id: string; out: string }): void {
  const model = readModel(options.model);
  const table = readCsvTable(options.data);
  const ids = readIds(table, options.id);
  const { pd, score, microseconds } = scoreRows(model, readHistories(table));
  const lines = ids.map((id, row) => `${quoted(id)},${pd[row]?.toFixed(6)},${score[row]}`);
  writeFileSync(options.out, `${['ID,pd,score', ...lines].join('\n')}\n`);
  console.log(`${ids.length} rows scored to ${options.out}, ${microseconds.toFixed(1)} microseconds a score`);
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
