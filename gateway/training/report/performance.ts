import type { Measures } from '../../src/pay-score/model/schema.ts';
import { rocCurve, type RocPoint } from '../measures.ts';
import type { ReportRows } from './rows.ts';
import { figure, type Html, section, table } from './html.ts';
import { drawChart } from './svg.ts';

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** How well the model orders and measures the risk of these rows. */
export function performanceSection(rows: ReportRows, measures: Measures): Html {
  const curve = rocCurve(rows.bad, rows.pd);
  return section(
    'Performance',
    `AUC ${measures.auc.toFixed(4)}, KS ${measures.ks.toFixed(4)}, log loss ${measures.log_loss.toFixed(4)}, calibration slope ${measures.slope.toFixed(3)}.`,
    [rocFigure(curve, measures), ksFigure(rows, measures), calibrationFigure(rows), distributionFigure(rows)],
  );
}

function rocFigure(curve: readonly RocPoint[], { auc }: Measures): Html {
  const points = curve.map(({ falseAlarms, hits }) => [falseAlarms, hits] as const);
  return figure({
    title: `ROC, AUC ${auc.toFixed(4)}`,
    note: 'Share of the bad found against share of the good refused, as the cut moves.',
    svg: drawChart({
      label: `ROC curve with an area of ${auc.toFixed(4)}`,
      x: { name: 'good refused', from: 0, to: 1, show: percent },
      y: { name: 'bad found', from: 0, to: 1, show: percent },
      series: [
        { name: 'model', kind: 'line', points },
        {
          name: 'chance',
          kind: 'line',
          points: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    }),
    table: table(
      ['good refused at most', 'bad found'],
      Array.from({ length: 9 }, (_, tenth) => {
        const most = (tenth + 1) / 10;
        const reached = curve.filter(({ falseAlarms }) => falseAlarms <= most).at(-1);
        return [percent(most), percent(reached?.hits ?? 0)];
      }),
    ),
  });
}

/** Scores in steps of ten points over the model's scale. */
function scoreSteps(rows: ReportRows): number[] {
  const { least, most } = rows.scale;
  return Array.from({ length: Math.floor((most - least) / 10) + 1 }, (_, step) => least + step * 10);
}

function ksFigure(rows: ReportRows, { ks }: Measures): Html {
  const steps = scoreSteps(rows);
  const below = (bad: number) => {
    const scores = rows.score.filter((_, row) => rows.bad[row] === bad);
    return steps.map(
      (step) => [step, scores.filter((score) => score < step).length / scores.length] as const,
    );
  };
  const [bad, good] = [below(1), below(0)];
  return figure({
    title: `Kolmogorov and Smirnov, ${ks.toFixed(4)}`,
    note: 'Share of the bad and of the good below each score; the greatest distance is KS.',
    svg: drawChart({
      label: `Cumulative shares of good and bad by score, ${ks.toFixed(4)} apart at most`,
      x: { name: 'score', from: rows.scale.least, to: rows.scale.most, show: (value) => value.toFixed(0) },
      y: { name: 'below', from: 0, to: 1, show: percent },
      series: [
        { name: 'good', kind: 'line', points: good },
        { name: 'bad', kind: 'line', points: bad },
      ],
    }),
    table: table(
      ['score below', 'bad', 'good', 'distance'],
      bad.map(([step, share], index) => {
        const other = good[index]?.[1] ?? 0;
        return [String(step), percent(share), percent(other), percent(share - other)];
      }),
    ),
  });
}

function calibrationFigure(rows: ReportRows): Html {
  const order = Array.from(rows.pd.keys()).toSorted((a, b) => (rows.pd[a] ?? 0) - (rows.pd[b] ?? 0) || a - b);
  const tenths = Array.from({ length: 10 }, (_, tenth) => {
    const places = order.slice(
      Math.floor((tenth * order.length) / 10),
      Math.floor(((tenth + 1) * order.length) / 10),
    );
    const mean = (of: (row: number) => number): number =>
      places.reduce((total, row) => total + of(row), 0) / Math.max(places.length, 1);
    return {
      rows: places.length,
      pd: mean((row) => rows.pd[row] ?? 0),
      bad: mean((row) => rows.bad[row] ?? 0),
    };
  });
  return figure({
    title: 'Calibration',
    note: 'Predicted and observed rate of bad outcomes by tenths of the predicted rate.',
    svg: drawChart({
      label: 'Observed against predicted rate of bad outcomes by tenths',
      x: { name: 'predicted', from: 0, to: 1, show: percent },
      y: { name: 'observed', from: 0, to: 1, show: percent },
      series: [
        { name: 'tenths', kind: 'dots', points: tenths.map(({ pd, bad }) => [pd, bad] as const) },
        {
          name: 'exact',
          kind: 'line',
          points: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    }),
    table: table(
      ['tenth', 'rows', 'predicted', 'observed'],
      tenths.map(({ rows, pd, bad }, tenth) => [String(tenth + 1), String(rows), percent(pd), percent(bad)]),
    ),
  });
}

function distributionFigure(rows: ReportRows): Html {
  const steps = scoreSteps(rows);
  const shares = (bad: number) => {
    const scores = rows.score.filter((_, row) => rows.bad[row] === bad);
    return steps.map((step) => {
      const inside = scores.filter((score) => score >= step && score < step + 10).length;
      return [step + 5, inside / scores.length] as const;
    });
  };
  const [good, bad] = [shares(0), shares(1)];
  return figure({
    title: 'Distribution of the score',
    note: 'Shares of the good and of the bad in steps of ten points.',
    svg: drawChart({
      label: 'Distribution of the score of good and bad',
      x: { name: 'score', from: rows.scale.least, to: rows.scale.most, show: (value) => value.toFixed(0) },
      y: {
        name: 'share',
        from: 0,
        to: Math.max(...[...good, ...bad].map(([, share]) => share)),
        show: percent,
      },
      series: [
        { name: 'good', kind: 'bars', points: good },
        { name: 'bad', kind: 'bars', points: bad },
      ],
    }),
    table: table(
      ['score from', 'good', 'bad'],
      steps.map((step, index) => [
        String(step),
        percent(good[index]?.[1] ?? 0),
        percent(bad[index]?.[1] ?? 0),
      ]),
    ),
  });
}
