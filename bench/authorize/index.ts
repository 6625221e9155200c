import { Client } from 'pg';
import type { Benchmark, Measured } from '../report.ts';
import { type Round, runRounds, type Sample, type Settings, type Variant } from '../rounds.ts';
import { ordersByAgreement } from './agreements.ts';
import { cpuOf } from './cpu.ts';
import { openFloor } from './floor.ts';
import { type ServingProcess, startBareProcess } from './gateway.ts';
import { type CpuReader, drain, type Load, measure } from './load.ts';
import { createFunction, textsOf } from './one-call.ts';
import { hasPgbench, layDown, runPgbench } from './pgbench.ts';
import type { Purchase, PurchaseKind } from './purchases.ts';
import { comparisons, kindNames, ratiosOf, variantNames, type KindName } from './ratios.ts';
import { openConnections, signOrder } from './requests.ts';
import { countRows, expectSameWork, type Rows, rowsBetween, rowsOfEach } from './rows.ts';
import { ordersByToken } from './sessions.ts';
import { captureTransaction, type Transaction, valuesFor } from './statements.ts';
import { concurrency, openWorld, origin, type World } from './world.ts';

/**
 * A variant is warmed up by so many, or for so long: V8 goes on compiling what a process runs until it has done ten thousand
 * orders, and before that an order costs up to twice as much. Afterwards it gets a half more purchases than it last used.
 */
const firstPurchases = 24_000;
const warmUpSeconds = 60;
/**
 * Each variant runs for so long before it is measured. The others' turns took a minute, in which V8 threw compiled code away
 * that nobody ran, and the checkpoint before has PostgreSQL log every page whole that is touched first.
 */
const runInSeconds = 3;
/**
 * Each server has as many processes as there are cores, as behind a balancer, and so many requests under way at it: two full
 * rounds in work at each process, and as many that wait. The one call has a connection for each of `concurrency`, with which it
 * is fastest.
 */
const processes = 2;
const underWay = 128;

const openers = { agreement: ordersByAgreement, token: ordersByToken };

/** One way to an order, with the SQL that the gateway sends for it. */
type Kind = PurchaseKind & { name: KindName; transaction: Transaction; perOrder: Rows };

type Bench = { world: World; settings: Settings; client: Client };

type Parts<Item> = {
  make: (purchase: Purchase) => Item;
  /** Done with all of them before anything is measured. */
  ready?: (items: Item[]) => Promise<void>;
  load: (items: Item[], seconds: number) => Promise<Load>;
  readers: Readonly<Record<string, CpuReader>>;
  /** Whether `load` uses whatever is prepared, however long that takes. It is then measured from its first. */
  usesAll?: boolean;
};

/** Runs one variant on purchases of its own, prepared outside of the measured time, and checks what it left. */
function variant<Item>(
  { world, settings }: Bench,
  kind: Kind,
  name: string,
  { make, ready, load, readers, usesAll = false }: Parts<Item>,
): Variant & { warmUp: () => Promise<void> } {
  let rate: number | undefined;
  const { progress } = settings;
  const countFor = (seconds: number): number => {
    if (rate === undefined) return firstPurchases;
    return Math.ceil(usesAll ? rate * seconds : rate * (seconds + runInSeconds) * 1.5);
  };
  const runFor = async (seconds: number): Promise<Sample> => {
    const count = countFor(seconds);
    progress(`  ${name}: preparing ${count} purchases`);
    const items = (await kind.prepare(count)).map(make);
    await ready?.(items);
    await settle(world);
    const before = await countRows(world);
    const { done: unmeasured } = usesAll ? { done: 0 } : await load(items, runInSeconds);
    progress(`  ${name}: measuring`);
    const all = { ...readers, postgres: world.postgresCpu };
    const sample = await measure(all, () => load(items.slice(unmeasured), seconds));
    const done = unmeasured + (sample.done ?? 0);
    expectSameWork(kind.perOrder, done, rowsBetween(before, await countRows(world)));
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

async function startSome(count: number, start: () => Promise<ServingProcess>): Promise<ServingProcess[]> {
  const started: ServingProcess[] = [];
  while (started.length < count) started.push(await start());
  return started;
}

/** Unknown where one of them is. */
function sumOf(figures: readonly (number | undefined)[]): number | undefined {
  return figures.reduce(
    (sum, figure) => (sum === undefined || figure === undefined ? undefined : sum + figure),
    0,
  );
}

/** The gateway, as it is and with orders one by one, the bare server, and the one call by our driver and, where it is installed, by pgbench. */
async function variantsOf(bench: Bench, kinds: readonly Kind[], closers: Closers) {
  const { world, settings, client } = bench;
  const { signal } = settings;
  const startBare = async (): Promise<ServingProcess> => {
    const bare = await startBareProcess({
      databaseUrl: world.databaseUrl,
      connections: concurrency,
      origin,
      ownerId: world.merchantId,
      jwk: world.jwk,
      transactions: Object.fromEntries(kinds.map(({ name, transaction }) => [name, transaction])),
    });
    closers.push(bare.stop);
    return bare;
  };
  const servers = {
    gateway: [world.gateway, ...(await startSome(processes - 1, () => world.startAnother()))],
    oneByOne: await startSome(processes, () => world.startAnother({ ORDERS_TOGETHER: '1' })),
    bare: await startSome(processes, startBare),
  };
  const toServers = Object.entries(servers).map(([name, serving]) => ({
    name: name as keyof typeof servers,
    readCpu: () => sumOf(serving.map(({ pid }) => cpuOf(pid))),
    connections: openConnections(
      serving.map(({ address }) => address),
      underWay,
    ),
  }));
  closers.push(
    ...toServers.map(
      ({ connections }) =>
        () =>
          connections.close(),
    ),
  );
  const variants = [];
  for (const kind of kinds) {
    const { name, transaction } = kind;
    const floor = await openFloor(world.databaseUrl, name);
    closers.push(() => floor.close());
    const sign = (purchase: Purchase) => signOrder(world.key, purchase, name);
    const toCall = (purchase: Purchase) => textsOf(valuesFor(transaction, purchase));
    for (const { name: which, readCpu, connections } of toServers)
      variants.push(
        variant(bench, kind, variantNames[which](name), {
          make: sign,
          load: (items, seconds) => drain(items, connections.workers, { seconds, signal }),
          readers: { node: readCpu, load: ownCpu },
        }),
      );
    variants.push(
      variant(bench, kind, variantNames.oneCall(name), {
        make: toCall,
        load: (items, seconds) => drain(items, floor.workers, { seconds, signal }),
        readers: { node: ownCpu },
      }),
    );
    if (!hasPgbench()) continue;
    variants.push(
      variant(bench, kind, variantNames.pgbench(name), {
        make: toCall,
        ready: (calls) => layDown(client, calls),
        load: ({ length: calls }) => runPgbench(world.databaseUrl, name, { calls, signal }),
        usesAll: true,
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
      `Statements of an order, BEGIN and COMMIT included: ${counts.join(', ')}.`,
      `${underWay} requests are under way at once at ${processes} processes of each server, ${concurrency} of the one call.`,
      'CPU is per order. The load is this process: it sends what it signed before, and itself is the node of the one call.',
      `One merchant and one funder of the live environment; tables are vacuumed, a checkpoint is done and ${runInSeconds} seconds go by unmeasured before each run.`,
      ...(durable
        ? []
        : ['The data lie in memory, so no commit waited for a disk: set TMPDIR to a folder on one.']),
    ],
  };
}

/** An order by agreement and by token through the whole gateway, against its SQL in one call and in a bare server. */
export const authorize: Benchmark = { defaults: { rounds: 5, seconds: 3 }, kinds: kindNames, run };
