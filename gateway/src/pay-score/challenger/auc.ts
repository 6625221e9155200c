import type { ScorePair } from './read-pairs.ts';

/**
 * The chance that a random good outcome has the higher score than a random bad one; equal scores count half. Needs both
 * kinds (Mann and Whitney's U by mean ranks).
 */
export function aucOf(known: readonly ScorePair[], by: 'champion' | 'challenger'): number {
  const order = known.toSorted((a, b) => a[by] - b[by]);
  let goodRanks = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && order[end]?.[by] === order[start]?.[by]) end += 1;
    const meanRank = (start + 1 + end) / 2;
    goodRanks += meanRank * order.slice(start, end).filter(({ bad }) => bad === false).length;
    start = end;
  }
  const good = known.filter(({ bad }) => bad === false).length;
  return (goodRanks - (good * (good + 1)) / 2) / (good * (known.length - good));
}
