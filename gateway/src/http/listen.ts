import { createServer, IncomingMessage, ServerResponse, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { createHttpTerminator } from 'http-terminator';
import { refuseUnreadable } from './unreadable.ts';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle time of usual load balancers, so that they and not we end an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** How often Node looks for requests that are too slow; its own 30 s would let the limits above triple. */
const CHECK_INTERVAL_MS = 5_000;
/** How long requests in progress may take to end when the server is stopped. */
const GRACE_MS = 10_000;

/**
 * A server, not yet listening, whose requests and responses are of Express's own kind from the start.
 *
 * Express calls `Object.setPrototypeOf` on every request and response, which on the V8 of Node 20 gives each its
 * own hidden class, so that every later property access misses its cache: a request then costs five times the CPU.
 * Here the objects already have the prototype that Express would set, and its call changes nothing. They must be
 * real classes (functions with a borrowed prototype are slower), and pages must be mounted as routers: a mounted
 * app would bring a prototype of its own.
 */
export function createHttpServer(app: Express): Server {
  class Req extends IncomingMessage {}
  class Res<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(Req.prototype, app.request);
  Object.setPrototypeOf(Res.prototype, app.response);
  app.request = Req.prototype as Express['request'];
  app.response = Res.prototype as Express['response'];
  const server = createServer(
    {
      IncomingMessage: Req,
      ServerResponse: Res,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      // The app itself does it, with a problem document.
      requireHostHeader: false,
    },
    app,
  );
  refuseUnreadable(server, String(app.locals.origin));
  return server;
}

export type Listening = {
  /** The port that was bound, also when 0 was asked for. */
  port: number;
  /** Tells whoever sends a request from now on that its connection ends with the answer, so that the next goes elsewhere. */
  drain: () => void;
  /** Takes no new connections, lets requests in progress end, and closes what is left after 10 s. */
  close: () => Promise<void>;
};

/** Serves `app` at `host` and `port`; rejects when the port cannot be bound. */
export async function listen(
  app: Express,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = createHttpServer(app);
  server.listen(port, host);
  await once(server, 'listening');
  const terminator = createHttpTerminator({ server, gracefulTerminationTimeout: GRACE_MS });
  return {
    port: (server.address() as AddressInfo).port,
    drain: () =>
      void server.prependListener('request', (_req, res) => void res.setHeader('Connection', 'close')),
    async close() {
      const closed = once(server, 'close');
      // The port first: who connects is refused and goes elsewhere. The terminator would take connections and destroy them.
      server.close();
      await terminator.terminate().catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ERR_SERVER_NOT_RUNNING') throw error;
      });
      await closed;
    },
  };
}
