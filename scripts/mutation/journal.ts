import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type PartName, root, sourcesOf, testsOf } from './modules.ts';

const resultShape = z.object({
  name: z.string(),
  status: z.string(),
  /** How many tests ran it, and the one that failed. */
  coveredBy: z.number(),
  killedBy: z.string().optional(),
  /** What that test said, shortened, or why no test did. */
  reason: z.string().optional(),
  /** Hashes of the file that was mutated, and of the tests. */
  source: z.string(),
  tests: z.string(),
});

export type Result = z.infer<typeof resultShape>;

/** Whether the tests noticed the mutant: one failed, or it never ended. */
export function isFound({ status }: Result): boolean {
  return status === 'Killed' || status === 'Timeout';
}

/** Whether it was passed over, because only the loading of its file runs it. */
export function isStatic({ status }: Result): boolean {
  return status === 'Ignored';
}

/** Where things of mutation testing are kept between runs. */
export function workFolder(): string {
  const folder = join(root, '.data/mutation');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** One result a line, each written by plugin.js as soon as it is there; of two about a mutant the later one holds. */
export function journalFile(part: PartName): string {
  return join(workFolder(), `${part}.jsonl`);
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

export type Stamps = { sources: Record<string, string>; tests: string };

/** What results are about: the text of each file that is mutated, and that of the tests and what they are built on. */
export function stampsOf(part: PartName): Stamps {
  const support = readdirSync(join(root, 'gateway/test/support'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `gateway/test/support/${name}`);
  const sources = sourcesOf(part).map((file) => [file, hashOf([file])] as const);
  return { sources: Object.fromEntries(sources), tests: hashOf([...testsOf(part), ...support]) };
}

function resultsIn(part: PartName): Result[] {
  const file = journalFile(part);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => resultShape.parse(JSON.parse(line)));
}

/**
 * The results that still hold: of a file that has not changed, and, unless the mutant was found, of tests that have not.
 * That another file has changed is not seen.
 */
export function readJournal(part: PartName, { sources, tests }: Stamps): Map<string, Result> {
  const valid = resultsIn(part).filter((result) => {
    const [path = ''] = result.name.split(' ');
    return result.source === sources[path] && (isFound(result) || result.tests === tests);
  });
  return new Map(valid.map((result) => [result.name, result]));
}

/**
 * What became of each mutant when it was tried for the first time, by the tests of that moment and whatever has changed
 * since: nobody had looked at it when those were written. A mutant whose place in its file has moved is another one.
 */
export function readFirsts(part: PartName): Map<string, Result> {
  return new Map(
    resultsIn(part)
      .toReversed()
      .map((result) => [result.name, result]),
  );
}
