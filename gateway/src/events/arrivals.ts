import type { Knex } from '@morrow/db';
import type { Logger } from 'pino';
import { toldOnce } from './poll.ts';

/** How long an arrival may go unseen: one query in so long, for all who wait in this process. */
const lookEveryMs = 150;

export type Arrivals = {
  /**
   * Resolves with true when `stream` has a number above `after`, and with false when `signal` aborts or the process
   * is going to end. Waiting takes no connection and no transaction.
   */
  wait(awaited: Awaited, signal: AbortSignal): Promise<boolean>;
  /** How many wait for `stream`. */
  countOf(stream: string): number;
  /** Lets everybody go who waits, and whoever comes later, at once. */
  stop(): void;
};

type Awaited = { environmentId: string; stream: string; after: bigint };
type Waiter = Awaited & { leave: (arrived: boolean) => void };

const known = new WeakMap<Knex, Arrivals>();

/** Those who wait for events in this process; they end with the pool of connections that they share. */
export function arrivalsOf(host: { db: Knex; log: Pick<Logger, 'error' | 'info'> }): Arrivals {
  const arrivals = known.get(host.db) ?? createArrivals(host);
  known.set(host.db, arrivals);
  return arrivals;
}

/**
 * Looks in the table of streams and does not LISTEN: the streams' numbers are there for the sequencer anyway, a look
 * finds what came while the database was away, and it works behind a pooler that knows no sessions.
 */
function createArrivals({ db, log }: Parameters<typeof arrivalsOf>[0]): Arrivals {
  const tell = toldOnce(log, 'arrivals', 'could not look for new events');
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function lookSoon(): void {
    if (timer !== undefined || waiters.size === 0 || stopped) return;
    timer = setTimeout(() => void round(), lookEveryMs);
  }

  async function round(): Promise<void> {
    await look();
    timer = undefined;
    lookSoon();
  }

  async function look(): Promise<void> {
    try {
      const asked = [...waiters];
      const numbers = await readNumbers(db, asked);
      for (const waiter of asked) {
        if ((numbers.get(nameOf(waiter)) ?? 0n) > waiter.after) waiter.leave(true);
      }
      tell.well();
    } catch (error) {
      // Who waits goes on to, until the time that was asked for is over.
      tell.failed(error);
    }
  }

  return {
    wait(awaited, signal) {
      if (stopped || signal.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const giveUp = (): void => waiter.leave(false);
        const waiter: Waiter = {
          ...awaited,
          leave(arrived) {
            waiters.delete(waiter);
            signal.removeEventListener('abort', giveUp);
            resolve(arrived);
          },
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiters.add(waiter);
        lookSoon();
      });
    },
    countOf: (stream) => [...waiters].filter((waiter) => waiter.stream === stream).length,
    stop() {
      stopped = true;
      clearTimeout(timer);
      for (const waiter of waiters) waiter.leave(false);
    },
  };
}

function nameOf({ environmentId, stream }: Pick<Awaited, 'environmentId' | 'stream'>): string {
  return `${environmentId}/${stream}`;
}

async function readNumbers(db: Knex, asked: readonly Awaited[]): Promise<Map<string, bigint>> {
  const { rows } = await db.raw<{
    rows: { environment_id: string; stream: string; last_sequence: bigint }[];
  }>(
    `select s.environment_id, s.stream, s.last_sequence
     from (select distinct * from unnest(?::text[], ?::text[]) as a (environment_id, stream)) asked
     join event_streams s using (environment_id, stream)`,
    [asked.map(({ environmentId }) => environmentId), asked.map(({ stream }) => stream)],
  );
  return new Map(
    rows.map((row) => [nameOf({ environmentId: row.environment_id, stream: row.stream }), row.last_sequence]),
  );
}
