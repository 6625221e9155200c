import type { Steps } from './decided.ts';

/** Steps and figures that anybody would mean: `most` is of the figure, in its own unit. */
type Bounds = { most: number; factor: number };

/**
 * Reads steps as people write them, `700:120,640:100,0:80`: a score, then the figure from there on. Figures are multiplied
 * by `factor`, to whole units. Undefined for what is not such a list.
 */
export function parseSteps(text: string, { most, factor }: Bounds): Steps | undefined {
  const parts = text.split(',').map((part) => /^\s*(\d{1,3})\s*:\s*(\d{1,4}(?:\.\d{1,4})?)\s*$/.exec(part));
  const steps = parts.map((match): [number, number] | undefined =>
    match ? [Number(match[1]), Math.round(Number(match[2]) * factor)] : undefined,
  );
  if (steps.some((step) => step === undefined || step[0] > 850 || step[1] > most * factor)) return undefined;
  const found = steps.filter((step) => step !== undefined).toSorted(([a], [b]) => b - a);
  const isOnce = new Set(found.map(([from]) => from)).size === found.length;
  return isOnce ? found : undefined;
}

/** Limits in percent of what they were, from nothing to ten times as much. */
export const limitBounds: Bounds = { most: 1000, factor: 1 };

/** Prices in percent a year, kept in millionths. */
export const rateBounds: Bounds = { most: 100, factor: 10_000 };
