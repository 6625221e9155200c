import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { root } from './modules.ts';

const position = z.object({ line: z.number(), column: z.number() });
const mutantsShape = z.array(
  z.object({
    fileName: z.string(),
    location: z.object({ start: position, end: position }),
    mutatorName: z.string(),
    replacement: z.string(),
  }),
);

/** `name` is what plugin.js calls it too: file, from where to where, mutator and new text, with spaces between. */
export type Mutant = { name: string; file: string; line: number; mutator: string; replacement: string };

/** Every mutant that Stryker makes of the files, without running anything. */
export function listMutants(files: readonly string[]): Mutant[] {
  const printed = execFileSync(process.execPath, [join(import.meta.dirname, 'list.js')], {
    input: JSON.stringify(files.map((file) => join(root, file))),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return mutantsShape.parse(JSON.parse(printed)).map(({ fileName, location, mutatorName, replacement }) => {
    const at = ({ line, column }: { line: number; column: number }): string => `${line + 1}:${column + 1}`;
    const file = relative(root, fileName);
    const name = `${file} ${at(location.start)}-${at(location.end)} ${mutatorName} ${replacement}`;
    return { name, file, line: location.start.line + 1, mutator: mutatorName, replacement };
  });
}

/**
 * So many of the mutants, each with the same chance: those whose hash with the seed is lowest. A larger sample of one
 * seed holds the smaller one.
 */
export function sampleOf(
  mutants: readonly Mutant[],
  { seed, size }: { seed: number; size: number },
): Mutant[] {
  const rankOf = ({ name }: Mutant): string => createHash('sha256').update(`${seed} ${name}`).digest('hex');
  const ranked = mutants.map((mutant) => ({ mutant, rank: rankOf(mutant) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.slice(0, size).map(({ mutant }) => mutant);
}
