import { type LoadedModel } from '../../src/pay-score/model/load.ts';
import type { CharacteristicTable, PairAxis, PairTable } from '../../src/pay-score/model/schema.ts';
import { binOf } from '../../src/pay-score/model/score.ts';
import { figure, type Html, section, table } from './html.ts';
import type { ReportRows } from './rows.ts';
import { drawChart, drawHeat } from './svg.ts';

const pairsShown = 12;

/** The points of each characteristic and of the strongest pairs, with the rows behind each bin. */
export function shapesSections(model: LoadedModel, rows: ReportRows): Html[] {
  const strongest = model.file.pairs
    .toSorted((a, b) => strengthOf(b.points.flat()) - strengthOf(a.points.flat()))
    .slice(0, pairsShown);
  return [
    section(
      'Characteristics',
      'Points by bin. Points of a characteristic with a direction never turn back from bin to bin.',
      model.file.characteristics
        .toSorted((a, b) => strengthOf(b.points) - strengthOf(a.points))
        .map((characteristic) => shapeFigure(characteristic, rows)),
    ),
    section(
      'Strongest pairs',
      `The ${strongest.length} of ${model.file.pairs.length} pairs with the widest range of points; blue gives points, red takes them.`,
      strongest.map(pairFigure),
    ),
  ];
}

function strengthOf(points: readonly number[]): number {
  return Math.max(...points) - Math.min(...points);
}

function directionName(risk: PairAxis['risk']): string {
  if (risk === 'free') return 'no direction';
  return risk === 'rising' ? 'more is riskier' : 'more is safer';
}

function shapeFigure(characteristic: CharacteristicTable, rows: ReportRows): Html {
  const cuts = Float64Array.from(characteristic.cuts);
  const counts = Array.from({ length: cuts.length + 3 }, () => 0);
  const bads = Array.from({ length: cuts.length + 3 }, () => 0);
  for (const [row, derived] of rows.derived.entries()) {
    const bin = binOf(cuts, derived[characteristic.code] ?? null);
    counts[bin] = (counts[bin] ?? 0) + 1;
    bads[bin] = (bads[bin] ?? 0) + (rows.bad[row] ?? 0);
  }
  const points = [...characteristic.points, characteristic.none, characteristic.missing];
  const names = binNames(characteristic.cuts);
  const regular = characteristic.points.map((value, bin) => [bin, value] as const);
  const least = Math.min(0, ...characteristic.points);
  const most = Math.max(1, ...characteristic.points);
  return figure({
    title: characteristic.code,
    note: directionName(characteristic.risk),
    svg: drawChart({
      label: `Points of ${characteristic.code} by bin, from ${least} to ${most}`,
      x: {
        name: 'bin, lowest values first',
        from: -0.5,
        to: regular.length - 0.5,
        show: (bin) => bin.toFixed(0),
      },
      y: { name: 'points', from: least, to: most, show: (value) => value.toFixed(0) },
      series: [{ name: 'points', kind: 'bars', points: regular }],
    }),
    table: table(
      ['values', 'points', 'rows', 'bad'],
      points.map((value, bin) => [
        names[bin] ?? '',
        value === null ? 'not scored' : String(value),
        String(counts[bin]),
        counts[bin] ? `${(((bads[bin] ?? 0) / counts[bin]) * 100).toFixed(1)} %` : '',
      ]),
    ),
  });
}

function binNames(cuts: readonly number[]): string[] {
  const show = (value: number): string => String(Number(value.toPrecision(6)));
  const bins = Array.from({ length: cuts.length + 1 }, (_, bin) => {
    const [from, below] = [cuts[bin - 1], cuts[bin]];
    if (from === undefined) return below === undefined ? 'all' : `below ${show(below)}`;
    return below === undefined ? `${show(from)} and above` : `${show(from)} to below ${show(below)}`;
  });
  return [...bins, 'none', 'unknown'];
}

function pairFigure({ first, second, points }: PairTable): Html {
  const regular = points.slice(0, first.cuts.length + 1).map((row) => row.slice(0, second.cuts.length + 1));
  return figure({
    title: `${first.code} with ${second.code}`,
    note: `${first.code}: ${directionName(first.risk)}; ${second.code}: ${directionName(second.risk)}`,
    svg: drawHeat({
      label: `Points of ${first.code} with ${second.code}`,
      x: `${second.code}, lowest first`,
      y: `${first.code}, lowest below`,
      cells: regular,
    }),
    table: table(
      [first.code, ...binNames(second.cuts)],
      points.map((row, bin) => [binNames(first.cuts)[bin] ?? '', ...row.map(String)]),
    ),
  });
}
