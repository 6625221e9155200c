// Stryker loads this in plain Node, in its main process and in its workers: JavaScript, and nothing of the project.
import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { createVitestTestRunnerFactory } from './node_modules/@stryker-mutator/vitest-runner/dist/src/vitest-test-runner.js';

/** What `stryker.ts` hands over: the names of mutants to test, where results go, and what they are about. */
const { root, names, journal, stamps } = JSON.parse(readFileSync(process.env.MORROW_MUTATION_ORDER, 'utf8'));
const sample = new Set(names);
const rankOf = new Map(names.map((name, index) => [name, index]));

/** The same name as `mutants.ts` gives. Stryker counts lines and columns from 0, but for reporters from 1: `first`. */
function nameOf({ fileName, location: { start, end }, mutatorName, replacement }, first) {
  const at = ({ line, column }) => `${line + 1 - first}:${column + 1 - first}`;
  const file = relative(root, fileName);
  return `${file} ${at(start)}-${at(end)} ${mutatorName} ${replacement}`;
}

/**
 * Turns away what is not in the sample, after the dry run has seen all mutants and before one is tested. The others come
 * one by one in the order of the sample, which is a random one: where a run is stopped, what it tested is a sample too.
 */
class Sampler {
  async init() {}

  async group(mutants) {
    const [chosen, others] = [[], []];
    for (const mutant of mutants) {
      const rank = rankOf.get(nameOf(mutant, 0));
      if (rank === undefined) others.push(mutant.id);
      else chosen.push({ id: mutant.id, rank });
    }
    const ordered = chosen.toSorted((a, b) => a.rank - b.rank);
    return [...ordered.map(({ id }) => [id]), others].filter((group) => group.length > 0);
  }

  async check(mutants) {
    const verdict = (mutant) => ({
      status: sample.has(nameOf(mutant, 0)) ? 'passed' : 'compileError',
      reason: 'not in the sample',
    });
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, verdict(mutant)]));
  }
}

const beatMs = 1_000;
const pauseMs = 10_000;

/** Whether this process stood still for a while: it was stopped, or the machine was. `end` says so, and looks no more. */
function watchClock() {
  let last = performance.now();
  let stood = false;
  const look = () => {
    const now = performance.now();
    stood ||= now - last > pauseMs;
    last = now;
  };
  const timer = setInterval(look, beatMs);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return stood;
    },
  };
}

/** What the reason of a test says that took too long. */
const tooLong = /timed out in \d+ ?ms/i;
const mostTries = 5;

/**
 * vitest's runner, where time tells nothing alone: a mutant whose tests were paused on the way is tried again, and one
 * that a time limit found, on a machine that may be busy with something else, counts only if that happens twice.
 */
function createPatientRunner(injector) {
  const runner = factory(injector);
  const tryOnce = runner.mutantRun.bind(runner);
  runner.mutantRun = async (options) => {
    let late = 0;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const clock = watchClock();
      const result = await tryOnce(options);
      if (clock.end()) continue;
      if (!('failureMessage' in result && tooLong.test(result.failureMessage))) return result;
      late += 1;
      if (late === 2) return { status: 'timeout', reason: result.failureMessage };
    }
    return { status: 'error', errorMessage: 'never ran without a pause' };
  };
  return runner;
}
const factory = createVitestTestRunnerFactory();
createPatientRunner.inject = factory.inject;

/** Writes each result down as soon as it is there, so that a run that is stopped goes on where it was. */
class Journalist {
  done = 0;

  onMutantTested(result) {
    const name = nameOf(result, 1);
    if (!sample.has(name)) return;
    this.done += 1;
    const [file, place, mutator] = name.split(' ');
    const { status, coveredBy = [], killedBy = [], statusReason: reason } = result;
    console.log(`${this.done} of ${sample.size}: ${status} ${file}:${place.split('-')[0]} ${mutator}`);
    // Where Stryker itself gave up, the tests have said nothing: it is open for the next run.
    if (status === 'Timeout' && !reason) return;
    const [source, tests] = [stamps.sources[file], stamps.tests];
    const entry = {
      name,
      status,
      coveredBy: coveredBy.length,
      killedBy: killedBy[0],
      reason: reason?.slice(0, 200),
      source,
      tests,
    };
    appendFileSync(journal, `${JSON.stringify(entry)}\n`);
  }
}

export const strykerPlugins = [
  { kind: 'TestRunner', name: 'patient-vitest', factory: createPatientRunner },
  { kind: 'Checker', name: 'sample', injectableClass: Sampler },
  { kind: 'Reporter', name: 'journal', injectableClass: Journalist },
];
