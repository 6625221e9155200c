import type { Benchmark, Measured, Ratio } from '../report.ts';
import { type Round, runRounds, type Sample, type Settings, type Variant } from '../rounds.ts';
import { cpuOf } from './cpu.ts';
import { openFloor } from './floor.ts';
import { type CpuReader, drain, measure, type Worker } from './load.ts';
import { openConnections, signOrder } from './requests.ts';
import { type Confirmed, confirmTemplate, copySessions } from './sessions.ts';
import { countRows, expectSameWork, type Rows, rowsBetween, rowsOfEach } from './rows.ts';
import { captureTransaction } from './statements.ts';
import { concurrency, openWorld, type World } from './world.ts';

const gatewayName = 'gateway over HTTP';
const floorName = 'floor: its SQL alone';

/** Nothing is known yet of how fast a variant is; afterwards it gets a half more than it last used. */
const firstSessions = 1500;
const sessionsPerUsed = 1.5;
const warmUpSeconds = 3;

type Prepare<Item> = (session: Confirmed) => Item;

type Bench = { world: World; template: string; perOrder: Rows; settings: Settings };

/** Runs one variant on sessions of its own, prepared outside of the measured time, and checks what it left. */
function variant<Item>(
  { world, template, perOrder, settings }: Bench,
  name: string,
  parts: { prepare: Prepare<Item>; workers: readonly Worker<Item>[]; node: CpuReader; load?: CpuReader },
): Variant & { warmUp: () => Promise<void> } {
  let rate: number | undefined;
  const { signal, progress } = settings;
  const { node, load } = parts;
  const runFor = async (seconds: number): Promise<Sample> => {
    const count = rate === undefined ? firstSessions : Math.ceil(rate * seconds * sessionsPerUsed);
    progress(`  ${name}: preparing ${count} sessions`);
    const items = (await copySessions(world, template, count)).map(parts.prepare);
    const before = await countRows(world);
    progress(`  ${name}: measuring`);
    const readers = { node, postgres: world.postgresCpu, ...(load && { load }) };
    const sample = await measure(readers, () => drain(items, parts.workers, { seconds, signal }));
    expectSameWork(perOrder, sample.done ?? 0, rowsBetween(before, await countRows(world)));
    rate = sample.rate;
    return sample;
  };
  return {
    name,
    run: () => runFor(settings.seconds),
    warmUp: async () => void (await runFor(Math.min(warmUpSeconds, settings.seconds))),
  };
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function ratio(name: string, figure: (sample: Sample) => number | undefined): Ratio {
  const of = (round: Round): number | undefined => {
    const [above, below] = [round[gatewayName], round[floorName]].map((sample) => sample && figure(sample));
    return above === undefined || !below ? undefined : above / below;
  };
  return { name: `${name}: gateway / floor`, of };
}

function bothCpus({ node, postgres }: Sample): number | undefined {
  return node === undefined || postgres === undefined ? undefined : node + postgres;
}

async function run(settings: Settings): Promise<Measured> {
  settings.progress('starting PostgreSQL and a gateway');
  const world = await openWorld();
  try {
    const template = await confirmTemplate(world);
    const [first, second] = await copySessions(world, template, 2);
    if (!first || !second) throw new Error('no sessions were copied');
    const before = await countRows(world);
    const transaction = await captureTransaction(world, [first, second]);
    const perOrder = rowsOfEach(2, rowsBetween(before, await countRows(world)));
    const connections = openConnections(world.gateway.address);
    const floor = await openFloor(world.databaseUrl, transaction);
    try {
      const bench = { world, template, perOrder, settings };
      const variants = [
        variant(bench, gatewayName, {
          prepare: (session) => signOrder(world.key, session),
          workers: connections.workers,
          node: () => cpuOf(world.gateway.pid),
          load: ownCpu,
        }),
        variant(bench, floorName, { prepare: transaction.valuesFor, workers: floor.workers, node: ownCpu }),
      ];
      settings.progress('warming up');
      for (const { warmUp } of variants) await warmUp();
      return measured(await runRounds(variants, settings), world, transaction.texts.length);
    } finally {
      await floor.close();
      await connections.close();
    }
  } finally {
    await world.close();
  }
}

function measured(rounds: Round[], { durable }: World, statements: number): Measured {
  return {
    rounds,
    columns: [
      { key: 'rate', head: 'orders/s', digits: 0 },
      { key: 'p50', head: 'p50 ms', digits: 1 },
      { key: 'p99', head: 'p99 ms', digits: 1 },
      { key: 'node', head: 'node CPU ms', digits: 2 },
      { key: 'postgres', head: 'PostgreSQL CPU ms', digits: 2 },
      { key: 'load', head: 'load CPU ms', digits: 2 },
    ],
    ratios: [
      ratio('orders a second', ({ rate }) => rate),
      ratio('p50', ({ p50 }) => p50),
      ratio('p99', ({ p99 }) => p99),
      ratio('CPU of node and PostgreSQL', bothCpus),
      ratio('CPU of PostgreSQL', ({ postgres }) => postgres),
    ],
    notes: [
      `An order is one transaction of ${statements} statements, BEGIN and COMMIT included; ${concurrency} are under way at once.`,
      'CPU is per order. The load is this process: it sends what it signed before, and itself is the node of the floor.',
      'One merchant and one funder of the live environment; tables are vacuumed and a checkpoint done before each run.',
      ...(durable
        ? []
        : ['The data lie in memory, so no commit waited for a disk: set TMPDIR to a folder on one.']),
    ],
  };
}

/** An order by its checkout token through the whole gateway, against the same SQL from a bare driver. */
export const authorize: Benchmark = { defaults: { rounds: 3, seconds: 5 }, run };
