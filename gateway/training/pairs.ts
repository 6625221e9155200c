import type { PairOfAxes } from './tables.ts';

/**
 * Ranks the pairs of characteristics by what they gained in all where any pair was allowed: cuts of one below a cut of
 * the other, whichever came first. Unlike a test of each pair on residuals (FAST, Lou et al. 2013) this does not count
 * twice what pairs of like characteristics have in common. The best come first.
 */
export function rankPairs(axes: number, gains: readonly Float64Array[], most: number): PairOfAxes[] {
  const gainOf = (a: number, b: number): number =>
    gains.reduce((total, gain) => total + (gain[a * axes + b] ?? 0) + (gain[b * axes + a] ?? 0), 0);
  const ranked: { pair: PairOfAxes; gain: number }[] = [];
  for (let first = 0; first < axes; first++)
    for (let second = first + 1; second < axes; second++)
      ranked.push({ pair: [first, second], gain: gainOf(first, second) });
  return ranked
    .filter(({ gain }) => gain > 0)
    .toSorted((a, b) => b.gain - a.gain || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1])
    .slice(0, most)
    .map(({ pair }) => pair);
}
