import { setTimeout as sleep } from 'node:timers/promises';
import { type Load, moveClock } from './load.ts';
import type { FaultKind, PlannedFault, Point } from './plan.ts';
import type { Shop } from './shops.ts';
import type { World } from './world.ts';

/** What became of the planned faults. */
export type Injected = {
  done: Partial<Record<FaultKind, number>>;
  /** Those that did not happen, and why. */
  not: { kind: FaultKind; why: string }[];
};

/** How long a process that was told where to die may take to come there: longer while there is still something to do. */
const armedMs = 12_000;
const mostArmedMs = 60_000;

/** How long a kill waits at most for those that were killed before it. */
const upWithinMs = 30_000;

/** Clocks are wrong by up to so much: longer than a lease, shorter than a signature's life. */
const mostOffsetMs = 40_000;

/** What a fault is done to, and by which chance and how long. */
type Target = { load: Load; world: World; shops: readonly Shop[]; fault: PlannedFault };

/** Says why it could not be done. */
type Inject = (target: Target) => Promise<string | undefined>;

/** Lets one planned fault happen, to its end; says why where it could not. */
export const inject = (target: Target): Promise<string | undefined> => how[target.fault.kind](target);

const pick = <Item>({ fault }: Target, items: readonly Item[]): Item =>
  items[Math.floor(fault.chance * items.length)]!;

/** All of them, beginning with the one that chance has chosen. */
const fromChosen = <Item>({ fault }: Target, items: readonly Item[]): Item[] => {
  const first = Math.floor(fault.chance * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
};

/** The chosen gateway may have nobody connected just now: then it happens to the next; returns to how many it did. */
function atOneOf(target: Target, disturb: (proxy: World['databaseProxy']) => number): number {
  for (const { proxy } of fromChosen(target, target.world.gateways)) {
    const count = disturb(proxy);
    if (count > 0) return count;
  }
  return 0;
}

const gatewayOf = (target: Target) => pick(target, target.world.gateways);

const how: Record<FaultKind, Inject> = {
  gateway_killed: (target) => kill(target, target.world.gateways),
  worker_killed: (target) => kill(target, target.world.workers),
  killed_before_commit: dieAt('before_commit'),
  killed_before_answer: dieAt('before_answer'),
  killed_after_processor: dieAt('after_processor'),
  killed_in_numbering: dieAt('in_numbering'),
  killed_in_delivery: dieAt('in_delivery'),
  async killed_in_clock_walk(target) {
    await allUp(target.world);
    const dying = dieAt('in_clock_walk')(target);
    // Clocks move too seldom to wait for it. Whether it is answered is the load's matter.
    const moving = moveClock(target.load, pick(target, target.shops), 2).catch(() => undefined);
    const why = await dying;
    await moving;
    return why;
  },
  backend_killed: async ({ world, fault }) =>
    (await world.database.killBackend(fault.chance)) ? undefined : nobody,
  async database_killed({ world }) {
    await world.database.crash();
    return undefined;
  },
  database_cut: ({ world }) => some(world.databaseProxy.cut()),
  database_half_closed: ({ world }) => some(world.databaseProxy.halfClose()),
  database_delayed: (target) => delay(target, target.world.databaseProxy, 10 + 90 * target.fault.chance),
  gateway_cut: (target) => some(atOneOf(target, (proxy) => proxy.cut())),
  gateway_half_closed: (target) => some(atOneOf(target, (proxy) => proxy.halfClose())),
  gateway_delayed: (target) => delay(target, gatewayOf(target).proxy, 50 + 700 * target.fault.chance),
  processor_silent: (target) => plant(target, 'processor_timeout'),
  processor_late: (target) => plant(target, 'processor_late_answer'),
  async processor_twice({ world }) {
    for (const house of housesOf(world)) house.tell({ twice: 2 });
    return undefined;
  },
  receiver_hangs: (target) => behave(target, 'hangs'),
  receiver_refuses: (target) => behave(target, 'refuses'),
  disk_full: fillDisk,
  clock_jumps: jump,
};

const nobody = 'nobody was connected';

const some = async (count: number): Promise<string | undefined> => (count > 0 ? undefined : nobody);

const housesOf = ({ gateways, workers }: World) => [...gateways, ...workers].map(({ house }) => house);

const lasting = ({ fault }: Target): Promise<void> => sleep(fault.lasts * 1000);

/** On a slow machine, where a start takes long, nothing would be up any more if nobody waited for who was killed before. */
async function allUp(world: World): Promise<void> {
  // Who does not come up at all is found when the run recovers.
  await Promise.race([world.everybodyUp().catch(() => undefined), sleep(upWithinMs)]);
}

async function kill(target: Target, from: World['workers']): Promise<string | undefined> {
  await allUp(target.world);
  const up = from.filter(({ house }) => house.isUp());
  return up.length > 0 && pick(target, up).house.kill() ? undefined : 'none was up';
}

async function delay(target: Target, proxy: World['databaseProxy'], ms: number): Promise<string | undefined> {
  proxy.delay(ms);
  await lasting(target);
  proxy.delay(0);
  return undefined;
}

async function behave(target: Target, manner: 'hangs' | 'refuses'): Promise<string | undefined> {
  const { hooks } = target.world;
  hooks.behave(manner);
  await lasting(target);
  hooks.behave('takes');
  return undefined;
}

/** One that an owner of a sandbox may plant, too. */
async function plant(
  target: Target,
  kind: 'processor_timeout' | 'processor_late_answer',
): Promise<string | undefined> {
  for (let tries = 0; tries < 10; tries += 1) {
    // One whose clock is on its way takes none.
    for (const { morrow } of fromChosen(target, target.shops)) {
      try {
        await morrow.sandbox.faults.create({ kind, times: 2 });
        return undefined;
      } catch {
        await sleep(50);
      }
    }
  }
  return 'no gateway took it';
}

async function jump(target: Target): Promise<string | undefined> {
  const { world, fault } = target;
  const house = pick(target, housesOf(world));
  // The same number decides who it is, so another of its digits says which way.
  const sign = (fault.chance * 1000) % 1 < 0.5 ? -1 : 1;
  house.tell({ offsetMs: world.aheadMs() + sign * Math.round(mostOffsetMs * (0.5 + fault.chance / 2)) });
  await lasting(target);
  house.tell({ offsetMs: world.aheadMs() });
  return undefined;
}

async function fillDisk(target: Target): Promise<string | undefined> {
  const { database } = target.world;
  if (database.noDisk !== undefined) return database.noDisk;
  const free = await database.fillDisk();
  await lasting(target);
  await free();
  return undefined;
}

/** Whoever comes there first dies; the others are told to live on. */
function dieAt(point: Point): Inject {
  return async ({ world, load }) => {
    await allUp(world);
    const houses = housesOf(world);
    const deaths = (): number => houses.reduce((sum, house) => sum + house.diedAt(point), 0);
    const before = deaths();
    const start = performance.now();
    const isLate = (): boolean => performance.now() - start > (load.isOver() ? armedMs : mostArmedMs);
    while (deaths() === before && !isLate()) {
      // Again and again, for those that were started since.
      for (const house of houses) house.tell({ arm: point });
      await sleep(20);
    }
    for (const house of houses) house.tell({ arm: null });
    return deaths() > before ? undefined : 'nobody came there in time';
  };
}
