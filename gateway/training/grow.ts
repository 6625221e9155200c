import type { Direction } from '../src/pay-score/model/derive.ts';
import {
  bestCut,
  type Bounds,
  type Cut,
  gainOf,
  type Histogram,
  isLow,
  type Ridge,
  stepOf,
  sumOf,
  unbounded,
} from './cuts.ts';

/** Binned rows, a column each characteristic, with the gradients and Hessians of the log loss at their scores. */
export type BinnedRows = {
  axes: readonly { regular: number; risk: Direction }[];
  /** Bin of each row, by characteristic. */
  columns: readonly Uint8Array[];
  gradients: Float64Array;
  hessians: Float64Array;
};

/** One side of a step: a second characteristic that is cut there, or a step for the whole side. */
export type Side = { partner: number; cut: Cut; gain: number } | { partner: undefined; step: number };

/**
 * One boosting step: a cut of one characteristic and on either side a cut of another (or of the same). `middle` parts
 * the steps of the two sides where the first characteristic has a direction: all steps on its safer side are at or
 * below it, all others at or above.
 */
export type Step = { axis: number; cut: Cut; middle: number; below: Side; above: Side };

/** The rows on the smaller side of a cut, with their gradients and Hessians; the larger side is what they lack. */
type Part = { isBelow: boolean; rows: Int32Array; gradients: Float64Array; hessians: Float64Array };

/**
 * Finds the next step among some characteristics (`drawn`): first the one whose own cut gains most, then for each side
 * the partner whose cut gains most there. To choose the first by its own gain, not by that of all three cuts, keeps
 * steps from following noise. `mayPair` says which characteristics go together. Undefined when no cut is left.
 */
export function growStep(
  rows: BinnedRows,
  drawn: readonly number[],
  mayPair: (axis: number, partner: number) => boolean,
  ridge: Ridge,
): Step | undefined {
  let axis = -1;
  let first: Cut | undefined;
  const histograms = new Map<number, Histogram>();
  for (const place of drawn) {
    const histogram = fillHistogram(rows, place);
    histograms.set(place, histogram);
    const cut = bestCut(histogram, rows.axes[place]!, ridge, unbounded);
    if (!cut || (first && cut.gain <= first.gain)) continue;
    [axis, first] = [place, cut];
  }
  if (!first) return undefined;
  const { risk, regular } = rows.axes[axis]!;
  const middle = risk === 'free' ? 0 : (first.low + first.high) / 2;
  const bounds = boundsOf(risk, middle);
  const part = smallerPart(rows, axis, sidesOf(first, regular));
  const sides = { below: startSide(bounds.below), above: startSide(bounds.above) };
  for (const partner of [axis, ...drawn.filter((other) => mayPair(axis, other))]) {
    const { small, large } = splitHistogram(rows, partner, part, histograms.get(partner)!);
    const [below, above] = part.isBelow ? [small, large] : [large, small];
    improveSide(sides.below, below, partner, rows.axes[partner]!, ridge);
    improveSide(sides.above, above, partner, rows.axes[partner]!, ridge);
  }
  return { axis, cut: first, middle, below: sides.below.best, above: sides.above.best };
}

/** For each bin 0 where it is below a cut, 1 where it is above. */
export function sidesOf(cut: { at: number; specialsLow: boolean }, regular: number): Uint8Array {
  return Uint8Array.from({ length: regular + 2 }, (_, bin) => (isLow(cut, bin, regular) ? 0 : 1));
}

function emptyHistogram({ regular }: { regular: number }): Histogram {
  return new Float64Array(2 * (regular + 2));
}

function fillHistogram({ axes, columns, gradients, hessians }: BinnedRows, place: number): Histogram {
  const histogram = emptyHistogram(axes[place]!);
  const bins = columns[place]!;
  for (let row = 0; row < bins.length; row++) {
    const at = 2 * bins[row]!;
    histogram[at]! += gradients[row]!;
    histogram[at + 1]! += hessians[row]!;
  }
  return histogram;
}

/** Gathers the side with fewer rows, so that only these are counted again for each partner. */
function smallerPart({ columns, gradients, hessians }: BinnedRows, axis: number, sides: Uint8Array): Part {
  const bins = columns[axis]!;
  let above = 0;
  for (let row = 0; row < bins.length; row++) above += sides[bins[row]!]!;
  const isBelow = bins.length - above <= above;
  const wanted = isBelow ? 0 : 1;
  const count = isBelow ? bins.length - above : above;
  const part = {
    isBelow,
    rows: new Int32Array(count),
    gradients: new Float64Array(count),
    hessians: new Float64Array(count),
  };
  let at = 0;
  for (let row = 0; row < bins.length; row++) {
    if (sides[bins[row]!] !== wanted) continue;
    part.rows[at] = row;
    part.gradients[at] = gradients[row]!;
    part.hessians[at] = hessians[row]!;
    at++;
  }
  return part;
}

/** The histograms of a characteristic on the smaller side of a cut, and by subtraction on the larger one. */
function splitHistogram(
  { axes, columns }: BinnedRows,
  place: number,
  { rows, gradients, hessians }: Part,
  whole: Histogram,
): { small: Histogram; large: Histogram } {
  const small = emptyHistogram(axes[place]!);
  const bins = columns[place]!;
  for (let index = 0; index < rows.length; index++) {
    const at = 2 * bins[rows[index]!]!;
    small[at]! += gradients[index]!;
    small[at + 1]! += hessians[index]!;
  }
  return { small, large: whole.map((sum, at) => sum - small[at]!) };
}

/** The best of a side so far, and what the side gains by one step for all of it, once that is known. */
type GrowingSide = { bounds: Bounds; alone: number | undefined; bestGain: number; best: Side };

function startSide(bounds: Bounds): GrowingSide {
  return { bounds, alone: undefined, bestGain: 0, best: { partner: undefined, step: 0 } };
}

/** Takes a partner's best cut of a side when it gains more than any before. */
function improveSide(
  side: GrowingSide,
  histogram: Histogram,
  partner: number,
  axis: BinnedRows['axes'][number],
  ridge: Ridge,
): void {
  if (side.alone === undefined) {
    const { gradient, hessian } = sumOf(histogram, 0, axis.regular + 2);
    const step = stepOf(gradient, hessian, ridge.lambda, side.bounds);
    side.alone = gainOf(gradient, hessian, ridge.lambda, step);
    side.best = { partner: undefined, step };
  }
  const cut = bestCut(histogram, axis, ridge, side.bounds);
  if (!cut || cut.gain - side.alone <= side.bestGain) return;
  side.bestGain = cut.gain - side.alone;
  side.best = { partner, cut, gain: side.bestGain };
}

function boundsOf(risk: Direction, middle: number): { below: Bounds; above: Bounds } {
  const under = { least: -Infinity, most: middle };
  const over = { least: middle, most: Infinity };
  if (risk === 'free') return { below: unbounded, above: unbounded };
  return risk === 'rising' ? { below: under, above: over } : { below: over, above: under };
}
