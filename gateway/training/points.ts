import type { CharacteristicTable, ModelContent, PairTable } from '../src/pay-score/model/schema.ts';
import { sizeOf } from './bins.ts';
import type { Tables } from './tables.ts';

type Scale = ModelContent['scale'];

/** Score 500 at even odds, 60 points double the odds: the training rows spread over most of 300 to 850. */
export const scoreScale: Scale = { least: 300, most: 850, even_odds: 500, points_to_double: 60 };

export type PointTables = Pick<ModelContent, 'base' | 'characteristics' | 'pairs'>;

/**
 * Turns log odds into whole points. Each table is centred on the training rows, so that points tell how a shopper
 * differs from the average one and `base` is the average score. Rounding keeps the order of the cells and with it the
 * direction of the risk. Neighbouring bins with equal points become one, and tables without points are dropped.
 */
export function toPoints(
  { start, axes, pairs: pairsOfAxes, cells }: Tables,
  missing: readonly (number | null)[],
  scale: Scale,
): PointTables {
  const factor = scale.points_to_double / Math.LN2;
  let centre = 0;
  const characteristics = axes.map((axis, place): CharacteristicTable => {
    const table = cells[place]!.slice();
    table[axis.regular + 1] = missing[place] ?? 0;
    const mean = meanOver(table, axis.bins);
    centre += mean;
    const points = Array.from(table, (value) => roundPoints((mean - value) * factor));
    return mergeBins({
      code: axis.code,
      risk: axis.risk,
      cuts: [...axis.cuts],
      points: points.slice(0, axis.regular),
      none: axis.bins.includes(axis.regular) ? points[axis.regular]! : null,
      missing: missing[place] === null ? null : points[axis.regular + 1]!,
    });
  });
  const pairs = pairsOfAxes.map(([one, other], index): PairTable => {
    const [first, second] = [axes[one]!, axes[other]!];
    const table = withoutUnknown(cells[axes.length + index]!, first.regular, second.regular);
    const places = Uint16Array.from(first.bins, (bin, row) => bin * sizeOf(second) + second.bins[row]!);
    const mean = meanOver(table, places);
    centre += mean;
    const points = Array.from(table, (value) => roundPoints((mean - value) * factor));
    return mergeCells({
      first: { code: first.code, risk: first.risk, cuts: [...first.cuts] },
      second: { code: second.code, risk: second.risk, cuts: [...second.cuts] },
      points: Array.from({ length: sizeOf(first) }, (_, row) =>
        points.slice(row * sizeOf(second), (row + 1) * sizeOf(second)),
      ),
    });
  });
  const kept = pairs.filter(({ points }) => points.some((row) => row.some((value) => value !== 0)));
  const inPairs = new Set(kept.flatMap(({ first, second }) => [first.code, second.code]));
  return {
    base: roundPoints(scale.even_odds - (start + centre) * factor),
    characteristics: characteristics.filter((table) => inPairs.has(table.code) || hasPoints(table)),
    pairs: kept,
  };
}

/** A pair says nothing where one side is not known. */
function withoutUnknown(table: Float64Array, first: number, second: number): Float64Array {
  const width = second + 2;
  return table.map((value, cell) =>
    cell % width === second + 1 || Math.floor(cell / width) === first + 1 ? 0 : value,
  );
}

function hasPoints({ points, none, missing }: CharacteristicTable): boolean {
  return [...points, none ?? 0, missing ?? 0].some((value) => value !== 0);
}

/**
 * Half up, so that order is kept; never minus zero, which JSON does not have. Values that sums of other order would make
 * equal are taken as equal, so that they cannot fall on two sides of a half.
 */
function roundPoints(value: number): number {
  return Math.floor(Math.round(value * 1e9) / 1e9 + 0.5) + 0;
}

function meanOver(table: Float64Array, places: Uint8Array | Uint16Array): number {
  let total = 0;
  for (const place of places) total += table[place]!;
  return total / places.length;
}

function mergeBins(table: CharacteristicTable): CharacteristicTable {
  const isNew = (bin: number): boolean => bin === 0 || table.points[bin] !== table.points[bin - 1];
  return {
    ...table,
    cuts: table.cuts.filter((_, cut) => isNew(cut + 1)),
    points: table.points.filter((_, bin) => isNew(bin)),
  };
}

function mergeCells({ first, second, points }: PairTable): PairTable {
  const isNewRow = (row: number): boolean => {
    const isSpecial = row > first.cuts.length;
    return row === 0 || isSpecial || points[row]!.some((value, column) => value !== points[row - 1]![column]);
  };
  const isNewColumn = (column: number): boolean => {
    const isSpecial = column > second.cuts.length;
    return column === 0 || isSpecial || points.some((row) => row[column] !== row[column - 1]);
  };
  return {
    first: { ...first, cuts: first.cuts.filter((_, cut) => isNewRow(cut + 1)) },
    second: { ...second, cuts: second.cuts.filter((_, cut) => isNewColumn(cut + 1)) },
    points: points
      .filter((_, row) => isNewRow(row))
      .map((row) => row.filter((_, column) => isNewColumn(column))),
  };
}
