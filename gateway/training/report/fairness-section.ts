import type { Fairness } from '../fairness.ts';
import { figure, type Html, section, table } from './html.ts';
import { drawChart } from './svg.ts';

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** Who is approved, by attributes that the model does not know. */
export function fairnessSection(fairness: readonly Fairness[], approval: number, cut: number): Html {
  const note =
    fairness.length > 0
      ? `Approved from ${cut} points, which is ${percent(approval)} of all rows. The ratio is a group's approval rate over that of the group approved most.`
      : 'These rows carry no attributes to measure fairness by.';
  return section('Fairness', note, fairness.map(fairnessFigure));
}

function fairnessFigure({ attribute, groups, leastRatio }: Fairness): Html {
  return figure({
    title: `By ${attribute}, least ratio ${leastRatio.toFixed(3)}`,
    svg: drawChart({
      label: `Approval rate by ${attribute}; the least ratio is ${leastRatio.toFixed(3)}`,
      x: { name: attribute, from: -0.5, to: groups.length - 0.5 },
      y: { name: 'approved', from: 0, to: 1, show: percent },
      names: groups.map(({ name }) => name),
      series: [
        { name: 'approved', kind: 'bars', points: groups.map(({ approval }, index) => [index, approval]) },
      ],
    }),
    table: table(
      ['group', 'rows', 'approved', 'ratio', 'bad', 'predicted', 'AUC'],
      groups.map((group) => [
        group.name,
        String(group.rows),
        percent(group.approval),
        group.ratio.toFixed(3),
        percent(group.badRate),
        percent(group.meanPd),
        group.auc?.toFixed(4) ?? '',
      ]),
    ),
  });
}
