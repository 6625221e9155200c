import { readNumbers, type CsvTable } from './csv-table.ts';
import { aucOf, rocCurve } from './measures.ts';

/** A group of rows by one attribute that the model does not know. */
export type Group = { name: string; rows: number[] };

export type GroupFairness = {
  name: string;
  rows: number;
  badRate: number;
  meanPd: number;
  approval: number;
  /** Approval rate over that of the group that is approved most; 1 for that group. */
  ratio: number;
  /** Undefined where a group has one outcome only. */
  auc: number | undefined;
};

/** One attribute's groups; `leastRatio` is the adverse impact ratio. */
export type Fairness = { attribute: string; groups: GroupFairness[]; leastRatio: number };

type Band = { name: string; below: number };

/**
 * Decades. Those from 60 on are about one in a hundred rows and belong to the last: too few to judge by themselves, where
 * the rule of four fifths begins at two in a hundred (29 CFR 1607.15 A).
 */
const decades: readonly Band[] = [
  { name: 'under 30', below: 30 },
  { name: '30-39', below: 40 },
  { name: '40-49', below: 50 },
  { name: '50 on', below: Infinity },
];

/** The same with the youngest and the oldest by themselves, whom scores treat worst. */
const narrowBands: readonly Band[] = [
  { name: 'under 25', below: 25 },
  { name: '25-29', below: 30 },
  { name: '30-39', below: 40 },
  { name: '40-49', below: 50 },
  { name: '50-59', below: 60 },
  { name: '60 on', below: Infinity },
];

/** Men and women by the codes of the data card, 1 and 2; undefined when the column is not there. */
export function groupsBySex(table: CsvTable, column = 'SEX'): Group[] | undefined {
  if (!table.columns.includes(column)) return undefined;
  const codes = readNumbers(table, column);
  return [
    { name: 'men', rows: rowsWhere(codes, (code) => code === 1) },
    { name: 'women', rows: rowsWhere(codes, (code) => code === 2) },
  ];
}

/** Age in years by decades; undefined when the column is not there. */
export function groupsByAge(table: CsvTable, column = 'AGE'): Group[] | undefined {
  return groupsByBand(table, column, decades);
}

/** Age in years, the youngest and the oldest apart; undefined when the column is not there. */
export function groupsByNarrowAge(table: CsvTable, column = 'AGE'): Group[] | undefined {
  return groupsByBand(table, column, narrowBands);
}

function groupsByBand(table: CsvTable, column: string, bands: readonly Band[]): Group[] | undefined {
  if (!table.columns.includes(column)) return undefined;
  const ages = readNumbers(table, column);
  return bands.map(({ name, below }, band) => ({
    name,
    rows: rowsWhere(ages, (age) => age < below && age >= (bands[band - 1]?.below ?? 0)),
  }));
}

function rowsWhere(values: readonly number[], holds: (value: number) => boolean): number[] {
  return values.flatMap((value, row) => (holds(value) ? [row] : []));
}

/** The lowest score that is approved when this share of the rows is, as nearly as equal scores allow. */
export function cutForApproval(scores: readonly number[], share: number): number {
  const best = scores.toSorted((a, b) => b - a);
  const at = best[Math.min(Math.max(Math.round(best.length * share), 1), best.length) - 1] ?? 0;
  const including = scores.filter((score) => score >= at).length / scores.length;
  const without = scores.filter((score) => score > at).length / scores.length;
  return including - share <= share - without ? at : at + 1;
}

/** Who is approved at a cut, by group. Groups without rows are left out. */
export function fairnessOf(
  attribute: string,
  groups: readonly Group[],
  rows: { bad: ArrayLike<number>; pd: readonly number[]; score: readonly number[] },
  cut: number,
): Fairness {
  const present = groups.filter(({ rows }) => rows.length > 0);
  const approvals = present.map((group) => shareOf(group.rows, (row) => (rows.score[row] ?? 0) >= cut));
  const most = Math.max(...approvals);
  const measured = present.map((group, index) => {
    const bads = shareOf(group.rows, (row) => rows.bad[row] === 1);
    const pds = group.rows.map((row) => rows.pd[row] ?? 0);
    return {
      name: group.name,
      rows: group.rows.length,
      badRate: bads,
      meanPd: pds.reduce((total, pd) => total + pd, 0) / pds.length,
      approval: approvals[index] ?? 0,
      ratio: (approvals[index] ?? 0) / most,
      auc:
        bads > 0 && bads < 1
          ? aucOf(
              rocCurve(
                group.rows.map((row) => rows.bad[row] ?? 0),
                pds,
              ),
            )
          : undefined,
    };
  });
  return { attribute, groups: measured, leastRatio: Math.min(...measured.map(({ ratio }) => ratio)) };
}

function shareOf(rows: readonly number[], holds: (row: number) => boolean): number {
  return rows.filter(holds).length / rows.length;
}
