import type { Knex } from 'knex';
import { type Ending, type Member, type Outcome, runRound } from './round.ts';
import { type Begun, type Steps, takeSteps, transactEarly, type TxHost, type TxOptions } from './tx.ts';

/** So many transactions are under way at once: while one is written to disk, another one can work. */
const mostRounds = 2;
const defaultTogether = 32;

type Queue = { waiting: Member[]; underWay: number; isDue: boolean };

/** Those who wait for a transaction of this process, by its way to the database. */
const queues = new WeakMap<Knex, Queue>();

/**
 * As `transactEarly`, in a transaction that is shared with whoever came while others were under way; nobody waits for more to
 * come. It saves their beginnings, ends and waits for the disk. Each has environment, clock, actor, errors and answer of its
 * own. What cannot be shared is undone and done again alone, by `transactEarly`: all members where the database refuses
 * one's statement or a lock is not to be had at once; the one that uses the builder, locks what a neighbour has locked
 * (`Tx.apart`), or throws after it has written.
 *
 * @throws what `steps` throw. Where the connection is lost at COMMIT each is told so, as alone.
 */
export async function transactTogether<Early, T>(
  host: TxHost,
  options: TxOptions,
  steps: Steps<Early, T>,
): Promise<T> {
  const { mostTogether = defaultTogether } = host;
  if (mostTogether === 1) return transactEarly(host, options, steps);
  const [started, start] = promised<Begun>();
  const [ended, end, fail] = promised<Ending>();
  // Its work begins behind this promise, and so belongs to its own request for whoever follows that.
  const worked = started
    .then((share) => takeSteps(host, options, steps, share))
    .then(
      (value): Outcome<T> => ({ value }),
      (error: unknown): Outcome<T> => ({ error }),
    )
    .finally(() => {
      member.isOver = true;
    });
  const state = { kept: [], hasWritten: false, leaves: false, isOver: false };
  const member: Member = { start, worked, end, fail, ...state };
  enter(host.db, member, mostTogether);
  const ending = await ended;
  if (ending === 'undone' || member.leaves) return transactEarly(host, options, steps);
  const outcome = await worked;
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

function promised<T>(): [Promise<T>, (value: T) => void, (error: unknown) => void] {
  let keep!: (value: T) => void;
  let fail!: (error: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => {
    keep = resolve;
    fail = reject;
  });
  return [promise, keep, fail];
}

function enter(db: Knex, member: Member, most: number): void {
  const queue = queues.get(db) ?? { waiting: [], underWay: 0, isDue: false };
  queues.set(db, queue);
  queue.waiting.push(member);
  if (queue.isDue) return;
  queue.isDue = true;
  // Behind what has arrived together with it.
  setImmediate(() => {
    queue.isDue = false;
    startRounds(db, queue, most);
  });
}

function startRounds(db: Knex, queue: Queue, most: number): void {
  while (queue.underWay < mostRounds && queue.waiting.length > 0) {
    queue.underWay += 1;
    void runRound(db, queue.waiting.splice(0, most)).finally(() => {
      queue.underWay -= 1;
      startRounds(db, queue, most);
    });
  }
}
