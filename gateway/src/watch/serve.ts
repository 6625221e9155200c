import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

export type Watched = { port: number; close(): Promise<void> };

/**
 * Serves `/metrics` for Prometheus and `/health` at a port of their own, which the proxy in front does not lead to. A
 * worker, which serves nothing else, is watched by it too.
 */
export async function serveMetrics(
  metrics: Metrics,
  at: { host: string; port: number; log: Logger },
): Promise<Watched> {
  const server = createServer((request, response) => {
    if (request.url === '/health') {
      response.end('up\n');
    } else if (request.url === '/metrics') {
      metrics.registry.metrics().then(
        (text) => response.setHeader('Content-Type', metrics.registry.contentType).end(text),
        (error: unknown) => {
          // Half the figures would look like good news.
          at.log.error({ err: error }, 'the metrics could not be read');
          response.writeHead(503).end();
        },
      );
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(at.port, at.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
