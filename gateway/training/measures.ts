import type { Measures } from '../src/pay-score/model/schema.ts';
import { asTheyAre, fitLogit } from '../src/pay-score/fit-logit.ts';

/** Rows in the order of their risk, with where the groups of equal risk end. */
function ranked(risk: ArrayLike<number>): { order: number[]; isLastOfEqual: (place: number) => boolean } {
  const order = Array.from({ length: risk.length }, (_, row) => row).toSorted(
    (a, b) => (risk[a] ?? 0) - (risk[b] ?? 0) || a - b,
  );
  return {
    order,
    isLastOfEqual: (place) =>
      place + 1 === order.length || risk[order[place] ?? 0] !== risk[order[place + 1] ?? 0],
  };
}

export type RocPoint = { falseAlarms: number; hits: number };

/** The ROC curve from the riskiest group of equal pd down to the safest, from (0, 0) to (1, 1). */
export function rocCurve(bad: ArrayLike<number>, pd: ArrayLike<number>): RocPoint[] {
  const { order, isLastOfEqual } = ranked(Array.from(pd, (value) => -value));
  const bads = Array.from(bad).reduce((total, value) => total + value, 0);
  const goods = bad.length - bads;
  const curve: RocPoint[] = [{ falseAlarms: 0, hits: 0 }];
  let hits = 0;
  for (const [place, row] of order.entries()) {
    hits += bad[row] ?? 0;
    if (isLastOfEqual(place)) curve.push({ falseAlarms: (place + 1 - hits) / goods, hits: hits / bads });
  }
  return curve;
}

/** Area under the ROC curve; equal risks count half. */
export function aucOf(curve: readonly RocPoint[]): number {
  return curve.reduce((area, point, index) => {
    const before = curve[index - 1];
    return before ? area + ((point.falseAlarms - before.falseAlarms) * (point.hits + before.hits)) / 2 : area;
  }, 0);
}

/** Kolmogorov and Smirnov: the greatest distance between the bad and the good below any cut. */
export function ksOf(curve: readonly RocPoint[]): number {
  return Math.max(...curve.map(({ falseAlarms, hits }) => Math.abs(hits - falseAlarms)));
}

/** Mean log loss of probabilities that are neither 0 nor 1. */
export function logLossOf(bad: ArrayLike<number>, pd: ArrayLike<number>): number {
  let loss = 0;
  for (let row = 0; row < bad.length; row++) loss -= Math.log(bad[row] ? (pd[row] ?? 0) : 1 - (pd[row] ?? 0));
  return loss / bad.length;
}

export function logitOf(pd: number): number {
  return Math.log(pd / (1 - pd));
}

/**
 * How well predictions order and measure the risk. `slope` and `intercept` are those of a logistic regression of the
 * outcome on the predicted log odds: 1 and 0 when calibrated.
 */
export function measure(bad: ArrayLike<number>, pd: ArrayLike<number>): Measures {
  const curve = rocCurve(bad, pd);
  const { slope, intercept } = fitLogit({ bad, scores: Array.from(pd, logitOf) }) ?? asTheyAre;
  return { auc: aucOf(curve), ks: ksOf(curve), log_loss: logLossOf(bad, pd), slope, intercept };
}

/** Six decimals: what is stored of a measured figure. */
export function roundMeasures(measures: Measures): Measures {
  const round = (value: number): number => Math.round(value * 1e6) / 1e6;
  return {
    auc: round(measures.auc),
    ks: round(measures.ks),
    log_loss: round(measures.log_loss),
    slope: round(measures.slope),
    intercept: round(measures.intercept),
  };
}
