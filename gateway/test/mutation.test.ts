import { describe, expect, it } from 'vitest';
import { type PartName, parts, sourcesOf, testsOf } from '../../scripts/mutation/modules.ts';
import { type Mutant, sampleOf } from '../../scripts/mutation/mutants.ts';
import { scoreOf, wilson } from '../../scripts/mutation/report.ts';

const mutants: Mutant[] = Array.from({ length: 400 }, (_, index) => ({
  name: `a.ts ${index}`,
  file: 'a.ts',
  line: index,
  mutator: 'BooleanLiteral',
  replacement: 'true',
}));
const linesOf = (seed: number, size: number) => sampleOf(mutants, { seed, size }).map(({ line }) => line);

describe('a sample of mutants', () => {
  it('is the same for the same seed, whatever order they come in, and another for another', () => {
    const reversed = sampleOf(mutants.toReversed(), { seed: 1, size: 50 }).map(({ line }) => line);
    expect(reversed).toEqual(linesOf(1, 50));
    expect(linesOf(2, 50)).not.toEqual(linesOf(1, 50));
  });

  it('holds the smaller one of its seed, and everything where there is no more', () => {
    expect(linesOf(1, 80).slice(0, 50)).toEqual(linesOf(1, 50));
    expect(new Set(linesOf(1, 1000))).toEqual(new Set(mutants.map(({ line }) => line)));
  });

  it('favours no place: over many seeds each mutant is drawn about as often as the others', () => {
    const drawn = Array.from({ length: 400 }, (_, seed) => linesOf(seed, 100)).flat();
    const half = drawn.filter((line) => line < 200).length / drawn.length;
    expect(half).toBeGreaterThan(0.48);
    expect(half).toBeLessThan(0.52);
    expect(new Set(drawn).size).toBe(mutants.length);
  });
});

describe('the score', () => {
  const result = (status: string) => ({ name: '', status, coveredBy: 1, source: '', tests: '' });
  const scored = (statuses: string[]) => {
    const chosen = mutants.slice(0, statuses.length + 1);
    const results = new Map(statuses.map((status, index) => [`a.ts ${index}`, result(status)]));
    return scoreOf({ chosen, results });
  };

  it('counts what nobody noticed or ran against it, and neither what could not run nor what was not tried', () => {
    expect(scored(['Killed', 'Timeout', 'Killed', 'Survived', 'NoCoverage', 'RuntimeError'])).toEqual({
      found: 3,
      tested: 5,
      score: 0.6,
    });
    expect(scored([]).score).toBe(0);
  });

  it('comes with the interval of Wilson', () => {
    // 81 of 263: the example of Newcombe (1998), table I.
    const { low, high } = wilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

it.each(Object.keys(parts) as PartName[])('%s has files to mutate and tests to notice it', (part) => {
  expect(sourcesOf(part).length).toBeGreaterThan(0);
  const tests = testsOf(part);
  expect(new Set(tests).size).toBe(tests.length);
  // A pattern that names no file any more would quietly leave a test out.
  for (const start of parts[part].tests)
    expect(
      tests.filter((test) => test.startsWith(`gateway/test/${start}`)),
      start,
    ).not.toEqual([]);
});
