/**
 * How many cases a property is tried with: `few` while someone works on it, and at least 10,000 where `CI` is set, as
 * in the full check.
 */
export function runs(few = 300): { numRuns: number } {
  return { numRuns: process.env.CI ? Math.max(few, 10_000) : few };
}

/** For a file of properties: so many runs on a busy machine take longer than another test may. */
export const propertyTimeoutMs = 300_000;
