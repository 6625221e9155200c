import type { Knex } from '@morrow/db';
import type { Logger } from 'pino';
import { toldOnce } from '../events/poll.ts';
import type { Clock } from '../lib/clock.ts';
import { addMs, hourMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { Vault } from '../lib/vault.ts';

/** How often a process tells what it counted. */
const everyMs = 1000;

export type SharedCounts = {
  /** Notes one request of a caller in the window that ends then (Unix milliseconds). Never waits, and never throws. */
  add: (key: string, endsAt: number) => void;
  /** Tells the other processes what was noted, and adds what they did. One statement, and none where nothing is told. */
  exchange: () => Promise<void>;
  /** Exchanges every second, until `stop`. */
  start: () => void;
  stop: () => Promise<void>;
};

/** `untold` requests of this process since it last told; `told` by it, and `others` that it has added, in this window. */
type Count = { hash: Buffer; endsAt: number; untold: number; told: number; others: number };

/**
 * Adds up what several processes count of one caller, without a statement on the way of any request: each second one
 * statement adds what a process counted to a row for each caller and window, and brings back the sum. So a caller who is
 * spread over n processes may pass its limit by what comes in a second and by n times `from`: a caller who sent less
 * than that to a process in a window is not told of. Where the database fails, each process goes on to count for itself.
 * Callers stand in the database as keyed hashes.
 */
export function createSharedCounts(
  host: { db: Knex; clock: Clock; vault: Vault; log: Logger },
  { from, addOthers }: { from: number; addOthers: (key: string, requests: number) => Promise<void> },
): SharedCounts {
  const counts = new Map<string, Count>();
  let timer: NodeJS.Timeout | undefined;
  let exchanging: Promise<void> | undefined;

  function add(key: string, endsAt: number): void {
    const count = counts.get(key);
    if (count) count.untold += 1;
    else {
      const hash = host.vault.blindIndex('rate_counts.caller', key);
      counts.set(key, { hash, endsAt, untold: 1, told: 0, others: 0 });
    }
  }

  async function exchange(): Promise<void> {
    const now = host.clock.now().getTime();
    for (const [key, { endsAt }] of counts) if (endsAt <= now) counts.delete(key);
    const telling = [...counts].filter(([, { untold, told }]) => untold > 0 && untold + told > from);
    if (telling.length === 0) return;
    const told = telling.map(([key, count]) => ({ key, count, requests: count.untold }));
    const sums = await addUp(
      host.db,
      told.map(({ count, requests }) => ({ ...count, requests })),
    );
    for (const { key, count, requests } of told) {
      count.untold -= requests;
      count.told += requests;
      const others = (sums.get(count.hash.toString('hex')) ?? count.told) - count.told;
      if (others > count.others) await addOthers(key, others - count.others);
      count.others = others;
    }
  }

  const tell = toldOnce(host.log, 'rate limits', 'rate limits could not be shared');

  function exchangeSoon(): void {
    timer = setTimeout(() => {
      exchanging = exchange().then(tell.well, tell.failed).then(exchangeSoon);
    }, everyMs).unref();
  }

  return {
    add,
    exchange,
    start: exchangeSoon,
    async stop() {
      clearTimeout(timer);
      await exchanging;
      clearTimeout(timer);
    },
  };
}

/** The sums by the hash of their caller, in hexadecimal. Rows are taken in one order by all processes. */
async function addUp(
  db: Knex,
  told: readonly { hash: Buffer; endsAt: number; requests: number }[],
): Promise<Map<string, number>> {
  const rows = told.map(({ hash, endsAt, requests }) => ({
    caller: `\\x${hash.toString('hex')}`,
    ends_at: new Date(endsAt).toISOString(),
    requests,
  }));
  const { rows: sums } = await db.raw<{ rows: { caller: string; requests: number }[] }>(
    `insert into rate_counts (caller, ends_at, requests)
     select r.caller, r.ends_at, r.requests
     from jsonb_to_recordset(cast(? as jsonb)) as r (caller bytea, ends_at timestamptz, requests integer)
     order by r.caller, r.ends_at
     on conflict (caller, ends_at) do update set requests = rate_counts.requests + excluded.requests
     returning encode(caller, 'hex') as caller, requests`,
    [JSON.stringify(rows)],
  );
  return new Map(sums.map(({ caller, requests }) => [caller, requests]));
}

/** Forgets windows that ended an hour ago; returns how many rows. */
export async function forgetRateCounts(tx: Tx): Promise<number> {
  return tx.sql('rate_counts').where('ends_at', '<=', addMs(tx.wallNow, -hourMs)).delete();
}
