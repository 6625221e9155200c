import type { Direction } from '../src/pay-score/model/derive.ts';

/** Whether going from `lower` (at smaller values of a characteristic) to `upper` keeps the direction of the risk. */
export function keepsDirection(risk: Direction, lower: number, upper: number): boolean {
  if (risk === 'free') return true;
  return risk === 'rising' ? lower <= upper : lower >= upper;
}

/** The direction of points: they fall where the risk rises. */
export function directionOfPoints(risk: Direction): Direction {
  if (risk === 'free') return 'free';
  return risk === 'rising' ? 'falling' : 'rising';
}

/** Goes through all neighbouring bins of a table and returns the first pair that breaks the direction. */
export function firstBreak(points: readonly number[], direction: Direction): number | undefined {
  for (let bin = 1; bin < points.length; bin++)
    if (!keepsDirection(direction, points[bin - 1] ?? 0, points[bin] ?? 0)) return bin;
  return undefined;
}
