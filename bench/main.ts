import { parseArgs } from 'node:util';
import { authorize } from './authorize/index.ts';
import { capture } from './capture.ts';
import { checkoutDecision } from './checkout-decision.ts';
import { eventFeed } from './event-feed.ts';
import { growth } from './growth/index.ts';
import { ledger } from './ledger/index.ts';
import { memory } from './memory/index.ts';
import { pages } from './pages.ts';
import { rendering } from './rendering.tsx';
import { type Benchmark, printReport, reportOf } from './report.ts';
import type { Sizes } from './rounds.ts';
import { schedule } from './schedule.ts';
import { score } from './score.ts';
import { settlementClose } from './settlement-close.ts';
import { signatures } from './signatures.ts';

/**
 * `npm run bench -- <name> [--json] [--rounds n] [--seconds s]`: measures one thing against a floor of the same run.
 * docs/performance.md says what each one measures, and which sizes it takes.
 */
const benchmarks: Record<string, Benchmark> = {
  authorize,
  capture,
  'checkout-decision': checkoutDecision,
  'event-feed': eventFeed,
  growth,
  ledger,
  memory,
  pages,
  rendering,
  schedule,
  score,
  'settlement-close': settlementClose,
  signatures,
};

const usage = `npm run bench -- <${Object.keys(benchmarks).join(' | ')}> [--json] [--rounds n] [--seconds s] [--rows n] [--orders n] [--requests n] [--kind agreement | token]`;

function readArguments() {
  const { values, positionals } = parseArgs({
    options: {
      json: { type: 'boolean' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      rows: { type: 'string' },
      orders: { type: 'string' },
      requests: { type: 'string' },
      kind: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [name = '', ...rest] = positionals;
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (!benchmark || rest.length > 0) throw new Error('Name one benchmark.');
  const rounds = Number(values.rounds ?? benchmark.defaults.rounds);
  const seconds = Number(values.seconds ?? benchmark.defaults.seconds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1 on.');
  // What was signed before a run must still be valid at its end.
  if (!(seconds > 0 && seconds <= 120)) throw new Error('--seconds takes a number up to 120.');
  const sizes = readSizes(name, benchmark, values);
  const { kind } = values;
  if (kind !== undefined && !(benchmark.kinds ?? []).includes(kind))
    throw new Error(`${name} has no kind ${kind}.`);
  return { name, benchmark, rounds, seconds, sizes, kind, json: values.json ?? false };
}

function readSizes(name: string, { defaults }: Benchmark, given: Record<string, unknown>): Sizes {
  const sizes: Sizes = { ...defaults.sizes };
  for (const size of ['rows', 'orders', 'requests'] as const) {
    if (given[size] === undefined) continue;
    if (sizes[size] === undefined) throw new Error(`${name} takes no --${size}.`);
    sizes[size] = Number(given[size]);
    if (!Number.isSafeInteger(sizes[size]) || sizes[size] < 1)
      throw new Error(`--${size} takes a whole number from 1 on.`);
  }
  return sizes;
}

function refuse(error: unknown): never {
  console.error(`${(error as Error).message}\n${usage}`);
  process.exit(2);
}

let given;
try {
  given = readArguments();
} catch (error) {
  refuse(error);
}
const { name, benchmark, rounds, seconds, sizes, kind, json } = given;
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => end.abort(new Error(`ended by ${signal}`)));
}
const settings = {
  rounds,
  seconds,
  sizes,
  kind,
  signal: end.signal,
  progress: (text: string) => console.error(text),
};
try {
  const report = reportOf(name, settings, await benchmark.run(settings));
  if (json) console.log(JSON.stringify(report, null, 2));
  else printReport(report);
} catch (error) {
  console.error(end.signal.aborted ? (end.signal.reason as Error).message : error);
  process.exitCode = 1;
}
