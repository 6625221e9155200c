/** logit pd = intercept + slope × score. */
export type Logit = { slope: number; intercept: number };

/** Scores that are log odds already. */
export const asTheyAre: Logit = { slope: 1, intercept: 0 };

const steps = 50;
const settled = 1e-10;

/** Outcomes (1 is bad, 0 is good), each with the score that was given before it was known. */
type Outcomes = { bad: ArrayLike<number>; scores: ArrayLike<number> };

/**
 * Logistic regression of the outcome on one score (Platt scaling), by Newton's method from `start`. Fit on scores of rows
 * that their model has not seen, it corrects what a model over- or understates. Undefined where no line fits best: when
 * all scores are the same.
 */
export function fitLogit(outcomes: Outcomes, start: Logit = asTheyAre): Logit | undefined {
  let at = start;
  for (let step = 0; step < steps; step += 1) {
    const move = newtonStep(outcomes, at);
    // Where a score separates the outcomes, the fit goes on to infinity and its weights vanish.
    if (!move) return step === 0 ? undefined : at;
    const next = shortened(outcomes, at, move);
    const moved = Math.abs(next.slope - at.slope) + Math.abs(next.intercept - at.intercept);
    at = next;
    if (moved < settled) break;
  }
  return at;
}

/** A whole step may lead past the best fit: it is halved until the fit is no worse than before. */
function shortened(outcomes: Outcomes, at: Logit, move: Logit): Logit {
  const before = logLoss(outcomes, at);
  for (let part = 1; part > settled; part /= 2) {
    const next = {
      slope: at.slope - part * move.slope,
      intercept: at.intercept - part * move.intercept,
    };
    if (logLoss(outcomes, next) <= before) return next;
  }
  return at;
}

/** Sum of log(1 + e^x) without overflow. */
function logLoss({ bad, scores }: Outcomes, { slope, intercept }: Logit): number {
  let loss = 0;
  for (let row = 0; row < scores.length; row += 1) {
    const logit = intercept + slope * (scores[row] ?? 0);
    loss += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - (bad[row] ?? 0) * logit;
  }
  return loss;
}

function newtonStep({ bad, scores }: Outcomes, { slope, intercept }: Logit): Logit | undefined {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row] ?? 0;
    const pd = 1 / (1 + Math.exp(-(intercept + slope * score)));
    const gradient = pd - (bad[row] ?? 0);
    const hessian = pd * (1 - pd);
    g0 += gradient;
    g1 += gradient * score;
    h00 += hessian;
    h01 += hessian * score;
    h11 += hessian * score * score;
  }
  const determinant = h00 * h11 - h01 * h01;
  if (!(determinant > 0)) return undefined;
  return {
    intercept: (h11 * g0 - h01 * g1) / determinant,
    slope: (h00 * g1 - h01 * g0) / determinant,
  };
}
