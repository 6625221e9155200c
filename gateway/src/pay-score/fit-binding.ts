import type { Binding } from './binding.ts';
import { fitLogit } from './fit-logit.ts';
import { historyOf } from './history.ts';
import { deriveCharacteristics } from './model/derive.ts';
import { HistoryRefused } from './model/history.ts';
import { type PayScoreModel, scoreWith } from './model/score.ts';
import { monthsLookedAt, type ScoreMonth } from './months.ts';
import { refusedFromDaysPastDue } from './policy.ts';

/** What the trained tables said at a month end, as log odds of a bad outcome, and what came of it by the next. */
export type Outcome = { trained: number; bad: boolean };

/** So many bad outcomes a book must have before its own figures say more than the first binding. */
export const fewestBad = 500;

/**
 * The outcomes of one shopper's closed months, the newest first: at each month end that the full model can judge and that
 * was not late already, whether something was past its grace at the next one. Who is late is refused by policy and needs
 * no probability; months that contradict each other say nothing.
 */
export function outcomesOf(
  model: PayScoreModel,
  months: readonly ScoreMonth[],
  terms: { binding: Binding; targetLimit: bigint },
): Outcome[] {
  return months.slice(1).flatMap((month, index) => {
    const next = months[index];
    if (!next || month.daysPastDue >= refusedFromDaysPastDue) return [];
    const trained = trainedLogit(model, months.slice(index + 1, index + 1 + monthsLookedAt), terms);
    return trained === null ? [] : [{ trained, bad: next.daysPastDue >= refusedFromDaysPastDue }];
  });
}

function trainedLogit(
  model: PayScoreModel,
  months: readonly ScoreMonth[],
  terms: { binding: Binding; targetLimit: bigint },
): number | null {
  const history = historyOf(months, terms);
  if (history === null) return null;
  try {
    const { pd } = scoreWith(model, deriveCharacteristics(history));
    return Math.log(pd / (1 - pd));
  } catch (error) {
    if (error instanceof HistoryRefused) return null;
    throw error;
  }
}

/**
 * a and b such that logit pd = a + b x logit pd(trained) fits the outcomes best; undefined while there are fewer than
 * `fewestBad` bad ones, and where the tables do not order this book, so that its b would be 0 or less.
 */
export function fitBinding(
  outcomes: readonly Outcome[],
  start: Pick<Binding, 'a' | 'b'>,
): Pick<Binding, 'a' | 'b'> | undefined {
  const bad = outcomes.map((outcome) => (outcome.bad ? 1 : 0));
  const count = sum(bad);
  if (count < fewestBad || count === outcomes.length) return undefined;
  const scores = outcomes.map(({ trained }) => trained);
  const fitted = fitLogit({ bad, scores }, { intercept: start.a, slope: start.b });
  return fitted && fitted.slope > 0 ? { a: fitted.intercept, b: fitted.slope } : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
