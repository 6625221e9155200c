export type Logit = { slope: number; intercept: number };

const steps = 25;

/**
 * Logistic regression of the outcome on one score (Platt scaling), by Newton's method from slope 1 and intercept 0. Fit
 * on out-of-fold scores it corrects what boosting over- or understates.
 */
export function fitLogit(bad: ArrayLike<number>, scores: ArrayLike<number>): Logit {
  let slope = 1;
  let intercept = 0;
  for (let step = 0; step < steps; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let row = 0; row < scores.length; row++) {
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
    if (determinant <= 0) break;
    intercept -= (h11 * g0 - h01 * g1) / determinant;
    slope -= (h00 * g1 - h01 * g0) / determinant;
  }
  return { slope, intercept };
}
