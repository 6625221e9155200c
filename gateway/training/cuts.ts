import type { Direction } from '../src/pay-score/model/derive.ts';
import { keepsDirection } from './monotone.ts';

/** What keeps steps small: a ridge on their values, and the least weight (sum of Hessians) on either side of a cut. */
export type Ridge = { lambda: number; leastWeight: number };

/** Where the values of a step may lie, so that it keeps the direction of a cut above it. */
export type Bounds = { least: number; most: number };

export const unbounded: Bounds = { least: -Infinity, most: Infinity };

/** A bin without rows weighs so little after histograms were subtracted from one another. */
const noWeight = 1e-9;

/**
 * A characteristic cut in two. Regular bins below `at` are low; `specialsLow` tells the side of those without a number.
 * `low` and `high` are the steps of the two sides in log odds, `gain` what they take off the penalised loss, doubled.
 */
export type Cut = { at: number; specialsLow: boolean; low: number; high: number; gain: number };

/** Sums of gradients and Hessians of the log loss by bin, in turns: bin b has its gradient at 2b and its Hessian after it. */
export type Histogram = Float64Array;

/** The step of one side: Newton's with a ridge, held within bounds. */
export function stepOf(gradient: number, hessian: number, lambda: number, { least, most }: Bounds): number {
  return Math.min(Math.max(-gradient / (hessian + lambda), least), most);
}

/** What a step takes off the penalised loss, doubled. */
export function gainOf(gradient: number, hessian: number, lambda: number, step: number): number {
  return -(2 * gradient * step + (hessian + lambda) * step * step);
}

/**
 * The cut of a characteristic that gains most among those that keep its direction and have weight enough on both sides;
 * undefined when there is none. `regular` ordered bins are followed by those for none and missing, which take the side
 * that suits them better, both the same.
 */
export function bestCut(
  histogram: Histogram,
  axis: { regular: number; risk: Direction },
  ridge: Ridge,
  bounds: Bounds,
): Cut | undefined {
  const specials = sumOf(histogram, axis.regular, axis.regular + 2);
  const first = scan(histogram, axis, ridge, bounds, { ...specials, low: true });
  if (specials.hessian < noWeight) return first;
  const second = scan(histogram, axis, ridge, bounds, { ...specials, low: false });
  return first && second ? (second.gain > first.gain ? second : first) : (first ?? second);
}

type Sum = { gradient: number; hessian: number };

/** The sum over bins from one to below another. */
export function sumOf(histogram: Histogram, from: number, below: number): Sum {
  let gradient = 0;
  let hessian = 0;
  for (let bin = from; bin < below; bin++) {
    gradient += histogram[2 * bin]!;
    hessian += histogram[2 * bin + 1]!;
  }
  return { gradient, hessian };
}

function scan(
  histogram: Histogram,
  { regular, risk }: { regular: number; risk: Direction },
  { lambda, leastWeight }: Ridge,
  bounds: Bounds,
  specials: Sum & { low: boolean },
): Cut | undefined {
  const all = sumOf(histogram, 0, regular + 2);
  let gradient = specials.low ? specials.gradient : 0;
  let hessian = specials.low ? specials.hessian : 0;
  let at = 0;
  let [bestLow, bestHigh, bestGain] = [0, 0, -Infinity];
  for (let bin = 0; bin + 1 < regular; bin++) {
    gradient += histogram[2 * bin]!;
    hessian += histogram[2 * bin + 1]!;
    if (hessian < leastWeight) continue;
    const [gradientHigh, hessianHigh] = [all.gradient - gradient, all.hessian - hessian];
    if (hessianHigh < leastWeight) break;
    const low = stepOf(gradient, hessian, lambda, bounds);
    const high = stepOf(gradientHigh, hessianHigh, lambda, bounds);
    if (!keepsDirection(risk, low, high)) continue;
    const gain = gainOf(gradient, hessian, lambda, low) + gainOf(gradientHigh, hessianHigh, lambda, high);
    if (gain <= bestGain) continue;
    at = bin + 1;
    bestLow = low;
    bestHigh = high;
    bestGain = gain;
  }
  return at === 0
    ? undefined
    : { at, specialsLow: specials.low, low: bestLow, high: bestHigh, gain: bestGain };
}

/** Whether a bin lies on the low side of a cut. */
export function isLow(cut: { at: number; specialsLow: boolean }, bin: number, regular: number): boolean {
  return bin < regular ? bin < cut.at : cut.specialsLow;
}
