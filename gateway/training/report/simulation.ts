import { type MonthOfBook, shareOf } from '../simulation/book.ts';
import {
  mostOverdueWanted,
  type Scenario,
  type Simulation,
  verdictOf,
  verdictOnPolicy,
} from '../simulation/scenarios.ts';
import { document, escapeHtml, figure, type Html, section, table } from './html.ts';
import { drawChart, type Point } from './svg.ts';

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const yuan = (fen: number): string => `¥${Math.round(fen / 100).toLocaleString('en')}`;

/** The simulation as one document: what it is made of, its answer, and curves with tables. */
export function simulationDocument(simulation: Simulation, lines: readonly string[]): string {
  const paragraphs = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('');
  const verdicts = simulation.scenarios.map(
    (scenario) => `<p class="note">${escapeHtml(`${scenario.name}: ${verdictOf(scenario)}.`)}</p>`,
  );
  return document('Pay score: a book simulated', [
    {
      html: `${paragraphs}${verdicts.join('')}<p class="note">${escapeHtml(`All books: ${verdictOnPolicy(simulation)}.`)}</p>`,
    },
    ...simulation.scenarios.map(scenarioSection),
    searchSection(simulation),
  ]);
}

function scenarioSection(scenario: Scenario): Html {
  const { name, lateOdds, lateShare, months } = scenario;
  const curve = (title: string, note: string, series: Curve[]): Html =>
    monthFigure(title, note, months, series);
  return section(
    `${name[0]?.toUpperCase()}${name.slice(1)}`,
    `The odds of a late month are ${lateOdds.toFixed(3)} times those of the rows; cards were late at ${percent(lateShare)} of all month ends. The policy in force.`,
    [
      curve('Approval rate', 'Of the orders that shoppers asked for, and of their money.', [
        { name: 'orders', of: ({ approved, asked }) => shareOf(approved, asked) },
        { name: 'money', of: ({ lent, wanted }) => shareOf(lent, wanted) },
      ]),
      curve('Overdue', 'Installments 4 or more days past due, of all that is owed at the month’s end.', [
        { name: 'overdue', of: ({ overdue, owed }) => shareOf(overdue, owed) },
      ]),
      curve('Debts of shoppers who are late', 'All debts of whoever is 4 or more days past due with any.', [
        { name: 'late', of: ({ atRisk, owed }) => shareOf(atRisk, owed) },
      ]),
      curve(
        'Charge-off',
        'Given up at 120 days past due, of all that is owed; and so far, of all that was lent.',
        [
          { name: 'month', of: ({ chargedOff, owed }) => shareOf(chargedOff, owed) },
          { name: 'so far', of: (_, at) => soFar(months, at) },
        ],
      ),
      amountFigure(months),
    ],
  );
}

type Curve = { name: string; of: (month: MonthOfBook, at: number) => number };

function monthFigure(title: string, note: string, months: readonly MonthOfBook[], curves: Curve[]): Html {
  const series = curves.map(({ name, of }) => ({
    name,
    kind: 'line' as const,
    points: months.map((month, at): Point => [at + 1, of(month, at)]),
  }));
  const most = Math.max(...series.flatMap(({ points }) => points.map(([, share]) => share)));
  return figure({
    title,
    note,
    svg: drawChart({
      label: `${title} by month`,
      x: { name: 'month', from: 1, to: months.length, show: (value) => value.toFixed(0) },
      y: { name: 'share', from: 0, to: most > 0.5 ? 1 : most * 1.1 || 0.01, show: percent },
      series,
    }),
    table: table(
      ['month', ...curves.map(({ name }) => name)],
      months.map((_, at) => [String(at + 1), ...series.map(({ points }) => percent(points[at]?.[1] ?? 0))]),
    ),
  });
}

function soFar(months: readonly MonthOfBook[], at: number): number {
  const lived = months.slice(0, at + 1);
  const lost = lived.reduce((total, { chargedOff }) => total + chargedOff, 0);
  return shareOf(
    lost,
    lived.reduce((total, { lent }) => total + lent, 0),
  );
}

function amountFigure(months: readonly MonthOfBook[]): Html {
  const limits = months.map(({ limits, lines }) => shareOf(limits, lines));
  return figure({
    title: 'Limits and prices',
    note: 'The mean limit of a line; the table has the mean price, what was lent, owed, and earned as well.',
    svg: drawChart({
      label: 'Mean limit by month',
      x: { name: 'month', from: 1, to: months.length, show: (value) => value.toFixed(0) },
      y: { name: 'limit', from: 0, to: Math.max(...limits, 1) * 1.1, show: yuan },
      series: [{ name: 'limit', kind: 'line', points: limits.map((limit, at): Point => [at + 1, limit]) }],
    }),
    table: table(
      ['month', 'lines', 'mean limit', 'mean price', 'lent', 'owed', 'interest paid', 'charged off'],
      months.map((month, at) => [
        String(at + 1),
        String(month.lines),
        yuan(shareOf(month.limits, month.lines)),
        percent(shareOf(month.rates, month.lines) / 1_000_000),
        yuan(month.lent),
        yuan(month.owed),
        yuan(month.interest),
        yuan(month.chargedOff),
      ]),
    ),
  });
}

function searchSection({ scenarios, stress }: Simulation): Html {
  return section(
    'At which approval rate overdue stays low',
    `The greatest overdue share of any month's end, which is to stay below ${percent(mostOverdueWanted)}. A cut is the least score of the trained tables; thin files are judged by own history with the policy's cut throughout.`,
    [...scenarios.map(cutFigure), stressFigure(scenarios, stress)],
  );
}

const limitLine = (from: number, to: number) => ({
  name: 'limit',
  kind: 'line' as const,
  points: [
    [from, mostOverdueWanted],
    [to, mostOverdueWanted],
  ] as const,
});

function cutFigure({ name, cuts }: Scenario): Html {
  const points = cuts.map(({ totals }): Point => [totals.approval, totals.mostOverdue]);
  const top = Math.max(mostOverdueWanted, ...points.map(([, overdue]) => overdue)) * 1.1;
  return figure({
    title: `By approval rate, ${name}`,
    svg: drawChart({
      label: `Greatest overdue share against approval rate, ${name}`,
      x: { name: 'approved', from: 0, to: 1, show: percent },
      y: { name: 'overdue', from: 0, to: top, show: percent },
      series: [{ name: 'cuts', kind: 'dots', points }, limitLine(0, 1)],
    }),
    table: table(
      ['cut', 'approved', 'of the money', 'overdue', 'late shoppers', 'charged off', 'interest'],
      cuts.map(({ cut, totals }) => [
        String(cut),
        percent(totals.approval),
        percent(totals.approvalOfMoney),
        percent(totals.mostOverdue),
        percent(totals.mostAtRisk),
        percent(totals.chargedOff),
        percent(totals.interest),
      ]),
    ),
  });
}

function stressFigure(scenarios: readonly Scenario[], stress: Simulation['stress']): Html {
  const all = [...scenarios, ...stress].toSorted((a, b) => a.lateOdds - b.lateOdds);
  const points = all.map(({ lateOdds, totals }): Point => [lateOdds, totals.mostOverdue]);
  const top = Math.max(mostOverdueWanted, ...points.map(([, overdue]) => overdue)) * 1.1;
  return figure({
    title: 'How bad a book the policy bears',
    note: "The policy's cut; the odds of a late month against those of the rows, from the own book's on.",
    svg: drawChart({
      label: 'Greatest overdue share against the odds of a late month',
      x: { name: 'odds', from: 0, to: 1 },
      y: { name: 'overdue', from: 0, to: top, show: percent },
      series: [{ name: 'policy', kind: 'line', points }, limitLine(0, 1)],
    }),
    table: table(
      ['odds of a late month', 'month ends late', 'approved', 'overdue', 'charged off'],
      all.map(({ lateOdds, lateShare, totals }) => [
        lateOdds.toFixed(3),
        percent(lateShare),
        percent(totals.approval),
        percent(totals.mostOverdue),
        percent(totals.chargedOff),
      ]),
    ),
  });
}
