import type { Binding } from './binding.ts';
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

const steps = 50;
const settled = 1e-10;

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
 * a and b such that logit pd = a + b x logit pd(trained) fits the outcomes best (logistic regression by Newton's method from
 * `start`); undefined while there are fewer than `fewestBad` bad ones, and where the tables do not order this book, so that
 * its b would be 0 or less.
 */
export function fitBinding(
  outcomes: readonly Outcome[],
  start: Pick<Binding, 'a' | 'b'>,
): Pick<Binding, 'a' | 'b'> | undefined {
  const bad = outcomes.filter((outcome) => outcome.bad).length;
  if (bad < fewestBad || bad === outcomes.length) return undefined;
  let at: Pick<Binding, 'a' | 'b'> = { a: start.a, b: start.b };
  for (let step = 0; step < steps; step += 1) {
    const move = newtonStep(outcomes, at);
    if (!move) return undefined;
    const next = shortened(outcomes, at, move);
    if (Math.abs(next.a - at.a) + Math.abs(next.b - at.b) < settled) break;
    at = next;
  }
  return at.b > 0 ? at : undefined;
}

/** A whole step may lead past the best fit: it is halved until the fit is no worse than before. */
function shortened(
  outcomes: readonly Outcome[],
  at: Pick<Binding, 'a' | 'b'>,
  move: Pick<Binding, 'a' | 'b'>,
): Pick<Binding, 'a' | 'b'> {
  const before = logLoss(outcomes, at);
  for (let part = 1; part > settled; part /= 2) {
    const next = { a: at.a - part * move.a, b: at.b - part * move.b };
    if (logLoss(outcomes, next) <= before) return next;
  }
  return at;
}

/** log(1 + e^x) without overflow. */
function logLoss(outcomes: readonly Outcome[], { a, b }: Pick<Binding, 'a' | 'b'>): number {
  let loss = 0;
  for (const { trained, bad } of outcomes) {
    const logit = a + b * trained;
    loss += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - (bad ? logit : 0);
  }
  return loss;
}

function newtonStep(
  outcomes: readonly Outcome[],
  { a, b }: Pick<Binding, 'a' | 'b'>,
): Pick<Binding, 'a' | 'b'> | undefined {
  let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
  for (const { trained, bad } of outcomes) {
    const pd = 1 / (1 + Math.exp(-(a + b * trained)));
    const gradient = pd - (bad ? 1 : 0);
    const weight = pd * (1 - pd);
    ga += gradient;
    gb += gradient * trained;
    haa += weight;
    hab += weight * trained;
    hbb += weight * trained * trained;
  }
  const determinant = haa * hbb - hab * hab;
  if (!(determinant > 0)) return undefined;
  return { a: (hbb * ga - hab * gb) / determinant, b: (haa * gb - hab * ga) / determinant };
}
