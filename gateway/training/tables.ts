import { type Axis, sizeOf } from './bins.ts';
import { isLow } from './cuts.ts';
import type { Side, Step } from './grow.ts';

/** Two characteristics by their places among the axes, the smaller place first. */
export type PairOfAxes = readonly [first: number, second: number];

/** Log odds of a bad outcome: of the average row, by bin of each characteristic, and by cell of each pair. */
export type Tables = {
  start: number;
  axes: readonly Axis[];
  pairs: readonly PairOfAxes[];
  /** A table each characteristic, then one each pair with a row a bin of the first. */
  cells: Float64Array[];
};

export function createTables(axes: readonly Axis[], pairs: readonly PairOfAxes[], start: number): Tables {
  const cells = [
    ...axes.map((axis) => new Float64Array(sizeOf(axis))),
    ...pairs.map(([first, second]) => new Float64Array(sizeOf(axes[first]!) * sizeOf(axes[second]!))),
  ];
  return { start, axes, pairs, cells };
}

/**
 * Adds a step to the tables. What lies between the two sides goes to the start; what a side adds to that has one sign
 * where the first characteristic has a direction, so each table keeps its directions by itself.
 */
export function addStep(tables: Tables, step: Step, rate: number): void {
  tables.start += rate * step.middle;
  addSide(tables, step, step.below, true, rate);
  addSide(tables, step, step.above, false, rate);
}

function addSide(tables: Tables, { axis, cut, middle }: Step, side: Side, low: boolean, rate: number): void {
  const { axes } = tables;
  const { regular } = axes[axis]!;
  for (let bin = 0; bin < sizeOf(axes[axis]!); bin++) {
    if (isLow(cut, bin, regular) !== low) continue;
    if (side.partner === undefined || side.partner === axis) {
      const step =
        side.partner === undefined ? side.step : isLow(side.cut, bin, regular) ? side.cut.low : side.cut.high;
      tables.cells[axis]![bin]! += rate * (step - middle);
      continue;
    }
    const partner = axes[side.partner]!;
    const [table, isFirst] = tableOfPair(tables, axis, side.partner);
    for (let other = 0; other < sizeOf(partner); other++) {
      const step = isLow(side.cut, other, partner.regular) ? side.cut.low : side.cut.high;
      const cell = isFirst ? bin * sizeOf(partner) + other : other * sizeOf(axes[axis]!) + bin;
      table[cell]! += rate * (step - middle);
    }
  }
}

function tableOfPair(tables: Tables, axis: number, partner: number): [table: Float64Array, isFirst: boolean] {
  const isFirst = axis < partner;
  const [first, second] = isFirst ? [axis, partner] : [partner, axis];
  const place = tables.pairs.findIndex(([a, b]) => a === first && b === second);
  return [tables.cells[tables.axes.length + place]!, isFirst];
}

/** The start and all cells in one array, to be sent between threads and averaged. */
export function joinTables({ start, cells }: Tables): Float64Array {
  const joined = new Float64Array(1 + cells.reduce((total, table) => total + table.length, 0));
  joined[0] = start;
  let at = 1;
  for (const table of cells) {
    joined.set(table, at);
    at += table.length;
  }
  return joined;
}

/** What `joinTables` joined. */
export function splitTables(
  axes: readonly Axis[],
  pairs: readonly PairOfAxes[],
  joined: Float64Array,
): Tables {
  const tables = createTables(axes, pairs, joined[0] ?? 0);
  let at = 1;
  for (const table of tables.cells) {
    table.set(joined.subarray(at, at + table.length));
    at += table.length;
  }
  return tables;
}
