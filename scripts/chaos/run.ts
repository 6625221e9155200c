import { setTimeout as sleep } from 'node:timers/promises';
import { type Endings, newEndings } from './endings.ts';
import { newTally } from './ask.ts';
import { audit, type Verdict } from './audit.ts';
import { type Injected, inject } from './faults.ts';
import { type Load, type Record, trade } from './load.ts';
import { type FaultKind, type PlannedFault, planOf } from './plan.ts';
import { openShop, type Shop } from './shops.ts';
import { startWorld, type World } from './world.ts';

export type ChaosOptions = {
  seed: number;
  /** How long the load lasts, without the start and the end. */
  seconds: number;
  gateways?: number;
  workers?: number;
  shops?: number;
  /** Shoppers that buy in a shop at the same time. */
  shoppers?: number;
  /** Told now and then what has come so far. */
  onProgress?: (progress: { second: number; acknowledged: number; faults: number }) => void;
  /** Only these go wrong; all without. */
  kinds?: readonly FaultKind[];
  /** Ends the run before its time, and everything that was started for it. */
  signal?: AbortSignal;
};

export type ChaosResult = { injected: Injected; record: Record; verdict: Verdict; seconds: number };

/** How long what was begun may take to its end when nothing goes wrong any more. */
const patienceMs = 90_000;

/** These stop and start PostgreSQL, one at a time. */
const oneAtATime: readonly FaultKind[] = ['database_killed', 'disk_full', 'backend_killed'];

/**
 * Runs a gateway of several processes under load while everything that is planned goes wrong, and audits what is left.
 * Ends all that it started, whatever comes of it. Throws the signal's reason when that comes first.
 */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { signal } = options;
  const ends = newEndings();
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const whole = play(options, ends);
  try {
    return await Promise.race([whole, aborted]);
  } finally {
    // What goes on after an abort fails by it.
    whole.catch(() => undefined);
    await ends.run();
  }
}

async function play(options: ChaosOptions, ends: Endings): Promise<ChaosResult> {
  const { seed, seconds, gateways = 3, workers = 2, shops: count = 6, shoppers = 3, kinds } = options;
  const began = performance.now();
  const world = await startWorld({ gateways, workers }, ends);
  const shops = await Promise.all(Array.from({ length: count }, (_, number) => openShop(world, number + 1)));
  const record: Record = { tally: newTally(), orders: [], repayments: [], clockMoves: 0, unanswered: [] };
  const injected: Injected = { done: {}, not: [] };
  const start = performance.now();
  const end = start + seconds * 1000;
  let recovered = Infinity;
  const load: Load = {
    world,
    record,
    isOver: () => performance.now() > end,
    deadline: () => recovered + patienceMs,
  };
  const timer = progress(options, { start, record, injected });
  ends.add(() => clearInterval(timer));
  const trading = Promise.all(
    shops.flatMap((shop) =>
      Array.from({ length: shoppers }, (_, index) =>
        trade(load, shop, seed * 1_000 + shop.number * 10 + index),
      ),
    ),
  );
  // What fails in the midst of it is told at its end.
  trading.catch(() => undefined);
  await injectAll(load, shops, planOf({ seed, seconds, ...(kinds && { kinds }) }), { start, injected });
  await recover(world, end);
  recovered = performance.now();
  await trading;
  const verdict = await audit(world, shops, record);
  return { injected, record, verdict, seconds: (performance.now() - began) / 1000 };
}

function progress(
  { onProgress }: ChaosOptions,
  { start, record, injected }: { start: number; record: Record; injected: Injected },
): NodeJS.Timeout {
  return setInterval(() => {
    const faults = Object.values(injected.done).reduce((sum, each) => sum + each, 0);
    const second = (performance.now() - start) / 1000;
    onProgress?.({ second, acknowledged: record.tally.acknowledged, faults });
  }, 1_000);
}

async function injectAll(
  load: Load,
  shops: readonly Shop[],
  planned: readonly PlannedFault[],
  { start, injected }: { start: number; injected: Injected },
): Promise<void> {
  const { world } = load;
  let last: Promise<unknown> = Promise.resolve();
  const begun: Promise<void>[] = [];
  for (const fault of planned) {
    await sleep(Math.max(0, start + fault.at * 1000 - performance.now()));
    const { kind } = fault;
    const work = oneAtATime.includes(kind)
      ? last.then(() => inject({ load, world, shops, fault }))
      : inject({ load, world, shops, fault });
    if (oneAtATime.includes(kind)) last = work.catch(() => undefined);
    begun.push(work.then((why) => note(injected, kind, why)));
  }
  await Promise.all(begun);
}

function note(injected: Injected, kind: FaultKind, why: string | undefined): void {
  if (why === undefined) injected.done[kind] = (injected.done[kind] ?? 0) + 1;
  else injected.not.push({ kind, why });
}

/** Everything works again. Leases of those that died have run out when the clocks stand a little later. */
async function recover(world: World, end: number): Promise<void> {
  await sleep(Math.max(0, end - performance.now()));
  await world.everybodyUp();
  world.putForward(90_000);
}
