/** The middle of what several rounds gave, and how far they lay apart. */
export type Spread = { median: number; lowest: number; highest: number };

/** Undefined when any of the rounds could not measure it. */
export function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  const [lowest] = known;
  const highest = known.at(-1);
  if (lowest === undefined || highest === undefined || known.length < values.length) return undefined;
  const half = known.length / 2;
  const median = ((known[Math.ceil(half) - 1] ?? lowest) + (known[Math.floor(half)] ?? highest)) / 2;
  return { median, lowest, highest };
}

/** The value that `percent` of all values do not exceed, by nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}
