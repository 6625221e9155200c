import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { journalFile, type Stamps, workFolder } from './journal.ts';
import { type PartName, root, sourcesOf, testsOf } from './modules.ts';

const folder = join(root, 'scripts/mutation');
const bin = join(folder, 'node_modules/@stryker-mutator/core/bin/stryker.js');

async function run(
  command: string,
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', killSignal: 'SIGINT', ...options });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

/** Stryker is 170 packages that nothing else here needs, so it is installed by who first mutates something. */
export async function installStryker(): Promise<void> {
  if (existsSync(bin)) return;
  console.error('Installing Stryker beside the project (scripts/mutation/node_modules) ...');
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
}

/** What Stryker is told. It works on a copy, tries all tests once to see which of them run which mutant, and begins. */
function optionsOf({ part, withStatic }: Order): Record<string, unknown> {
  return {
    packageManager: 'npm',
    testRunner: 'patient-vitest',
    plugins: [
      join(folder, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js'),
      join(folder, 'plugin.js'),
    ],
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    mutate: sourcesOf(part),
    checkers: ['sample'],
    reporters: ['journal'],
    coverageAnalysis: 'perTest',
    ignoreStatic: !withStatic,
    concurrency: 1,
    tempDirName: '.data/mutation/copies',
    symlinkNodeModules: false,
    ignorePatterns: ['.data', 'docs/screenshots', '**/dist'],
    disableTypeChecks: false,
    dryRunTimeoutMinutes: 20,
    // Tests have time limits of their own, so that this is only for what ends by none. It leaves room for a run that is
    // stopped on the way, for minutes, and goes on afterwards.
    timeoutMS: 1_800_000,
  };
}

type Order = {
  part: PartName;
  /** Of the mutants to test. */
  names: string[];
  stamps: Stamps;
  /**
   * Whether code that runs only while its file is loaded is mutated as well, such as tables: each such mutant takes all
   * tests, from the beginning.
   */
  withStatic: boolean;
  databaseUrl: string;
  signal: AbortSignal;
};

/** Tests the mutants of these names, and writes a line about each in the part's journal. */
export async function runStryker(order: Order): Promise<void> {
  const { part, names, stamps, databaseUrl, signal } = order;
  const [configFile, orderFile] = [join(workFolder(), 'stryker.json'), join(workFolder(), 'order.json')];
  writeFileSync(configFile, JSON.stringify(optionsOf(order), null, 2));
  writeFileSync(orderFile, JSON.stringify({ root, names, journal: journalFile(part), stamps }));
  const env = {
    ...process.env,
    TEST_DATABASE_URL: databaseUrl,
    MORROW_MUTATION_ORDER: orderFile,
    MORROW_MUTATION_TESTS: JSON.stringify(testsOf(part)),
  };
  try {
    await run(process.execPath, [bin, 'run', configFile], { cwd: root, env, signal });
  } finally {
    rmSync(join(workFolder(), 'copies'), { recursive: true, force: true });
  }
}
