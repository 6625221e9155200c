import { isFound, type Result } from './journal.ts';
import type { Mutant } from './mutants.ts';

export type Figures = {
  part: string;
  /** How many mutants there are, and how many of them were chosen. */
  all: number;
  chosen: Mutant[];
  results: ReadonlyMap<string, Result>;
  /** What became of them when they were tried for the first time. */
  firsts: ReadonlyMap<string, Result>;
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/**
 * Wilson's interval for the share that `found` of `tested` hints at, at 95 %: where the score of all mutants lies, as far
 * as a sample can tell. Unlike the usual approximation it holds near 0 and 1 as well.
 */
export function wilson(found: number, tested: number): { low: number; high: number } {
  if (tested === 0) return { low: 0, high: 1 };
  const z = 1.96;
  const share = found / tested;
  const middle = share + (z * z) / (2 * tested);
  const spread = z * Math.sqrt((share * (1 - share)) / tested + (z * z) / (4 * tested * tested));
  const scale = 1 + (z * z) / tested;
  return { low: (middle - spread) / scale, high: (middle + spread) / scale };
}

/** The share of mutants found among those that were tested; those that could not run count for nothing. */
export function scoreOf({ chosen, results }: Pick<Figures, 'chosen' | 'results'>): {
  found: number;
  tested: number;
  score: number;
} {
  const known = chosen.flatMap(({ name }) => results.get(name) ?? []);
  const valid = known.filter(({ status }) =>
    ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status),
  );
  const found = valid.filter(isFound).length;
  return { found, tested: valid.length, score: valid.length === 0 ? 0 : found / valid.length };
}

function intervalOf(found: number, tested: number): string {
  const { low, high } = wilson(found, tested);
  return `between ${percent(low)} and ${percent(high)} at 95 %`;
}

/** Prints what became of the sample, and every mutant that no test noticed. */
export function printFigures(figures: Figures): void {
  const { part, all, chosen, results, firsts } = figures;
  const count = (status: string): number =>
    chosen.filter(({ name }) => results.get(name)?.status === status).length;
  const { found, tested, score } = scoreOf(figures);
  const first = scoreOf({ chosen, results: firsts });
  console.log(`\n${part}: ${chosen.length} of ${all} mutants`);
  console.log(
    `  killed ${count('Killed')}, timeout ${count('Timeout')}, survived ${count('Survived')}, no coverage ${count('NoCoverage')}, only at loading ${count('Ignored')}, did not run ${chosen.length - tested - count('Ignored')}`,
  );
  console.log(`  score ${percent(score)}, ${intervalOf(found, tested)}`);
  console.log(
    `  when first met ${percent(first.score)} (${first.found} of ${first.tested}), ${intervalOf(first.found, first.tested)}`,
  );
  for (const { name, file, line, mutator, replacement } of chosen) {
    const status = results.get(name)?.status;
    if (status !== 'Survived' && status !== 'NoCoverage') continue;
    console.log(
      `  ${status} ${file}:${line} ${mutator}: ${replacement.replaceAll(/\s+/g, ' ').slice(0, 160)}`,
    );
  }
}
