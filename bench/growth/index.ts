import { Client } from 'pg';
import { cpuOf } from '../authorize/cpu.ts';
import { drain, measure } from '../authorize/load.ts';
import type { PurchaseKind } from '../authorize/purchases.ts';
import { openConnections, signOrder } from '../authorize/requests.ts';
import { captureTransaction, type Transaction } from '../authorize/statements.ts';
import { concurrency, openWorld, type World } from '../authorize/world.ts';
import { copyDatabase } from '../replay/copies.ts';
import type { Benchmark, Measured, Ratio } from '../report.ts';
import { type Round, runRounds, type Sample, type Settings, type Variant } from '../rounds.ts';
import { buffersOf } from './buffers.ts';
import { fill } from './fill.ts';
import { type KindName, makeTemplate, openKinds, worldOn } from './worlds.ts';

const fewOrders = 100_000;
const manyOrders = 1_000_000;
const goalAtMost = 1.2;
/** Orders that are ready for a second of a run; where they do not last, it ends earlier. */
const ordersPerSecond = 60;
const warmUpSeconds = 2;
const kindNames = Object.keys(openKinds) as KindName[];

/** One database with so many old orders, one way to a new one, and the statements of that. */
type Place = { world: World; kind: PurchaseKind; transaction: Transaction; client: Client };

const nameOf = (kind: KindName, orders: number): string =>
  `${kind}: with ${orders.toLocaleString('en')} orders`;

/** The statement of which the pages grow most, of each way to an order. */
type Growth = Map<string, { text: string; pages: number }[]>;

function variant(
  name: string,
  { world, kind, transaction, client }: Place,
  { settings, growth }: { settings: Settings; growth: Growth },
): Variant & { warmUp: () => Promise<unknown> } {
  const { signal } = settings;
  const runFor = async (seconds: number): Promise<Sample> => {
    const purchases = await kind.prepare(Math.ceil(seconds * ordersPerSecond));
    const items = purchases.map((purchase) => signOrder(world.key, purchase, kind.name));
    await world.context.db.raw('checkpoint');
    const connections = openConnections([world.gateway.address]);
    let sample: Sample;
    try {
      const readers = { node: () => cpuOf(world.gateway.pid), postgres: world.postgresCpu };
      sample = await measure(readers, () => drain(items, connections.workers, { seconds, signal }));
    } finally {
      await connections.close();
    }
    const [purchase] = await kind.prepare(1);
    if (!purchase) throw new Error('nothing was prepared');
    const touched = await buffersOf(client, transaction, purchase);
    growth.set(name, touched);
    return { ...sample, pages: touched.reduce((total, statement) => total + statement.pages, 0) };
  };
  return { name, run: () => runFor(settings.seconds), warmUp: () => runFor(warmUpSeconds) };
}

async function run(settings: Settings): Promise<Measured> {
  const { signal, progress } = settings;
  const largest = settings.sizes?.orders ?? manyOrders;
  if (largest <= fewOrders / 100) throw new Error(`--orders takes more than ${fewOrders / 100}.`);
  // A smaller number tries the benchmark itself.
  const sizes = [Math.min(fewOrders, Math.ceil(largest / 10)), largest];
  progress('starting PostgreSQL and a gateway, and making one order');
  const world = await openWorld();
  const closers = [world.close];
  try {
    const template = await makeTemplate(world, await openKinds.agreement(world));
    const urls = await copyDatabase(world, sizes.length);
    const growth: Growth = new Map();
    const variants = [];
    for (const [index, orders] of sizes.entries()) {
      const url = urls[index] ?? '';
      const client = new Client({ connectionString: url });
      await client.connect();
      closers.push(() => client.end());
      progress(`  filling a database with ${orders.toLocaleString('en')} orders`);
      await fill(url, template, { orders, signal, progress });
      const { world: own, serving } = await worldOn(world, url);
      closers.push(serving.close);
      for (const name of kindNames) {
        const kind = await openKinds[name](own);
        const transaction = await captureTransaction(own, await kind.prepare(4));
        const place = { world: own, kind, transaction, client };
        variants.push(variant(nameOf(name, orders), place, { settings, growth }));
      }
    }
    progress('warming up');
    for (const { warmUp } of variants) await warmUp();
    const rounds = await runRounds(variants, settings);
    return measured(rounds, { sizes, growth, durable: world.durable });
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

const figures: Record<string, (sample: Sample) => number | undefined> = {
  CPU: ({ node, postgres }) => (node === undefined || postgres === undefined ? undefined : node + postgres),
  'PostgreSQL CPU': ({ postgres }) => postgres,
  pages: ({ pages }) => pages,
};

function measured(
  rounds: Round[],
  { sizes, growth, durable }: { sizes: readonly number[]; growth: Growth; durable: boolean },
): Measured {
  const [few = 0, many = 0] = sizes;
  const ratios = kindNames.flatMap((kind) =>
    Object.entries(figures).map(([name, figure]): Ratio => ({
      name: `${kind}: ${many.toLocaleString('en')} / ${few.toLocaleString('en')} orders, by ${name}`,
      goalAtMost,
      of(round) {
        const [above, below] = [many, few].map((orders) => {
          const sample = round[nameOf(kind, orders)];
          return sample && figure(sample);
        });
        return above === undefined || !below ? undefined : above / below;
      },
    })),
  );
  return {
    rounds,
    columns: [
      { key: 'rate', head: 'orders/s', digits: 0 },
      { key: 'p50', head: 'p50 ms', digits: 1 },
      { key: 'p99', head: 'p99 ms', digits: 1 },
      { key: 'node', head: 'node CPU ms', digits: 2 },
      { key: 'postgres', head: 'PostgreSQL CPU ms', digits: 2 },
      { key: 'pages', head: 'pages', digits: 0 },
    ],
    ratios,
    notes: [
      `Old orders are copies of one that was authorized and captured, of as many shoppers, over 400 days and 1,000 merchants,`,
      `in every table that it wrote to; a new one is of a new shopper. ${concurrency} orders are under way at once.`,
      'Pages are what the statements of an order asked for of memory or disk, without checks of foreign keys, as',
      'EXPLAIN (ANALYZE, BUFFERS) tells of one that is rolled back.',
      ...kindNames.flatMap((kind) =>
        grown(kind, [growth.get(nameOf(kind, few)), growth.get(nameOf(kind, many))]),
      ),
      ...(durable ? [] : ['The data lie in memory, so no commit waited for a disk.']),
    ],
  };
}

/** Names the statements whose pages grew, so that one that reads too much is found. */
function grown(
  kind: KindName,
  [few, many]: readonly ({ text: string; pages: number }[] | undefined)[],
): string[] {
  const differences = (many ?? []).map(({ text, pages }, index) => ({
    text: text.replaceAll(/\s+/g, ' ').trim().slice(0, 60),
    from: few?.[index]?.pages ?? 0,
    to: pages,
  }));
  return differences
    .filter(({ from, to }) => to > from * goalAtMost && to - from > 3)
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, 3)
    .map(({ text, from, to }) => `Grew, by ${kind}: from ${from} to ${to} pages: ${text} …`);
}

/** What an authorization costs when there are many orders already; `--orders 10000000` takes long and much disk. */
export const growth: Benchmark = {
  defaults: { rounds: 5, seconds: 4, sizes: { orders: manyOrders } },
  run,
};
