import { Client } from 'pg';
import { cpuOf } from '../authorize/cpu.ts';
import { drain, measure, type CpuReader, type Worker } from '../authorize/load.ts';
import type { World } from '../authorize/world.ts';
import type { Benchmark, Measured } from '../report.ts';
import { type Round, runRounds, type Sample, type Settings, type Variant } from '../rounds.ts';
import { type Copies, openCopies } from './copies.ts';
import { record, type Recorded } from './record.ts';
import { openReplayer } from './replay.ts';
import { openSender, type Sent } from './send.ts';

const gatewayName = 'gateway over HTTP';
const floorName = 'floor: its SQL alone';
/** How many items stand for a second: there has to be one for each request before the first is sent. */
const itemsPerSecond = 50;
const warmUpItems = 60;
/** Nothing takes longer; a run ends when its items do. */
const mostSeconds = 600;

export type Replayed<Item> = {
  /** What one request does, in the plural, as a column's head. */
  plural: string;
  prepare: (world: World, input: { count: number; signal: AbortSignal }) => Promise<Item[]>;
  /** Made right before it is sent, because a signature holds for some minutes. */
  toRequest: (item: Item, world: World) => Sent;
  /** What it writes to: after all runs, both databases have to have as much of it. */
  tables: readonly string[];
  notes: readonly string[];
};

const ownCpu: CpuReader = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** One thing that is requested of a gateway again and again, against the same statements without the gateway. */
export function replayBenchmark<Item>(given: Replayed<Item>): Benchmark {
  return { defaults: { rounds: 6, seconds: 2 }, run: (settings) => run(given, settings) };
}

async function run<Item>(given: Replayed<Item>, settings: Settings): Promise<Measured> {
  const { rounds, seconds, signal, progress } = settings;
  const perRun = Math.ceil(seconds * itemsPerSecond);
  const count = warmUpItems + rounds * perRun;
  progress(`starting PostgreSQL and preparing ${count} ${given.plural}`);
  const { copies, items } = await openCopies((world) => given.prepare(world, { count, signal }));
  const closers = [copies.close];
  try {
    const toRequest = (item: Item): Sent => given.toRequest(item, copies.world);
    progress('doing them once, to learn their statements');
    const recorded = await record(copies, { items, toRequest, signal });
    const sender = openSender(copies.gateway.address);
    closers.push(() => sender.close());
    const replayer = await openReplayer(copies.replayed);
    closers.push(() => replayer.close());
    const common = { copies, perRun, signal };
    const gateway = variant(common, {
      name: gatewayName,
      all: items,
      make: toRequest,
      worker: sender.send,
      readers: { node: () => cpuOf(copies.gateway.pid), load: ownCpu },
    });
    const floor = variant(common, {
      name: floorName,
      all: recorded,
      make: (statements) => statements,
      worker: replayer.replay,
      readers: { node: ownCpu },
    });
    progress('warming up');
    for (const { warmUp } of [gateway, floor]) await warmUp();
    const measuredRounds = await runRounds([gateway, floor], settings);
    await expectSameRows(copies, given.tables);
    return measured(given, measuredRounds, { copies, recorded, perRun });
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** Takes the next items at each run. */
function variant<Item, Made>(
  { copies, perRun, signal }: { copies: Copies; perRun: number; signal: AbortSignal },
  of: {
    name: string;
    all: readonly Item[];
    make: (item: Item) => Made;
    worker: Worker<Made>;
    readers: Readonly<Record<string, CpuReader>>;
  },
): Variant & { warmUp: () => Promise<unknown> } {
  let taken = 0;
  const runSome = (count: number): Promise<Sample> => {
    const made = of.all.slice(taken, taken + count).map(of.make);
    taken += count;
    const readers = { ...of.readers, postgres: copies.world.postgresCpu };
    return measure(readers, () => drain(made, [of.worker], { seconds: mostSeconds, signal }));
  };
  return { name: of.name, run: () => runSome(perRun), warmUp: () => runSome(warmUpItems) };
}

/** A floor that did less would only look lower. */
async function expectSameRows({ served, replayed }: Copies, tables: readonly string[]): Promise<void> {
  const [one, other] = await Promise.all([served, replayed].map((url) => countRows(url, tables)));
  const odd = tables.find((table) => one?.[table] !== other?.[table]);
  if (odd !== undefined)
    throw new Error(`${odd} has ${one?.[odd]} rows, but ${other?.[odd]} by its SQL alone`);
}

async function countRows(databaseUrl: string, tables: readonly string[]): Promise<Record<string, string>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const counts = tables.map((table) => `(select count(*) from ${table}) as ${table}`);
    const { rows } = await client.query<Record<string, string>>(`select ${counts.join(', ')}`);
    if (!rows[0]) throw new Error('nothing was counted');
    return rows[0];
  } finally {
    await client.end();
  }
}

const figures: Record<string, (sample: Sample) => number | undefined> = {
  CPU: ({ node, postgres }) => (node === undefined || postgres === undefined ? undefined : node + postgres),
  'PostgreSQL CPU': ({ postgres }) => postgres,
  p50: ({ p50 }) => p50,
  p99: ({ p99 }) => p99,
};

function measured<Item>(
  { plural, notes }: Replayed<Item>,
  rounds: Round[],
  { copies, recorded, perRun }: { copies: Copies; recorded: readonly Recorded[]; perRun: number },
): Measured {
  return {
    rounds,
    columns: [
      { key: 'rate', head: `${plural}/s`, digits: 0 },
      { key: 'p50', head: 'p50 ms', digits: 2 },
      { key: 'p99', head: 'p99 ms', digits: 2 },
      { key: 'node', head: 'node CPU ms', digits: 2 },
      { key: 'postgres', head: 'PostgreSQL CPU ms', digits: 2 },
      { key: 'load', head: 'load CPU ms', digits: 2 },
    ],
    ratios: Object.entries(figures).map(([name, figure]) => ({
      name: `gateway / its SQL, by ${name}`,
      of: (round) => {
        const [above, below] = [round[gatewayName], round[floorName]].map(
          (sample) => sample && figure(sample),
        );
        return above === undefined || !below ? undefined : above / below;
      },
    })),
    notes: [
      ...notes,
      `${perRun} requests a run, one after the other; each is ${recorded.at(-1)?.length ?? 0} statements, BEGIN and COMMIT included.`,
      'The floor does the very statements of the same requests on a copy of the database: prepared, a request in one packet.',
      'CPU is per request. The load is this process: it sends requests, and itself is the node of the floor.',
      ...(copies.world.durable
        ? []
        : ['The data lie in memory, so no commit waited for a disk: set TMPDIR to a folder on one.']),
    ],
  };
}
