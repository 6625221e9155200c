import type { ScorePair } from './read-pairs.ts';

type By = 'champion' | 'challenger';

/** A figure of each model. */
export type OfBoth = Record<By, number>;

/** By one cut for both: how many each approves, and about how many they say the same. */
export type AtCut = { cut: number; approved: OfBoth; agree: number };

export const bandWidth = 50;
export const lowestBand = 300;
const bandCount = (850 - lowestBand) / bandWidth;

/** The place of a score's band; the best score is in the last one. */
export function bandOf(score: number): number {
  return Math.min(bandCount - 1, Math.floor((score - lowestBand) / bandWidth));
}

/** What a model would say with the same cut. Pure. */
export function atCutOf(pairs: readonly ScorePair[], cut: number): AtCut {
  const approvedBy = (by: By) => pairs.filter((pair) => pair[by] >= cut).length;
  return {
    cut,
    approved: { champion: approvedBy('champion'), challenger: approvedBy('challenger') },
    agree: pairs.filter(({ champion, challenger }) => champion >= cut === challenger >= cut).length,
  };
}

/**
 * How far apart the scores of good and bad outcomes are: the greatest distance between their cumulative shares, from 0 to 1
 * (Kolmogorov and Smirnov). Needs both kinds. Pure.
 */
export function ksOf(known: readonly ScorePair[], by: By): number {
  const order = known.toSorted((a, b) => a[by] - b[by]);
  const bad = known.filter((pair) => pair.bad === true).length;
  const good = known.length - bad;
  let [goodBelow, badBelow, most] = [0, 0, 0];
  for (const [place, pair] of order.entries()) {
    if (pair.bad) badBelow += 1;
    else goodBelow += 1;
    // Between two equal scores there is no cut.
    if (order[place + 1]?.[by] !== pair[by])
      most = Math.max(most, Math.abs(badBelow / bad - goodBelow / good));
  }
  return most;
}

/** Fewer decisions than this in a half would say more about chance than about a change. */
export const fewestInHalf = 50;

/**
 * How much a model's scores have moved over time: the population stability index between the newer and the older half of the
 * pairs, which come the newest first, by bands of 50 points. Null for too few. A band without anybody counts as half a
 * decision, because the index knows no nothing. Pure.
 */
export function psiOf(pairs: readonly ScorePair[], by: By): number | null {
  const half = Math.floor(pairs.length / 2);
  if (half < fewestInHalf) return null;
  const [newer, older] = [sharesOf(pairs.slice(0, half), by), sharesOf(pairs.slice(-half), by)];
  return newer.reduce((sum, share, band) => {
    const before = older[band] ?? share;
    return sum + (share - before) * Math.log(share / before);
  }, 0);
}

function sharesOf(pairs: readonly ScorePair[], by: By): number[] {
  const counts = Array.from({ length: bandCount }, () => 0);
  for (const pair of pairs) counts[bandOf(pair[by])]! += 1;
  return counts.map((count) => Math.max(count, 0.5) / pairs.length);
}
