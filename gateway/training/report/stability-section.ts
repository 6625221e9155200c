import type { Stability } from '../stability.ts';
import { figure, type Html, section, table } from './html.ts';
import { drawChart } from './svg.ts';

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** How alike the score is distributed, and how well it orders, in parts of the rows. */
export function stabilitySection(
  halves: Stability,
  folds: readonly { rows: number; auc: number; psi: number }[],
): Html {
  const aucs = folds.map(({ auc }) => auc);
  return section(
    'Stability',
    'The score in the second half of the rows against the first, and in each of five random folds against all rows. A population stability index below 0.1 means alike.',
    [
      figure({
        title: `Halves, PSI ${halves.psi.toFixed(4)}`,
        svg: drawChart({
          label: `Shares of both halves by band of the score, PSI ${halves.psi.toFixed(4)}`,
          x: {
            name: 'band of the score, lowest first',
            from: -0.5,
            to: halves.bands.length - 0.5,
            show: (band) => band.toFixed(0),
          },
          y: {
            name: 'share',
            from: 0,
            to: Math.max(...halves.bands.flatMap(({ expected, actual }) => [expected, actual])),
            show: percent,
          },
          series: [
            {
              name: 'first half',
              kind: 'bars',
              points: halves.bands.map(({ expected }, band) => [band, expected]),
            },
            {
              name: 'second half',
              kind: 'dots',
              points: halves.bands.map(({ actual }, band) => [band, actual]),
            },
          ],
        }),
        table: table(
          ['score', 'first half', 'second half'],
          halves.bands.map(({ name, expected, actual }) => [name, percent(expected), percent(actual)]),
        ),
      }),
      figure({
        title: 'AUC by fold',
        svg: drawChart({
          label: `AUC of ${folds.length} folds, from ${Math.min(...aucs).toFixed(4)} to ${Math.max(...aucs).toFixed(4)}`,
          x: { name: 'fold', from: -0.5, to: folds.length - 0.5 },
          y: { name: 'AUC', from: 0.5, to: 1 },
          names: folds.map((_, fold) => String(fold + 1)),
          series: [{ name: 'AUC', kind: 'bars', points: aucs.map((auc, fold) => [fold, auc]) }],
        }),
        table: table(
          ['fold', 'rows', 'AUC', 'PSI'],
          folds.map(({ rows, auc, psi }, fold) => [
            String(fold + 1),
            String(rows),
            auc.toFixed(4),
            psi.toFixed(4),
          ]),
        ),
      }),
    ],
  );
}
