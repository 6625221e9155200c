/** What a function is and how steeply it rises at one place. */
export type Point = { value: number; slope: number };

/** Beyond e^704 a rate in percent no longer fits a double. */
const farthest = 704;
const firstStep = 1e-4;

/**
 * The root of `at` that lies nearest to 0, or null when there is none within ±704.
 *
 * The function is the logarithm of what was advanced over what is paid back, as a function of the force of interest
 * u = ln(1 + rate): nearly a straight line for any loan, so that neither a loan of a day nor one of 60 years runs out
 * of the range of a double. A root is bracketed by walking outwards from 0 in growing steps, then found by Newton's
 * steps that fall back to halving the bracket. A function that `crossesOnce` rises or falls all the way: it is walked
 * to one side only, and fast. Otherwise a large step could step over two roots.
 */
export function rootNearestZero(at: (u: number) => Point, crossesOnce: boolean): number | null {
  const { value, slope } = at(0);
  if (value === 0) return 0;
  const newton = -value / slope;
  const sides = crossesOnce ? [Math.sign(newton)] : [1, -1];
  const growth = crossesOnce ? 2 : 1.05;
  let near = { distance: 0, values: sides.map(() => value) };
  for (let step = crossesOnce ? Math.abs(newton) : firstStep; near.distance < farthest; step *= growth) {
    const distance = Math.min(step, farthest);
    const values = sides.map((side) => at(side * distance).value);
    for (const [index, side] of sides.entries())
      if (Math.sign(values[index] ?? 0) !== Math.sign(near.values[index] ?? 0))
        return refine(at, side * near.distance, side * distance);
    near = { distance, values };
  }
  return null;
}

/** Newton's method held between two places at which the function has different signs. */
function refine(at: (u: number) => Point, one: number, other: number): number {
  let [low, high] = [Math.min(one, other), Math.max(one, other)];
  const signLow = Math.sign(at(low).value);
  let u = (low + high) / 2;
  for (let step = 0; step < 200; step += 1) {
    const { value, slope } = at(u);
    if (value === 0) return u;
    if (Math.sign(value) === signLow) low = u;
    else high = u;
    const newton = u - value / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - u) <= Number.EPSILON * Math.abs(u) || high - low <= Number.EPSILON * Math.abs(u))
      return next;
    u = next;
  }
  return u;
}
