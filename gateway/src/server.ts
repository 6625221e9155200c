import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '@morrow/db';
import { apiRoutes } from './api/index.ts';
import { processorHooks } from './api/processor-hooks.ts';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { arrivalsOf } from './events/arrivals.ts';
import { createApp } from './http/app.ts';
import { createDesks } from './http/desks/desks.ts';
import { createKeys, followKeyChanges } from './http/keys.ts';
import { listen } from './http/listen.ts';
import { rateLimitsOf } from './http/rate-limits.ts';
import { recordRequests } from './http/request-records.ts';
import { startWorker } from './jobs/worker.ts';
import { ensureLiveEnvironment, liveEnvironmentId, liveTimeZone } from './merchants/environments.ts';
import { docsRouter } from './pages/docs/routes.ts';
import { pagesRouter } from './pages/router.ts';
import { requireIndexKeys } from './privacy/index-keys.ts';
import { watchDatabase } from './watch/gauges.ts';
import { serveMetrics } from './watch/serve.ts';
import { mountMockProcessor } from './processor/mock/mount.ts';

export type Gateway = {
  context: Context;
  port: number | undefined;
  metricsPort: number | undefined;
  /**
   * Lets requests and work in progress end. Before that, it serves on for the configured time while it says that it is not
   * ready, unless it is to end at once; a second call may say so, too.
   */
  stop(how?: { atOnce?: boolean }): Promise<void>;
};

/**
 * Starts a gateway process: migrates the database, then serves HTTP, works behind it, or both, as configured.
 */
export async function startGateway(
  config: Config,
  parts: Parameters<typeof createContext>[1] = {},
): Promise<Gateway> {
  // Loaded only where it is asked for: nobody else pays for it.
  const traces = config.traces && (await import('./watch/tracing.ts')).startTracing(config.traces);
  const context = createContext(config, { ...parts, traces });
  context.desks = createDesks(context);
  await migrate(context.direct ?? context.db);
  await requireIndexKeys(context);
  await ensureLiveEnvironment(context, liveTimeZone);
  const unmountMock = mountMockProcessor(context.db, context.clock);
  const release = async (): Promise<void> => {
    unmountMock();
    await context.db.destroy();
    await context.direct?.destroy();
    await traces?.close();
  };
  try {
    return await serve(context, release);
  } catch (error) {
    // The first mount answers: left behind, it would answer for whatever this process starts next.
    unmountMock();
    throw error;
  }
}

async function serve(context: Context, release: () => Promise<void>): Promise<Gateway> {
  const { config } = context;
  const keys = createKeys(context);
  const records = recordRequests(context);
  const app = createApp(context, {
    routes: apiRoutes(config),
    findKey: keys.find,
    records,
    pages: [...hooksOf(context), { path: '/', router: pagesRouter(context) }],
    docs: docsRouter,
  });
  const followed = config.run === 'worker' ? undefined : await followKeyChanges(context, keys);
  const server = config.run === 'worker' ? undefined : await listen(app, config);
  if (server) rateLimitsOf(context).shared.start();
  const watched = await startWatching(context);
  const worker = config.run === 'server' ? undefined : await startWorker(context);
  const hurry = new AbortController();
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    context.isEnding = true;
    server?.drain();
    if (server) await serveOn(config.drainSeconds ?? 0, hurry.signal);
    // Who waits for events would otherwise hold up the end for as long as they asked to.
    arrivalsOf(context).stop();
    await server?.close();
    await records.stop();
    await rateLimitsOf(context).shared.stop();
    await followed?.close();
    await worker?.stop();
    await watched?.close();
    await release();
  };
  return {
    context,
    port: server?.port,
    metricsPort: watched?.port,
    stop({ atOnce = false } = {}) {
      if (atOnce) hurry.abort();
      return (ending ??= end());
    },
  };
}

/** A load balancer asks whether we are ready every few seconds only, and sends requests until it has. */
async function serveOn(seconds: number, signal: AbortSignal): Promise<void> {
  if (seconds > 0) await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
}

/** The processor is heard where there is a secret by which to know it. */
function hooksOf(context: Context) {
  const secrets = context.config.stripeWebhookSecrets ?? [];
  if (secrets.length === 0) return [];
  return [{ path: '/hooks', router: processorHooks(context, { environmentId: liveEnvironmentId, secrets }) }];
}

async function startWatching(context: Context) {
  const { metrics, config, log } = context;
  if (!metrics || !config.metrics) return undefined;
  watchDatabase(metrics, context);
  return serveMetrics(metrics, { ...config.metrics, log });
}
