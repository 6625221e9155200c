import { createRandom, type Random } from '../../bench/decade/random.ts';

/** Where a gateway's process kills itself, as SIGKILL does, when it next comes there. */
export const points = [
  'before_commit',
  'before_answer',
  'after_processor',
  'in_numbering',
  'in_delivery',
  'in_clock_walk',
] as const;
export type Point = (typeof points)[number];

/** Everything that a run can do to the gateway, with what it is. */
export const faultKinds = {
  gateway_killed: 'kill -9 of a process that serves',
  worker_killed: 'kill -9 of a process that works',
  killed_before_commit: 'kill -9 when all of an order is sent to the database, and its commit is not',
  killed_before_answer: 'kill -9 between the commit of an order and its answer',
  killed_after_processor: 'kill -9 between what the processor did and the note of it',
  killed_in_numbering: 'kill -9 while events get their numbers',
  killed_in_delivery: 'kill -9 when a webhook is sent and nobody has noted it',
  killed_in_clock_walk: "kill -9 while a sandbox's clock walks",
  backend_killed: 'kill -9 of one process of PostgreSQL, which ends all its connections',
  database_killed: 'PostgreSQL stopped at once, and started again',
  database_cut: 'all connections to PostgreSQL cut',
  database_delayed: 'each packet to and from PostgreSQL late',
  database_half_closed: 'no answers of PostgreSQL any more on connections that still take questions',
  gateway_cut: 'all connections to one gateway cut',
  gateway_delayed: 'each packet to and from one gateway late',
  gateway_half_closed: 'no answers of one gateway any more on connections that still take requests',
  processor_silent: 'the processor does not answer and does nothing',
  processor_late: 'the processor does what it is asked, and the answer is lost',
  processor_twice: 'the processor is asked, and answers, twice',
  receiver_hangs: 'receivers of webhooks take them and do not answer',
  receiver_refuses: 'receivers of webhooks answer 503',
  disk_full: 'not a byte left on the disk of PostgreSQL',
  clock_jumps: "one process's clock is wrong by up to 40 seconds",
} as const;
export type FaultKind = keyof typeof faultKinds;

export type PlannedFault = {
  /** Seconds after the load has begun. */
  at: number;
  kind: FaultKind;
  /** Seconds that it lasts, where it is no matter of a moment. */
  lasts: number;
  /** By which processes, connections and amounts are chosen: from 0 up to 1. */
  chance: number;
};

const lasting: Partial<Record<FaultKind, readonly [least: number, most: number]>> = {
  database_delayed: [0.5, 3],
  gateway_delayed: [0.5, 3],
  receiver_hangs: [0.5, 4],
  receiver_refuses: [0.5, 3],
  disk_full: [0.3, 2],
  clock_jumps: [1, 6],
};

/** How far apart faults are at most; short runs have each kind once, closer together. */
const usualGap = 4;

/**
 * What goes wrong when: each kind once, in some order, and all of them again for as long as the run takes. The same seed,
 * seconds and kinds give the same plan.
 */
export function planOf(input: {
  seed: number;
  seconds: number;
  /** All without. */
  kinds?: readonly FaultKind[];
}): PlannedFault[] {
  const { seed, seconds, kinds = Object.keys(faultKinds) as FaultKind[] } = input;
  const random = createRandom(seed);
  const count = Math.max(kinds.length, Math.round(seconds / usualGap));
  const gap = seconds / count;
  const planned: PlannedFault[] = [];
  while (planned.length < count) {
    for (const kind of shuffled(random, kinds).slice(0, count - planned.length)) {
      const [least, most] = lasting[kind] ?? [0, 0];
      // None lasts so long that the next ones would all fall into it.
      const longest = Math.min(most, Math.max(least, 4 * gap));
      planned.push({
        at: rounded((planned.length + random.next()) * gap),
        kind,
        lasts: rounded(least + random.next() * (longest - least)),
        chance: random.next(),
      });
    }
  }
  return planned;
}

function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

const rounded = (seconds: number): number => Math.round(seconds * 100) / 100;

/** One line of the plan. */
export function lineOf({ at, kind, lasts }: PlannedFault): string {
  const long = lasts > 0 ? `, for ${lasts.toFixed(2)} s` : '';
  return `${at.toFixed(2).padStart(7)} s  ${kind.padEnd(22)} ${faultKinds[kind]}${long}`;
}
