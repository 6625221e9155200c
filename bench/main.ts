import { parseArgs } from 'node:util';
import { authorize } from './authorize/index.ts';
import { eventFeed } from './event-feed.ts';
import { ledger } from './ledger/index.ts';
import { type Benchmark, printReport, reportOf } from './report.ts';
import { score } from './score.ts';
import { settlementClose } from './settlement-close.ts';
import { signatures } from './signatures.ts';

/** `npm run bench -- <name> [--json] [--rounds n] [--seconds s]`: measures one thing against a floor of the same run. */
const benchmarks: Record<string, Benchmark> = {
  authorize,
  'event-feed': eventFeed,
  ledger,
  score,
  'settlement-close': settlementClose,
  signatures,
};

const usage = `npm run bench -- <${Object.keys(benchmarks).join(' | ')}> [--json] [--rounds n] [--seconds s]`;

function readArguments() {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, rounds: { type: 'string' }, seconds: { type: 'string' } },
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
  return { name, benchmark, rounds, seconds, json: values.json ?? false };
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
const { name, benchmark, rounds, seconds, json } = given;
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => end.abort(new Error(`ended by ${signal}`)));
}
const settings = {
  rounds,
  seconds,
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
