import { type CharacteristicValue, type Direction } from '../src/pay-score/model/derive.ts';
import { binOf } from '../src/pay-score/model/score.ts';

/**
 * One characteristic cut into bins: `regular` ordered ones, then none, then missing. `bins` has the bin of every row.
 */
export type Axis = { code: string; risk: Direction; cuts: Float64Array; regular: number; bins: Uint8Array };

/** Bins of an axis with those for none and missing. */
export function sizeOf(axis: { regular: number }): number {
  return axis.regular + 2;
}

/**
 * Cuts that part the values into at most `most` bins of like numbers of rows; equal values stay together. Few distinct
 * values get a bin each, cut half-way.
 */
export function quantileCuts(values: Float64Array, most: number): Float64Array {
  const sorted = values.slice().sort();
  const distinct = sorted.filter((value, index) => index === 0 || value !== sorted[index - 1]);
  if (distinct.length <= most)
    return distinct.slice(1).map((value, index) => (value + (distinct[index] ?? value)) / 2);
  const cuts: number[] = [];
  for (let part = 1; part < most; part++) {
    const cut = sorted[Math.floor((part * sorted.length) / most)] ?? 0;
    if (cut > (cuts.at(-1) ?? sorted[0] ?? 0)) cuts.push(cut);
  }
  return Float64Array.from(cuts);
}

/** Cuts a characteristic's values by their quantiles and finds each row's bin. The bins are shared with workers. */
export function cutAxis(
  definition: { code: string; risk: Direction },
  values: readonly CharacteristicValue[],
  mostBins: number,
): Axis {
  const cuts = quantileCuts(Float64Array.from(values.filter((value) => typeof value === 'number')), mostBins);
  const bins = new Uint8Array(new SharedArrayBuffer(values.length));
  for (const [row, value] of values.entries()) bins[row] = binOf(cuts, value);
  return { ...definition, cuts, regular: cuts.length + 1, bins };
}
