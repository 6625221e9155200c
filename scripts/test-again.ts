/**
 * Runs the few files that failed in a whole run once more, alone: `tsx scripts/test-again.ts report.json`.
 *
 * Some tests start processes, browsers and servers and wait for them. On a machine that others use as well, one of some
 * thousands may not come in time. A file that fails alone, too, is broken; one that passes is named as unsteady, with what
 * it had said, so that it is looked at and not lost. More than three at once is no accident, and none is run again.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { z } from 'zod';

const mostFiles = 3;

const reportShape = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

const root = resolve(import.meta.dirname, '..');
const [, , path] = process.argv;
if (!path) throw new Error('which report?');
const report = reportShape.parse(JSON.parse(readFileSync(path, 'utf8')));

const failed = report.testResults.filter(({ status }) => status === 'failed');
const files = failed.map(({ name }) => relative(root, name));
if (files.length === 0 || files.length > mostFiles) {
  console.error(`${files.length} files failed: none is run again.`);
  process.exit(1);
}

console.log(`Once more, alone: ${files.join(', ')}`);
const { status } = spawnSync('npx', ['vitest', 'run', '--maxWorkers=1', ...files], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);

for (const { name, message, assertionResults } of failed) {
  const tests = assertionResults.filter((test) => test.status === 'failed');
  console.warn(`UNSTEADY ${relative(root, name)}: failed in the whole run and passed alone.`);
  for (const { fullName, failureMessages } of tests) {
    console.warn(`  ${fullName}\n    ${failureMessages?.[0]?.split('\n')[0] ?? ''}`);
  }
  if (tests.length === 0) console.warn(`  ${message}`);
}
