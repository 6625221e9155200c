import { type Axis, sizeOf } from './bins.ts';
import type { Tables } from './tables.ts';

/**
 * Moves what a pair says of one of its characteristics alone into that one's own table, so that reasons name single
 * characteristics wherever they can, and what is left of most pairs is little. No score changes. Where a characteristic
 * has a direction only what all columns have in common is moved, so both tables keep it (moving the mean, as Lengerich et
 * al. 2020 do to purify interactions, can turn what is left round); otherwise the mean over the training rows.
 */
export function gatherMains(tables: Tables): Tables {
  const { axes, pairs } = tables;
  const cells = tables.cells.map((table) => table.slice());
  for (const [index, [first, second]] of pairs.entries()) {
    const table = cells[axes.length + index]!;
    const width = sizeOf(axes[second]!);
    move(table, cells[first]!, [axes[first]!, axes[second]!], (bin, other) => bin * width + other);
    move(table, cells[second]!, [axes[second]!, axes[first]!], (bin, other) => other * width + bin);
  }
  return { ...tables, cells };
}

/** Moves what the table of a pair says of an axis alone to the axis's own table; `cellOf` finds a cell of the pair. */
function move(
  table: Float64Array,
  main: Float64Array,
  [axis, partner]: readonly [Axis, Axis],
  cellOf: (bin: number, other: number) => number,
): void {
  const shares = sharesOf(partner);
  const read = (bin: number, other: number): number => table[cellOf(bin, other)]!;
  const meanOf = (bin: number): number =>
    shares.reduce((total, share, other) => total + share * read(bin, other), 0);
  const shifts: number[] = [];
  // The bin for unknown values comes last and says nothing in pairs.
  for (let bin = 0; bin <= axis.regular; bin++) {
    const isStep = axis.risk !== 'free' && bin > 0 && bin < axis.regular;
    const steps = shares.map((_, other) => (isStep ? read(bin, other) - read(bin - 1, other) : 0));
    const common = axis.risk === 'rising' ? Math.min(...steps) : Math.max(...steps);
    shifts.push(isStep ? shifts[bin - 1]! + common : meanOf(bin));
  }
  for (const [bin, shift] of shifts.entries()) {
    main[bin]! += shift;
    for (const other of shares.keys()) table[cellOf(bin, other)]! -= shift;
  }
}

/** The part of the training rows in each bin but that for unknown values. */
function sharesOf({ bins, regular }: Axis): number[] {
  const counts = Array.from({ length: regular + 1 }, () => 0);
  for (const bin of bins) if (bin <= regular) counts[bin]!++;
  return counts.map((count) => count / bins.length);
}
