/** So many earlier dates a count is compared with, and so many there must be. */
export const baselineDays = 28;
export const leastDays = 7;

/** Fewer than this is never an alarm: a shop's third decline of a day says nothing. */
const leastCount = 20;

/** What makes a median absolute deviation comparable with a standard deviation. */
const toDeviation = 1.4826;

/** How many deviations away a count is an alarm. */
const mostDeviations = 5;

export type Judgement = { direction: 'above' | 'below'; expected: number; threshold: number };

/**
 * Whether a day's count is out of what the days before it were like: median and median absolute deviation, which a single
 * bad day does not move. Counts scatter by their square root even where all is well, so no spread is taken as less. A day
 * that is not over can only have too many.
 */
export function judgeCount(input: {
  count: number;
  history: readonly number[];
  isOver: boolean;
}): Judgement | undefined {
  const { count, history, isOver } = input;
  if (history.length < leastDays) return undefined;
  const expected = medianOf(history);
  const scatter = toDeviation * medianOf(history.map((past) => Math.abs(past - expected)));
  const reach = mostDeviations * Math.max(scatter, Math.sqrt(Math.max(expected, 1)));
  if (count >= leastCount && count > expected + reach) {
    return { direction: 'above', expected, threshold: expected + reach };
  }
  if (isOver && expected >= leastCount && count < expected - reach) {
    return { direction: 'below', expected, threshold: expected - reach };
  }
  return undefined;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
