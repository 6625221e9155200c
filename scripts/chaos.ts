import { Command, InvalidArgumentError } from 'commander';
import cliProgress from 'cli-progress';
import { lineOf, planOf } from './chaos/plan.ts';
import { printResult } from './chaos/report.ts';
import { chaos } from './chaos/run.ts';

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('not a whole number');
  return Number(value);
}

function minutesOf(value: string): number {
  const minutes = Number(value);
  if (!(minutes > 0 && minutes <= 120)) throw new InvalidArgumentError('not a number of minutes up to 120');
  return minutes;
}

type Options = { seed: number; minutes: number; gateways: number; workers: number; plan?: true };

const options = new Command('chaos')
  .description(
    'Kills, cuts and delays everything around a gateway of its own that is under load, by a plan that the seed gives, and audits what is left. Ends with 1 when something is lost, doubled or out of balance.',
  )
  .option('--seed <number>', 'the same seed and minutes give the same plan', wholeNumber, 1)
  .option('--minutes <number>', 'how long the load lasts', minutesOf, 5)
  .option('--gateways <number>', 'processes that serve', wholeNumber, 3)
  .option('--workers <number>', 'processes that work behind them', wholeNumber, 2)
  .option('--plan', 'only print what would go wrong when')
  .parse()
  .opts<Options>();

const seconds = options.minutes * 60;
for (const fault of planOf({ seed: options.seed, seconds })) console.log(lineOf(fault));
if (!options.plan) {
  const bar = new cliProgress.SingleBar(
    {
      stream: process.stderr,
      format: 'chaos {bar} {value} of {total} s | {faults} faults | {acknowledged} requests acknowledged',
      noTTYOutput: process.env.CI !== undefined,
      notTTYSchedule: 10_000,
    },
    cliProgress.Presets.shades_classic,
  );
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stopping.abort(new Error(`ended by ${signal}`)));
  bar.start(Math.ceil(seconds), 0, { faults: 0, acknowledged: 0 });
  try {
    const result = await chaos({
      ...options,
      seconds,
      signal: stopping.signal,
      onProgress: ({ second, ...values }) =>
        bar.update(Math.min(Math.floor(second), Math.ceil(seconds)), values),
    });
    bar.stop();
    process.exitCode = printResult(result, options.seed);
  } catch (error) {
    bar.stop();
    console.error(`seed ${options.seed}:`, error);
    process.exitCode = 1;
  }
  // Connections that broke on purpose may still be open on this side.
  process.exit();
}
