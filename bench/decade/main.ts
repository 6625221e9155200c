import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate, startEmbedded } from '@morrow/db';
import cliProgress from 'cli-progress';
import { readConfig } from '../../gateway/src/config.ts';
import { createContext } from '../../gateway/src/context.ts';
import { printDecade } from './figures.ts';
import { type DayFigures, runDecade } from './run.ts';

/**
 * `npm run decade [-- --plans 5000 --years 10 --seed 1 --minutes 20]`: ten years of business dates of plans of all kinds, with the real
 * sweeps on an embedded PostgreSQL of its own that waits for no disk, and the books balanced each day. Interrupted, or after
 * so many minutes, it prints what it has by then.
 */
const { values } = parseArgs({
  options: {
    plans: { type: 'string', default: '5000' },
    years: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    'most-months': { type: 'string', default: '36' },
    minutes: { type: 'string', default: '600' },
  },
});

function numberOf(name: keyof typeof values): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name} takes a whole number from 1 on.`);
  return process.exit(2);
}

const input = {
  plans: numberOf('plans'),
  years: numberOf('years'),
  seed: numberOf('seed'),
  mostMonths: numberOf('most-months'),
};

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(numberOf('minutes') * 60_000)]);

const folder = await mkdtemp(join(tmpdir(), 'morrow-decade-'));
const masterKeyFile = join(folder, 'master.key');
await writeFile(masterKeyFile, `k1:${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const server = await startEmbedded({ dataDir: folder, settings });
const context = createContext(
  readConfig({
    DATABASE_URL: server.url,
    MASTER_KEY_FILE: masterKeyFile,
    PUBLIC_ORIGIN: 'http://decade.bench',
    LOG_LEVEL: 'error',
  }),
);
/** What a statement of the simulation takes over one that asks for nothing. */
const slowerThanNothing = 2;
const started = performance.now();
const secondsSoFar = (): number => (performance.now() - started) / 1000;
const progress = process.stdout.isTTY ? showBar() : { onDay: printMonth, stop: () => undefined };
try {
  await migrate(context.db);
  await printProjection();
  const decade = await runDecade(context, { ...input, signal, onDay: (day) => progress.onDay(day) });
  progress.stop();
  if (signal.aborted) console.log('\n    ended early: what follows is what was measured by then');
  printDecade(decade, secondsSoFar());
} catch (error) {
  progress.stop();
  console.error(error);
  process.exitCode = 1;
} finally {
  await context.db.destroy();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** By how long this machine takes for a statement now, and about how many statements plans and days have been seen to take. */
async function printProjection(): Promise<void> {
  const [tries, ofPlan, ofDay] = [1000, 530, 32];
  const start = performance.now();
  for (let index = 0; index < tries; index += 1) await context.db.select(1);
  const ms = (performance.now() - start) / tries;
  const statements = input.plans * ofPlan + Math.round((input.years + 1) * 365.25) * ofDay;
  const minutes = (statements * ms * slowerThanNothing) / 60_000;
  console.log(
    `${input.plans} plans over ${input.years} years: about ${statements} statements; an empty one takes ${ms.toFixed(2)} ms ` +
      `now, so ${minutes.toFixed(0)} minutes at this pace`,
  );
}

function showBar() {
  const format = '{bar} {percentage}% | {date} | {open} open, {closed} closed | {duration_formatted}';
  const bar = new cliProgress.SingleBar({ format }, cliProgress.Presets.shades_classic);
  let days = 0;
  bar.start(Math.round(input.years * 365.25), 0, { date: '', open: 0, closed: 0 });
  return {
    onDay({ date, openPlans, closedPlans }: DayFigures): void {
      days += 1;
      // What is left to end after the last sale is beyond the bar.
      bar.setTotal(Math.max(days, Math.round(input.years * 365.25)));
      bar.update(days, { date, open: openPlans, closed: closedPlans });
    },
    stop: () => bar.stop(),
  };
}

/** Where nobody looks on: a line a month. */
function printMonth({ date, openPlans, closedPlans, sweepMs, sweepStatements, idle }: DayFigures): void {
  if (!idle) return;
  console.log(
    `${date}  ${openPlans} open, ${closedPlans} closed, books balanced; ${sweepMs.toFixed(0)} ms in ${sweepStatements} ` +
      `statements, again ${idle.ms.toFixed(0)} ms in ${idle.statements}; ${secondsSoFar().toFixed(0)} s so far`,
  );
}
