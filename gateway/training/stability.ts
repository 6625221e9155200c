/** Population stability of the score between two samples, band by band. */
export type Stability = { psi: number; bands: { name: string; expected: number; actual: number }[] };

const bandCount = 10;
/** A band that one sample lacks counts as half a row, so that the index stays finite. */
const emptyShare = 0.5;

/**
 * Population stability index of `actual` against `expected` over tenths of `expected`: below 0.1 the populations are
 * alike, above 0.25 they are not (Siddiqi 2006).
 */
export function stabilityOf(expected: readonly number[], actual: readonly number[]): Stability {
  const sorted = expected.toSorted((a, b) => a - b);
  const tenths = Array.from({ length: bandCount - 1 }, (_, band) =>
    sorted.at(Math.floor(((band + 1) * sorted.length) / bandCount)),
  );
  const cuts = [...new Set(tenths.filter((cut) => cut !== undefined))];
  const shares = (scores: readonly number[]): number[] => {
    const counts = Array.from({ length: cuts.length + 1 }, () => 0);
    for (const score of scores) {
      const band = cuts.findIndex((cut) => score < cut);
      const place = band < 0 ? cuts.length : band;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    return counts.map((count) => Math.max(count, emptyShare) / scores.length);
  };
  const [before, after] = [shares(expected), shares(actual)];
  const bands = before.map((share, band) => ({
    name: `${cuts[band - 1] ?? 'lowest'} to ${cuts[band] === undefined ? 'highest' : cuts[band] - 1}`,
    expected: share,
    actual: after[band] ?? 0,
  }));
  const psi = bands.reduce(
    (total, { expected, actual }) => total + (actual - expected) * Math.log(actual / expected),
    0,
  );
  return { psi, bands };
}
