import { countDefaultRows, type Knex } from '@morrow/db';
import { Gauge } from 'prom-client';
import type { Config } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import { defaultCodeRules } from '../shoppers/codes/rules.ts';
import { type Backlog, queueNames, readBacklog } from './backlog.ts';
import type { Metrics } from './metrics.ts';

type Host = { db: Knex; clock: Clock; config: Pick<Config, 'codes'> };
type Pool = { numUsed(): number; numFree(): number; numPendingAcquires(): number };

const kinds = ['live', 'sandbox'] as const;

/** Adds what is read at the moment of a scrape: connections of this process, and the work that waits in the database. */
export function watchDatabase({ registry }: Metrics, host: Host): void {
  registry.registerMetric(connectionsOf(host));
  const read = readOnceAtATime(host);
  registry.registerMetric(
    backlogGauge(read, {
      name: 'morrow_backlog',
      help: 'Pieces of work that are due and not done.',
      valueOf: (row) => row.due,
    }),
  );
  registry.registerMetric(
    backlogGauge(read, {
      name: 'morrow_backlog_oldest_seconds',
      help: 'For how long the oldest piece of work of a queue has been due; 0 when nothing is.',
      valueOf: (row) => row.oldestSeconds,
    }),
  );
  registry.registerMetric(defaultRowsGauge(host));
  registry.registerMetric(codesUsedGauge(host));
}

/** By the fraction, so that an alert needs not know how many codes a day may have. */
function codesUsedGauge({ db, clock, config }: Host): Gauge {
  return new Gauge({
    name: 'morrow_codes_day_used_ratio',
    help: 'One-time codes that live sent today, by UTC, of those that a day may have.',
    registers: [],
    async collect() {
      const day = clock.now().toISOString().slice(0, 10);
      const { perDay } = config.codes ?? defaultCodeRules;
      const row = await db<{ sent: number }>('code_days as d')
        .join('environments as e', 'e.id', 'd.environment_id')
        .where({ 'd.day': day, 'e.kind': 'live' })
        .max<{ sent: number | null }>({ sent: 'd.sent' })
        .first();
      this.set((row?.sent ?? 0) / Math.max(1, perDay));
    },
  });
}

function defaultRowsGauge({ db }: Host): Gauge {
  return new Gauge({
    name: 'morrow_default_partition_rows',
    help: 'Rows, up to 10000, that came when their partition was missing; 0 when partitions are made ahead.',
    labelNames: ['table'],
    registers: [],
    async collect() {
      for (const { table, rows } of await countDefaultRows(db)) this.set({ table }, rows);
    },
  });
}

function connectionsOf({ db }: Host): Gauge {
  return new Gauge({
    name: 'morrow_connections',
    help: 'Connections of the pool in use and free, and queries that wait for one.',
    labelNames: ['state'],
    registers: [],
    collect() {
      const { pool } = db.client as { pool: Pool };
      this.set({ state: 'used' }, pool.numUsed());
      this.set({ state: 'free' }, pool.numFree());
      this.set({ state: 'waiting' }, pool.numPendingAcquires());
    },
  });
}

function backlogGauge(
  read: () => Promise<Backlog[]>,
  { valueOf, ...named }: { name: string; help: string; valueOf: (row: Backlog) => number },
): Gauge {
  return new Gauge({
    ...named,
    labelNames: ['queue', 'environment'],
    registers: [],
    async collect() {
      const waiting = await read();
      for (const queue of queueNames) {
        for (const environment of kinds) {
          const found = waiting.find((row) => row.queue === queue && row.environment === environment);
          this.set({ queue, environment }, found ? valueOf(found) : 0);
        }
      }
    },
  });
}

/** The gauges of one scrape are collected at the same time, and have to tell of the same moment. */
function readOnceAtATime(host: Host): () => Promise<Backlog[]> {
  let reading: Promise<Backlog[]> | undefined;
  return () => {
    reading ??= readBacklog(host).finally(() => (reading = undefined));
    return reading;
  };
}
