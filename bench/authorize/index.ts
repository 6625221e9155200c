import { Client } from 'pg';
import type { Benchmark, Measured, Ratio } from '../report.ts';
import { type Round, runRounds, type Sample, type Settings, type Variant } from '../rounds.ts';
import { ordersByAgreement } from './agreements.ts';
import { cpuOf } from './cpu.ts';
import { openFloor } from './floor.ts';
import { startBareProcess } from './gateway.ts';
import { type CpuReader, drain, type Load, measure } from './load.ts';
import { createFunction, textsOf } from './one-call.ts';
import { hasPgbench, layDown, runPgbench } from './pgbench.ts';
import type { Purchase, PurchaseKind } from './purchases.ts';
import { openConnections, signOrder } from './requests.ts';
import { countRows, expectSameWork, type Rows, rowsBetween, rowsOfEach } from './rows.ts';
import { ordersByToken } from './sessions.ts';
import { captureTransaction, type Transaction, valuesFor } from './statements.ts';
import { concurrency, openWorld, origin, type World } from './world.ts';

/** Nothing is known yet of how fast a variant is; afterwards it gets a half more than it last used. */
const firstPurchases = 1500;
const warmUpSeconds = 5;

const kindNames = ['agreement', 'token'] as const;
type KindName = (typeof kindNames)[number];

const openers = { agreement: ordersByAgreement, token: ordersByToken };

const variantNames = {
  gateway: (kind: KindName) => `${kind}: gateway over HTTP`,
  oneByOne: (kind: KindName) => `${kind}: gateway, one by one`,
  bare: (kind: KindName) => `${kind}: bare node:http, same SQL`,
  oneCall: (kind: KindName) => `${kind}: its SQL in one call`,
  pgbench: (kind: KindName) => `${kind}: its SQL in one call, pgbench`,
};

/** One way to an order, with the SQL that the gateway sends for it. */
type Kind = PurchaseKind & { name: KindName; transaction: Transaction; perOrder: Rows };

type Bench = { world: World; settings: Settings; client: Client };

type Parts<Item> = {
  make: (purchase: Purchase) => Item;
  /** Done with all of them before anything is measured. */
  ready?: (items: Item[]) => Promise<void>;
  load: (items: Item[], seconds: number) => Promise<Load>;
  readers: Readonly<Record<string, CpuReader>>;
  /** How many are prepared for each that may be used: more, unless `load` uses all of them. */
  purchasesPerUsed?: number;
};

/** Runs one variant on purchases of its own, prepared outside of the measured time, and checks what it left. */
function variant<Item>(
  { world, settings }: Bench,
  kind: Kind,
  name: string,
  { make, ready, load, readers, purchasesPerUsed = 1.5 }: Parts<Item>,
): Variant & { warmUp: () => Promise<void> } {
  let rate: number | undefined;
  const { progress } = settings;
  const runFor = async (seconds: number): Promise<Sample> => {
    const count = rate === undefined ? firstPurchases : Math.ceil(rate * seconds * purchasesPerUsed);
    progress(`  ${name}: preparing ${count} purchases`);
    const items = (await kind.prepare(count)).map(make);
    await ready?.(items);
    await settle(world);
    const before = await countRows(world);
    progress(`  ${name}: measuring`);
    const all = { ...readers, postgres: world.postgresCpu };
    const sample = await measure(all, () => load(items, seconds));
    expectSameWork(kind.perOrder, sample.done ?? 0, rowsBetween(before, await countRows(world)));
    rate = sample.rate;
    return sample;
  };
  return {
    name,
    run: () => runFor(settings.seconds),
    // However short the runs are: code that was not yet compiled says nothing.
    warmUp: async () => void (await runFor(warmUpSeconds)),
  };
}

/** Lets the database come to rest, so that its upkeep falls into nobody's time. */
async function settle({ context }: World): Promise<void> {
  await context.db.raw('vacuum analyze');
  await context.db.raw('checkpoint');
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Captures the gateway's SQL for this kind of order, and puts it into one call. */
async function toKind({ world, client }: Bench, made: PurchaseKind): Promise<Kind> {
  const purchases = await made.prepare(4);
  const before = await countRows(world);
  const transaction = await captureTransaction(world, purchases);
  const perOrder = rowsOfEach(purchases.length, rowsBetween(before, await countRows(world)));
  await createFunction(client, made.name, transaction);
  return { ...made, name: made.name as KindName, transaction, perOrder };
}

type Closers = (() => Promise<void>)[];

/** The gateway, as it is and with orders one by one, the bare server, and the one call by our driver and, where it is installed, by pgbench. */
async function variantsOf(bench: Bench, kinds: readonly Kind[], closers: Closers) {
  const { world, settings, client } = bench;
  const { signal } = settings;
  const bare = await startBareProcess({
    databaseUrl: world.databaseUrl,
    connections: concurrency,
    origin,
    ownerId: world.merchantId,
    jwk: world.jwk,
    transactions: Object.fromEntries(kinds.map(({ name, transaction }) => [name, transaction])),
  });
  closers.push(bare.stop);
  const gateways = (['gateway', 'oneByOne'] as const).map((name) => ({
    name,
    pid: world[name].pid,
    connections: openConnections(world[name].address),
  }));
  const toBare = openConnections(bare.address);
  closers.push(
    ...gateways.map(
      ({ connections }) =>
        () =>
          connections.close(),
    ),
    () => toBare.close(),
  );
  const variants = [];
  for (const kind of kinds) {
    const { name, transaction } = kind;
    const floor = await openFloor(world.databaseUrl, name);
    closers.push(() => floor.close());
    const sign = (purchase: Purchase) => signOrder(world.key, purchase, name);
    const toCall = (purchase: Purchase) => textsOf(valuesFor(transaction, purchase));
    for (const { name: which, pid, connections } of gateways)
      variants.push(
        variant(bench, kind, variantNames[which](name), {
          make: sign,
          load: (items, seconds) => drain(items, connections.workers, { seconds, signal }),
          readers: { node: () => cpuOf(pid), load: ownCpu },
        }),
      );
    variants.push(
      variant(bench, kind, variantNames.oneCall(name), {
        make: toCall,
        load: (items, seconds) => drain(items, floor.workers, { seconds, signal }),
        readers: { node: ownCpu },
      }),
      variant(bench, kind, variantNames.bare(name), {
        make: sign,
        load: (items, seconds) => drain(items, toBare.workers, { seconds, signal }),
        readers: { node: () => cpuOf(bare.pid), load: ownCpu },
      }),
    );
    if (!hasPgbench()) continue;
    variants.push(
      variant(bench, kind, variantNames.pgbench(name), {
        make: toCall,
        ready: (calls) => layDown(client, calls),
        load: ({ length: calls }) => runPgbench(world.databaseUrl, name, { calls, signal }),
        purchasesPerUsed: 1,
        readers: {},
      }),
    );
  }
  return variants;
}

async function run(settings: Settings): Promise<Measured> {
  settings.progress('starting PostgreSQL, a gateway and a bare server');
  const world = await openWorld();
  const closers: Closers = [world.close];
  try {
    const client = new Client({ connectionString: world.databaseUrl });
    await client.connect();
    closers.push(() => client.end());
    const bench = { world, settings, client };
    const kinds: Kind[] = [];
    for (const name of kindNames)
      if (name === (settings.kind ?? name)) kinds.push(await toKind(bench, await openers[name](world)));
    const variants = await variantsOf(bench, kinds, closers);
    settings.progress('warming up');
    for (const { warmUp } of variants) await warmUp();
    return measured(await runRounds(variants, settings), world, kinds);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

type Figure = (sample: Sample) => number | undefined;

function ratioOf(above: Sample | undefined, below: Sample | undefined, figure: Figure): number | undefined {
  const [one, other] = [above && figure(above), below && figure(below)];
  return one === undefined || !other ? undefined : one / other;
}

function bothCpus({ node, postgres }: Sample): number | undefined {
  return node === undefined || postgres === undefined ? undefined : node + postgres;
}

type Comparison = {
  name: string;
  /** Which gateway; the one as it is unless it says otherwise. */
  above?: 'gateway' | 'oneByOne';
  /** Where there are several, the fastest of the round. */
  below: readonly (keyof typeof variantNames)[];
  figure: Figure;
  goal?: Pick<Ratio, 'goalAtMost' | 'goalAtLeast'>;
};

const comparisons: readonly Comparison[] = [
  {
    name: 'single',
    above: 'oneByOne',
    below: ['oneCall', 'bare'],
    figure: ({ rate }) => rate,
    goal: { goalAtLeast: 0.6 },
  },
  { name: 'batched', below: ['oneCall', 'bare'], figure: ({ rate }) => rate, goal: { goalAtLeast: 0.85 } },
  { name: 'cpu', below: ['bare'], figure: bothCpus, goal: { goalAtMost: 1.3 } },
  { name: 'cpu one by one', above: 'oneByOne', below: ['bare'], figure: bothCpus },
  { name: 'single over pgbench', above: 'oneByOne', below: ['pgbench'], figure: ({ rate }) => rate },
  { name: 'batched over pgbench', below: ['pgbench'], figure: ({ rate }) => rate },
  { name: 'p50', below: ['oneCall'], figure: ({ p50 }) => p50 },
  { name: 'p99', below: ['oneCall'], figure: ({ p99 }) => p99 },
];

/** For each kind of order, and for both the one that is further from the goal. */
function ratiosOf({ name, above = 'gateway', below, figure, goal }: Comparison): Ratio[] {
  const ofKind =
    (kind: KindName) =>
    (round: Round): number | undefined => {
      const gateway = round[variantNames[above](kind)];
      const ratios = below.map((floor) => ratioOf(gateway, round[variantNames[floor](kind)], figure));
      return ratios.includes(undefined) ? undefined : Math.min(...(ratios as number[]));
    };
  const each = kindNames.map((kind): Ratio => ({ name: `${name}, by ${kind}`, of: ofKind(kind) }));
  if (!goal) return each;
  const worst = goal.goalAtMost === undefined ? Math.min : Math.max;
  const of = (round: Round): number | undefined => {
    const known = kindNames.map((kind) => ofKind(kind)(round)).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : worst(...known);
  };
  return [{ name, of, ...goal }, ...each];
}

function measured(rounds: Round[], { durable }: World, kinds: readonly Kind[]): Measured {
  const counts = kinds.map(({ name, transaction }) => `${transaction.statements.length} by ${name}`);
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
    ratios: comparisons.flatMap(ratiosOf),
    notes: [
      `Statements of an order, BEGIN and COMMIT included: ${counts.join(', ')}; ${concurrency} orders are under way at once.`,
      'CPU is per order. The load is this process: it sends what it signed before, and itself is the node of the one call.',
      'One merchant and one funder of the live environment; tables are vacuumed and a checkpoint done before each run.',
      ...(durable
        ? []
        : ['The data lie in memory, so no commit waited for a disk: set TMPDIR to a folder on one.']),
    ],
  };
}

/** An order by agreement and by token through the whole gateway, against its SQL in one call and in a bare server. */
export const authorize: Benchmark = { defaults: { rounds: 5, seconds: 3 }, kinds: kindNames, run };
