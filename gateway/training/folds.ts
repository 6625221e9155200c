import type { History } from '../src/pay-score/model/history.ts';
import { seededRandom, shuffled } from './random.ts';

/**
 * Deals rows into folds, both outcomes alike, equal histories into one fold: otherwise a model would be measured on rows
 * that it has seen under another id.
 */
export function dealFolds(
  rows: { histories: readonly History[]; bad: Uint8Array },
  folds: number,
  seed: number,
): Uint8Array {
  const random = seededRandom(seed);
  const groups = new Map<string, number[]>();
  for (const [row, history] of rows.histories.entries()) {
    const key = JSON.stringify(history);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const fold = new Uint8Array(rows.bad.length);
  for (const outcome of [0, 1]) {
    const alike = [...groups.values()].filter(([first = 0]) => rows.bad[first] === outcome);
    for (const [place, group] of shuffled(alike, random).entries())
      for (const row of group) fold[row] = place % folds;
  }
  return fold;
}

/** The rows of one fold, and all others. */
export function splitByFold(fold: Uint8Array, number: number): { inside: Int32Array; outside: Int32Array } {
  const rows = Int32Array.from(fold.keys());
  return {
    inside: rows.filter((row) => fold[row] === number),
    outside: rows.filter((row) => fold[row] !== number),
  };
}

/** Keeps a stratified share of the rows out of training; `kept` is sorted, and so is `held`. */
export function holdOut(
  rows: { histories: readonly History[]; bad: Uint8Array },
  share: number,
  seed: number,
): { held: Int32Array; kept: Int32Array } {
  const parts = 100;
  const { length } = rows.bad;
  const fold = dealFolds(rows, parts, seed);
  const all = Int32Array.from({ length }, (_, row) => row);
  const isHeld = (row: number): boolean => (fold[row] ?? 0) < Math.round(share * parts);
  return { held: all.filter(isHeld), kept: all.filter((row) => !isHeld(row)) };
}
