// Stryker loads this in plain Node, in its main process and in its workers: JavaScript, and nothing of the project.
import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** What `stryker.ts` hands over: the names of mutants to test, where results go, and what they are about. */
const { root, names, journal, stamps } = JSON.parse(readFileSync(process.env.MORROW_MUTATION_ORDER, 'utf8'));
const sample = new Set(names);

/** The same name as `mutants.ts` gives. Stryker counts lines and columns from 0, but for reporters from 1: `first`. */
function nameOf({ fileName, location: { start, end }, mutatorName, replacement }, first) {
  const at = ({ line, column }) => `${line + 1 - first}:${column + 1 - first}`;
  const file = relative(root, fileName);
  return `${file} ${at(start)}-${at(end)} ${mutatorName} ${replacement}`;
}

/** Turns away what is not in the sample, after the dry run has seen all mutants and before one is tested. */
class Sampler {
  async init() {}

  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    const verdict = (mutant) => ({
      status: sample.has(nameOf(mutant, 0)) ? 'passed' : 'compileError',
      reason: 'not in the sample',
    });
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, verdict(mutant)]));
  }
}

/** Writes each result down as soon as it is there, so that a run that is stopped goes on where it was. */
class Journalist {
  done = 0;

  onMutantTested(result) {
    const name = nameOf(result, 1);
    if (!sample.has(name)) return;
    this.done += 1;
    const [file, place, mutator] = name.split(' ');
    const { status, coveredBy = [], killedBy = [] } = result;
    const [source, tests] = [stamps.sources[file], stamps.tests];
    const entry = {
      name,
      status,
      coveredBy: coveredBy.length,
      killedBy: killedBy[0],
      source,
      tests,
    };
    appendFileSync(journal, `${JSON.stringify(entry)}\n`);
    console.log(`${this.done} of ${sample.size}: ${status} ${file}:${place.split('-')[0]} ${mutator}`);
  }
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'sample', injectableClass: Sampler },
  { kind: 'Reporter', name: 'journal', injectableClass: Journalist },
];
