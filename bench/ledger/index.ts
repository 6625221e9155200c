import { Client } from 'pg';
import { liveEnvironmentId } from '../../gateway/src/merchants/environments.ts';
import { post } from '../../gateway/src/ledger/post.ts';
import * as postings from '../../gateway/src/ledger/postings.ts';
import type { Posting } from '../../gateway/src/ledger/posting.ts';
import { newId } from '../../gateway/src/lib/ids.ts';
import { createRandom } from '../decade/random.ts';
import type { Benchmark, Measured } from '../report.ts';
import type { Round, Sample, Settings } from '../rounds.ts';
import { percentile } from '../statistics.ts';
import { fillLedger, partiesOf } from './fill.ts';
import { type Ledger, type Ledgers, openLedgers } from './world.ts';

const smallTransfers = 10_000;
const middleTransfers = 1_000_000;
const goalAtMost = 1.2;
const warmUpSeconds = 2;

const nameOf = (transfers: number): string => `with ${transfers.toLocaleString('en')} transfers`;
const smallName = nameOf(smallTransfers);
const floorName = 'floor: the same rows into a table without index';

const currency = 'CNY';
const amount = 10_000n;

/** Stores what one business event posts, in a transaction of its own; answers with the last transfer's id. */
type Store = (posts: readonly Posting[]) => Promise<bigint>;

const kinds = ['authorize', 'capture', 'repay'] as const;
type Times = Record<(typeof kinds)[number], number[]>;

/** Where orders are posted to, and how many old ones there are. */
type Place = { name: string; store: Store; orders: number; random: ReturnType<typeof createRandom> };

/**
 * One order in one place: a new one is authorized and captured, and an old one is paid, whose accounts lie anywhere in the
 * table. Notes what each event took, in milliseconds.
 */
async function oneOrder({ store, orders, random }: Place, times: Times): Promise<void> {
  const timed = async (kind: keyof Times, posts: readonly Posting[]): Promise<bigint> => {
    const start = performance.now();
    const id = await store(posts);
    times[kind].push(performance.now() - start);
    return id;
  };
  const parties = { ...partiesOf(random.between(1, orders)), planId: newId('pln'), orderId: newId('ord') };
  const by = { ...parties, currency, subjectId: parties.orderId };
  const id = await timed('authorize', [postings.authorize({ ...by, amount })]);
  const captured = { financed: amount, down: 0n, remainder: 0n, merchantFee: 300n, feeShare: 0n };
  await timed('capture', [
    postings.capture({ ...by, ...captured, subjectId: newId('cap'), pending: { id, amount } }),
  ]);
  const repaid = { ...partiesOf(random.between(1, orders)), currency, subjectId: newId('rep') };
  await timed('repay', [
    postings.repaymentSucceeded({ ...repaid, amount: 2500n }),
    postings.allocate({ ...repaid, fee: 0n, interest: 0n, principal: 2500n, servicingFee: 25n }),
  ]);
}

/**
 * All places in turn, order by order, so that whatever else the machine does meets them alike; each order begins with
 * another one.
 */
async function runRound(places: readonly Place[], seconds: number, signal: AbortSignal): Promise<Round> {
  const taken = places.map((place) => ({ place, times: { authorize: [], capture: [], repay: [] } as Times }));
  const end = performance.now() + seconds * 1000 * places.length;
  for (let turn = 0; turn === 0 || performance.now() < end; turn += 1) {
    signal.throwIfAborted();
    const first = turn % taken.length;
    for (const { place, times } of [...taken.slice(first), ...taken.slice(0, first)])
      await oneOrder(place, times);
  }
  return Object.fromEntries(taken.map(({ place, times }) => [place.name, sampleOf(times)]));
}

function sampleOf(times: Times): Sample {
  const all = kinds.flatMap((kind) => times[kind]);
  const mean = all.reduce((sum, time) => sum + time, 0) / all.length;
  const medians = kinds.map((kind) => [kind, percentile(times[kind], 50)] as const);
  return {
    events: all.length,
    mean,
    p50: percentile(all, 50),
    p99: percentile(all, 99),
    ...Object.fromEntries(medians),
  };
}

const storeIn =
  ({ inTx }: Ledger): Store =>
  (posts) =>
    inTx(async (tx) => {
      let last = 0n;
      for (const posting of posts) last = (await post(tx, posting)).at(-1) ?? 0n;
      return last;
    });

const columns = [
  'posting_id',
  'event',
  'kind',
  'pending_id',
  'debit',
  'credit',
  'currency',
  'amount',
  'subject_id',
];

/** The rows alone, by a bare driver, into a table that has neither index nor trigger. */
async function openFloor(url: string): Promise<{ store: Store; close: () => Promise<void> }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('create table floor_transfers (like ledger_transfers including identity)');
  const insert = async ({ event, subjectId, transfers }: Posting): Promise<bigint> => {
    const postingId = newId('pst');
    const values = transfers.flatMap(({ kind, pendingId, debit, credit, amount: moved }) => [
      postingId,
      event,
      kind,
      pendingId ?? null,
      debit,
      credit,
      currency,
      moved,
      subjectId,
    ]);
    const rows = transfers.map((_, row) => {
      const places = columns.map((_name, column) => `$${row * columns.length + column + 1}`);
      return `('${liveEnvironmentId}', ${places.join(', ')}, now(), now())`;
    });
    const text = `insert into floor_transfers (environment_id, ${columns.join(', ')}, occurred_at, recorded_at)
      values ${rows.join(', ')} returning id`;
    const { rows: stored } = await client.query<{ id: string }>({
      name: `floor_${transfers.length}`,
      text,
      values,
    });
    return BigInt(stored.at(-1)?.id ?? 0);
  };
  return {
    async store(posts) {
      await client.query('begin');
      let last = 0n;
      for (const posting of posts) last = await insert(posting);
      await client.query('commit');
      return last;
    },
    close: () => client.end(),
  };
}

/** The sizes to hold against each other, the smallest first. */
function sizesOf({ sizes }: Settings): number[] {
  const largest = sizes?.rows ?? middleTransfers;
  const all =
    largest > middleTransfers ? [smallTransfers, middleTransfers, largest] : [smallTransfers, largest];
  if (largest <= smallTransfers) throw new Error(`--rows takes more than ${smallTransfers}.`);
  return all;
}

async function openPlaces(ledgers: Ledgers, settings: Settings) {
  const opened: { transfers: number; ledger: Ledger; orders: number }[] = [];
  for (const transfers of sizesOf(settings)) {
    settings.signal.throwIfAborted();
    settings.progress(`filling a ledger with ${transfers.toLocaleString('en')} transfers`);
    const ledger = await ledgers.open(`with_${transfers}`);
    const filled = await fillLedger(ledger.host.db, { environmentId: liveEnvironmentId, transfers });
    opened.push({ transfers, ledger, ...filled });
  }
  const [small] = opened;
  const largest = opened.at(-1);
  if (!small || !largest) throw new Error('a ledger is missing');
  const floor = await openFloor(small.ledger.url);
  const place = (name: string, store: Store, orders: number): Place => ({
    name,
    store,
    orders,
    random: createRandom(7),
  });
  const places = [
    ...opened.map(({ transfers, ledger, orders }) => place(nameOf(transfers), storeIn(ledger), orders)),
    place(floorName, floor.store, small.orders),
  ];
  return { places, floor, largest };
}

async function run(settings: Settings): Promise<Measured> {
  const ledgers = await openLedgers();
  try {
    const { places, floor, largest } = await openPlaces(ledgers, settings);
    try {
      const { db } = largest.ledger.host;
      const { rows: sizes } = await db.raw<{ rows: Size[] }>(
        `select pg_size_pretty(pg_table_size('ledger_transfers')) as "rows",
           pg_size_pretty(pg_total_relation_size('ledger_transfers')) as "all"`,
      );
      await db.raw('checkpoint');
      const { rounds: count, seconds, signal, progress } = settings;
      await runRound(places, warmUpSeconds, signal);
      const rounds: Round[] = [];
      for (let number = 1; number <= count; number += 1) {
        progress(`round ${number} of ${count}`);
        rounds.push(await runRound(places, seconds, signal));
      }
      return measured(rounds, { settings, ledgers, largest: largest.transfers, size: sizes[0] });
    } finally {
      await floor.close();
    }
  } finally {
    await ledgers.close();
  }
}

type Size = { rows: string; all: string };

function measured(
  rounds: Round[],
  of: { settings: Settings; ledgers: Ledgers; largest: number; size: Size | undefined },
): Measured {
  const { settings, ledgers, largest, size } = of;
  const ratio = (name: string, above: string, below: string, figure: 'mean' | 'p50' | 'p99') => ({
    name,
    of: (round: Round) => {
      const [over, under] = [round[above]?.[figure], round[below]?.[figure]];
      return over === undefined || !under ? undefined : over / under;
    },
  });
  const bySize = sizesOf(settings)
    .slice(1)
    .flatMap((transfers) =>
      (['mean', 'p50', 'p99'] as const).map((figure) => ({
        ...ratio(
          `${figure}: ${transfers.toLocaleString('en')} / ${smallTransfers.toLocaleString('en')}`,
          nameOf(transfers),
          smallName,
          figure,
        ),
        ...(figure !== 'p99' && { goalAtMost }),
      })),
    );
  return {
    rounds,
    columns: [
      { key: 'events', head: 'events', digits: 0 },
      { key: 'mean', head: 'mean ms', digits: 2 },
      { key: 'p50', head: 'p50 ms', digits: 2 },
      { key: 'p99', head: 'p99 ms', digits: 2 },
      { key: 'authorize', head: 'authorize p50', digits: 2 },
      { key: 'capture', head: 'capture p50', digits: 2 },
      { key: 'repay', head: 'repay p50', digits: 2 },
    ],
    ratios: [
      ...bySize,
      ratio(`mean: ${smallTransfers.toLocaleString('en')} / floor`, smallName, floorName, 'mean'),
    ],
    notes: [
      'An event is one transaction in the live environment: an authorization (1 transfer), its capture (3), or a repayment',
      'of an old order with its allocation (5), one at a time; all sizes and the floor take turns order by order.',
      `The largest table has ${largest.toLocaleString('en')} transfers: ${size?.rows ?? '?'} of rows, ${size?.all ?? '?'} with indexes.`,
      ...(ledgers.durable
        ? []
        : ['The data lie in memory, so no commit waited for a disk: set TMPDIR to a folder on one.']),
    ],
  };
}

/** What posting costs when the ledger is a hundred times as long, and with `--rows 10000000` a thousand times. */
export const ledger: Benchmark = {
  defaults: { rounds: 9, seconds: 2, sizes: { rows: middleTransfers } },
  run,
};
