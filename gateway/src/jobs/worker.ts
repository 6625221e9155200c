import { setMaxListeners } from 'node:events';
import { Logger, parseCronItems, type Runner, run } from 'graphile-worker';
import { expireAgreements } from '../agreements/end.ts';
import { expireSessions } from '../checkout/end.ts';
import type { Context } from '../context.ts';
import { sweepEvidence } from '../disputes/evidence/sweep.ts';
import { runEventCheckpoints } from '../events/run-checkpoints.ts';
import { runSequencer } from '../events/run-sequencer.ts';
import { traced } from '../lib/traces.ts';
import type { Tx } from '../lib/tx.ts';
import { liveEnvironmentId, purgeEndedSandboxes } from '../merchants/environments.ts';
import { runNotifications } from '../notifications/run-notifications.ts';
import { runDeliveries } from '../webhooks/run-deliveries.ts';
import { runClocks } from './advance-loop.ts';
import { checkLedgers, recheckLedgers } from './check-ledgers.ts';
import { closeBusinessDay } from './close-business-day.ts';
import { runIdentityChecks } from './identity-checks.ts';
import { inEachEnvironment } from './in-each-environment.ts';
import { keepPartitions } from './partitions.ts';
import { prune } from './prune.ts';
import { runAttempts } from './run-attempts.ts';
import { runFunderAsks } from './run-funder-asks.ts';
import { runCheckpoints } from './run-checkpoints.ts';
import { runProcessorNews, runReconciliation } from './run-reconciliation.ts';
import { runSealer } from './run-sealer.ts';
import { withoutPeople } from './scheduled.ts';
import { createSchedulerPool } from './scheduler-pool.ts';
import { scoreInShadow } from './score-in-shadow.ts';
import { watchFraud } from './watch-fraud.ts';
import { runScenarios } from './scenarios/run-scenarios.ts';

const idleMs = 100;
/** A seal is signed, so there should not be one for each posting. */
const sealerIdleMs = 1000;
/** A processor that does not answer is asked again after five times as long. */
const newsIdleMs = 5_000;

const pinoLevel = { error: 'error', warning: 'warn', info: 'info', debug: 'debug' } as const;

/** What the wall's clock starts, once for all processes together. */
const crontab = [
  // Merchants live in many time zones, so some business date begins at every quarter of an hour.
  { task: 'close_business_day', match: '1,16,31,46 * * * *' },
  // It reads everything: at night where live merchants are.
  { task: 'check_ledgers', match: '12 19 * * *' },
  { task: 'recheck_ledgers', match: '*/10 * * * *' },
  { task: 'expire_sessions', match: '* * * * *' },
  { task: 'prune', match: '7 * * * *' },
  { task: 'keep_partitions', match: '3 * * * *' },
  { task: 'fraud_watch', match: '23 * * * *' },
  { task: 'purge_sandboxes', match: '37 * * * *' },
  { task: 'reconcile', match: '28 * * * *' },
  { task: 'sweep_evidence', match: '43 * * * *' },
  { task: 'score_challengers', match: '52 * * * *' },
];

export type Worker = { stop(): Promise<void> };

/** Starts everything that runs behind requests. Several processes may do so; each piece of work is done by one. */
export async function startWorker(context: Context): Promise<Worker> {
  const stopping = new AbortController();
  // Each loop waits for it, and there are more of them than Node takes for a leak.
  setMaxListeners(0, stopping.signal);
  const options = { signal: stopping.signal, idleMs };
  const loops = [
    runSequencer(context, options),
    runDeliveries(context, options),
    runNotifications(context, options),
    runAttempts(context, options),
    runClocks(context, options),
    runScenarios(context, options),
    runSealer(context, { ...options, idleMs: sealerIdleMs }),
    runFunderAsks(context, { ...options, idleMs: sealerIdleMs }),
    runCheckpoints(context, { ...options, idleMs: sealerIdleMs }),
    runEventCheckpoints(context, { ...options, idleMs: sealerIdleMs }),
    runProcessorNews(context, { ...options, idleMs: newsIdleMs }),
    runIdentityChecks(context, { ...options, idleMs: newsIdleMs }),
  ];
  const scheduler = await startScheduler(context, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await Promise.all([...loops, scheduler.stop()]);
    },
  };
}

/** Ends the checkouts and agreements that nobody confirmed in time; returns how many. */
async function expireWhatIsOpen(tx: Tx): Promise<number> {
  return (await expireSessions(tx)) + (await expireAgreements(tx));
}

type Tasks = Record<string, () => Promise<void>>;

function tracedTasks(context: Context, tasks: Tasks): Tasks {
  const entries = Object.entries(tasks);
  return Object.fromEntries(
    entries.map(([name, task]) => [name, () => traced(context, `task ${name}`, undefined, task)]),
  );
}

async function startScheduler(context: Context, ending: AbortSignal): Promise<{ stop(): Promise<void> }> {
  const { databaseUrl, databaseDirectUrl } = context.config;
  const warn = (error: Error): void =>
    context.log.warn({ err: error }, 'a connection of the scheduler broke');
  const pgPool = createSchedulerPool(databaseDirectUrl ?? databaseUrl, warn);
  const runner: Runner = await run({
    pgPool,
    noHandleSignals: true,
    // What it says of a failed task has the error's own words in it.
    logger: new Logger(
      () => (level, message, meta) => context.log[pinoLevel[level]](meta ?? {}, withoutPeople(message)),
    ),
    pollInterval: 1000,
    parsedCronItems: parseCronItems(crontab.map((item) => ({ ...item, options: { backfillPeriod: 0 } }))),
    taskList: tracedTasks(context, {
      close_business_day: () =>
        closeBusinessDay(context, { environmentId: liveEnvironmentId, access: 'write' }),
      check_ledgers: () => checkLedgers(context),
      recheck_ledgers: () => recheckLedgers(context),
      expire_sessions: async () => void (await inEachEnvironment(context, expireWhatIsOpen)),
      prune: () => prune(context, ending),
      keep_partitions: () => keepPartitions(context),
      fraud_watch: async () => void (await watchFraud(context, liveEnvironmentId)),
      purge_sandboxes: async () => void (await purgeEndedSandboxes(context)),
      reconcile: () => runReconciliation(context, liveEnvironmentId),
      sweep_evidence: async () => void (await sweepEvidence(context)),
      score_challengers: () => scoreInShadow(context),
    }),
  });
  return {
    async stop() {
      await runner.stop();
      await pgPool.end();
    },
  };
}
