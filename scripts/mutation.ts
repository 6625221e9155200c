import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { startEmbedded } from '@morrow/db';
import { isStatic, journalFile, readFirsts, readJournal, type Result, stampsOf } from './mutation/journal.ts';
import { type PartName, parts, sourcesOf } from './mutation/modules.ts';
import { listMutants, sampleOf } from './mutation/mutants.ts';
import { type Figures, printFigures, scoreOf } from './mutation/report.ts';
import { installStryker, runStryker } from './mutation/stryker.ts';

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('not a whole number');
  return Number(value);
}

type Options = {
  seed: number;
  mutants: number;
  minutes: number;
  module: PartName | 'all';
  static?: true;
  fresh?: true;
};

const leastScore = 0.8;

const options = new Command('mutation')
  .description(
    'Breaks the code in one place at a time and looks whether the tests notice, for a sample of all such places. Ends with 1 when fewer than 80 % are noticed.',
  )
  .option('--seed <number>', 'the same seed gives the same sample', wholeNumber, 1)
  .option('--mutants <number>', 'how many of each module', wholeNumber, 200)
  .option('--minutes <number>', 'after which no more are tried', wholeNumber, 120)
  .addOption(
    new Option('--module <name>', 'what is broken').choices([...Object.keys(parts), 'all']).default('all'),
  )
  .option('--static', 'break also what runs only while a file is loaded, which takes all tests each time')
  .option('--fresh', 'forget what earlier runs found out')
  .parse()
  .opts<Options>();

// Stryker ends as if it had been interrupted, too, and what was started here is taken away.
const stopping = new AbortController();
const stop = stopping.signal;
process.once('SIGINT', () => stopping.abort());
// Not AbortSignal.timeout joined by AbortSignal.any: Node 20 may collect it as garbage before its time.
setTimeout(() => stopping.abort(), options.minutes * 60_000).unref();
const names = options.module === 'all' ? (Object.keys(parts) as PartName[]) : [options.module];

async function mutate(part: PartName, databaseUrl: string): Promise<Figures> {
  const mutants = listMutants(sourcesOf(part));
  const chosen = sampleOf(mutants, { seed: options.seed, size: options.mutants });
  const stamps = stampsOf(part);
  if (options.fresh) rmSync(journalFile(part), { force: true });
  const known = readJournal(part, stamps);
  const isOpen = (result: Result | undefined): boolean =>
    result === undefined || (isStatic(result) && options.static === true);
  const open = chosen.filter(({ name }) => isOpen(known.get(name))).map(({ name }) => name);
  console.log(`${part}: ${open.length} of ${chosen.length} mutants to try`);
  if (open.length > 0 && !stop.aborted) {
    const withStatic = options.static === true;
    await runStryker({ part, names: open, stamps, withStatic, databaseUrl, signal: stop }).catch(
      (error: unknown) => {
        if (!stop.aborted) throw error;
      },
    );
  }
  return { part, all: mutants.length, chosen, results: readJournal(part, stamps), firsts: readFirsts(part) };
}

await installStryker();
const folder = mkdtempSync(join(tmpdir(), 'morrow-mutation-'));
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };
const database = await startEmbedded({ dataDir: folder, settings });
try {
  for (const part of names) {
    const figures = await mutate(part, database.url);
    printFigures(figures);
    const isWhole = figures.chosen.every(({ name }) => figures.results.has(name));
    if (!isWhole) console.log('  The sample is not whole: run it again, it goes on.');
    if (!isWhole || scoreOf(figures).score < leastScore) process.exitCode = 1;
  }
} catch (error) {
  // Stryker has said why.
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
}
