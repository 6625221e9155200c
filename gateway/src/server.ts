import { migrate } from '@morrow/db';
import { apiRoutes } from './api/index.ts';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import { startWorker } from './jobs/worker.ts';
import { ensureLiveEnvironment, liveTimeZone } from './merchants/environments.ts';
import { findVerificationKey } from './merchants/keys.ts';
import { pagesRouter } from './pages/router.ts';
import { watchDatabase } from './watch/gauges.ts';
import { serveMetrics } from './watch/serve.ts';
import { mountMockProcessor } from './processor/mock/mount.ts';

export type Gateway = {
  context: Context;
  port: number | undefined;
  metricsPort: number | undefined;
  stop(): Promise<void>;
};

/**
 * Starts a gateway process: migrates the database, then serves HTTP, works behind it, or both, as configured.
 * `stop` lets requests and work in progress end.
 */
export async function startGateway(
  config: Config,
  parts: Parameters<typeof createContext>[1] = {},
): Promise<Gateway> {
  const context = createContext(config, parts);
  await migrate(context.db);
  await ensureLiveEnvironment(context, liveTimeZone);
  const unmountMock = mountMockProcessor(context.db, context.clock);
  const app = createApp(context, {
    routes: apiRoutes(config),
    findKey: (keyid) => findVerificationKey(context, keyid),
    pages: [{ path: '/', router: pagesRouter(context) }],
  });
  const server = config.run === 'worker' ? undefined : await listen(app, config);
  const watched = await startWatching(context);
  const worker = config.run === 'server' ? undefined : await startWorker(context);
  return {
    context,
    port: server?.port,
    metricsPort: watched?.port,
    async stop() {
      await server?.close();
      await worker?.stop();
      await watched?.close();
      unmountMock();
      await context.db.destroy();
    },
  };
}

async function startWatching(context: Context) {
  const { metrics, config, log } = context;
  if (!metrics || !config.metrics) return undefined;
  watchDatabase(metrics, context);
  return serveMetrics(metrics, { ...config.metrics, log });
}
