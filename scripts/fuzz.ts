import { Command, InvalidArgumentError } from 'commander';
import cliProgress from 'cli-progress';
import { startFuzzedGateway } from './fuzz/gateway.ts';
import { printResult } from './fuzz/report.ts';
import { fuzz } from './fuzz/run.ts';

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('not a whole number');
  return Number(value);
}

type Options = { requests: number; seed: number; lines: number; only?: string[]; json?: true };

const options = new Command('fuzz')
  .description(
    'Sends generated requests to a gateway of its own, right and nearly right ones, and holds every answer against the contract. Ends with 1 when one does not fit.',
  )
  .option('--requests <number>', 'how many', wholeNumber, 10_000)
  .option('--seed <number>', 'the same seed gives the same requests', wholeNumber, 1)
  .option('--lines <number>', 'requests under way at once', wholeNumber, 4)
  .option('--only <operations...>', 'only these operations of the contract, or framing')
  .option('--json', 'print the result as JSON')
  .parse()
  .opts<Options>();

const gateway = await startFuzzedGateway();
const bar = new cliProgress.SingleBar(
  {
    stream: process.stderr,
    format: 'fuzz {bar} {percentage}% | {value} of {total} | {eta_formatted} left',
    noTTYOutput: false,
  },
  cliProgress.Presets.shades_classic,
);
try {
  if (process.stderr.isTTY) bar.start(options.requests, 0);
  const result = await fuzz(gateway.workshop, { ...options, onProgress: (sent) => bar.update(sent) });
  bar.stop();
  const ended = gateway.process.hasEnded();
  process.exitCode = printResult(result, { errors: gateway.process.errors, ended }, options);
} catch (error) {
  bar.stop();
  for (const line of gateway.process.errors) console.error(JSON.stringify(line));
  console.error(error);
  process.exitCode = 1;
} finally {
  await gateway.stop();
}
