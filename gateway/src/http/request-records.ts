import type { Knex } from '@morrow/db';
import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { addMs } from '../lib/dates.ts';
import { loggableError } from '../lib/log.ts';
import type { MerchantRequest } from './request-log.ts';

export type RequestRecords = {
  /** Takes a request that is over, to be written later. Never waits, and never throws. */
  note: (record: MerchantRequest) => void;
  /** Writes what waits, and whatever was noted until then. Nothing is noted after it. */
  stop: () => Promise<void>;
};

const longestPath = 300;

/**
 * Keeps the requests of merchants behind their answers: noted in memory, written in batches over one connection at a time. Where
 * more comes than can be written, or the database does not take it, requests are left out and counted in the log; what is
 * served to merchants never waits for it. A process that is killed loses what it noted in the last moment.
 */
export function recordRequests(
  host: { db: Knex; clock: Clock; log: Logger },
  { mostWaiting = 2000, everyMs = 250 }: { mostWaiting?: number; everyMs?: number } = {},
): RequestRecords {
  let waiting: Noted[] = [];
  let leftOut = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    const batch = waiting;
    waiting = [];
    await insert(host.db, batch.map(toRow)).catch((error: unknown) => {
      leftOut += batch.length;
      host.log.warn({ error: loggableError(error) }, 'requests could not be recorded');
    });
    if (leftOut > 0) host.log.warn({ left_out: leftOut }, 'requests were not recorded');
    leftOut = 0;
  }

  function begin(): void {
    timer = undefined;
    writing = write().finally(() => {
      writing = undefined;
      if (waiting.length > 0) schedule();
    });
  }

  // While a batch is written, the next one gathers.
  function schedule(): void {
    if (timer === undefined && writing === undefined) timer = setTimeout(begin, everyMs).unref();
  }

  return {
    note(record) {
      if (waiting.length >= mostWaiting) {
        leftOut += 1;
        return;
      }
      waiting.push({ record, overAt: host.clock.now() });
      schedule();
    },
    async stop() {
      await writing;
      clearTimeout(timer);
      if (waiting.length > 0 || leftOut > 0) await write();
    },
  };
}

/** A request, and when its answer was out. */
type Noted = { record: MerchantRequest; overAt: Date };

type Row = {
  environment_id: string;
  merchant_id: string;
  id: string;
  at: string;
  method: string;
  path: string;
  operation: string;
  status: number | null;
  problem: string | null;
  kid: string | null;
  duration_ms: number;
};

function toRow({ record, overAt }: Noted): Row {
  const durationMs = Math.round(record.durationMs);
  return {
    environment_id: record.environmentId,
    merchant_id: record.merchantId,
    id: record.id,
    at: addMs(overAt, -durationMs).toISOString(),
    method: record.method,
    path: record.path.slice(0, longestPath),
    operation: record.operation,
    status: record.status,
    problem: record.problem,
    kid: record.kid,
    duration_ms: durationMs,
  };
}

/** One statement with one parameter, however many there are. A sandbox may have been deleted since. */
async function insert(db: Knex, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await db.raw(
    `insert into api_requests
       (environment_id, merchant_id, id, at, method, path, operation, status, problem, kid, duration_ms)
     select r.environment_id, r.merchant_id, r.id, r.at, r.method, r.path, r.operation, r.status, r.problem, r.kid,
       r.duration_ms
     from jsonb_to_recordset(cast(? as jsonb)) as r (environment_id text, merchant_id text, id text, at timestamptz,
       method text, path text, operation text, status smallint, problem text, kid text, duration_ms integer)
     where exists (select from environments e where e.id = r.environment_id)`,
    [JSON.stringify(rows)],
  );
}
