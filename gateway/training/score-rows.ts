import { deriveCharacteristics } from '../src/pay-score/model/derive.ts';
import type { History } from '../src/pay-score/model/history.ts';
import { type PayScoreModel, scoreWith } from '../src/pay-score/model/score.ts';

export type ScoredRows = { pd: number[]; score: number[]; microseconds: number };

/** Scores histories; `microseconds` is the mean processor time of one score from derived characteristics. */
export function scoreRows(model: PayScoreModel, histories: readonly History[]): ScoredRows {
  const derived = histories.map(deriveCharacteristics);
  const before = process.cpuUsage();
  const results = derived.map((characteristics) => scoreWith(model, characteristics));
  const microseconds = process.cpuUsage(before).user / histories.length;
  return { pd: results.map(({ pd }) => pd), score: results.map(({ score }) => score), microseconds };
}
