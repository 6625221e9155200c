import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Router,
} from 'express';
import helmet from 'helmet';
import type { Context } from '../context.ts';
import { loggableError } from '../lib/log.ts';
import type { FindKey } from './key-cache.ts';
import { localsOf } from './locals.ts';
import { mountRoutes } from './mount.ts';
import { describeApi, type OpenApi } from './openapi.ts';
import { notFound, sendProblem, toGatewayError } from './problem.ts';
import { requestLog } from './request-log.ts';
import type { RequestRecords } from './request-records.ts';
import type { Route } from './route.ts';
import { noteOverload, refuseOverload } from './overload.ts';
import { noPermissions } from './permissions-policy.ts';
import { requireHost } from './unreadable.ts';
import { signResponses } from './sign-responses.ts';

export type AppOptions = {
  routes: readonly Route[];
  /** The active key with this keyid, `<owner's id>/<kid>`, as `createKeys` finds it. */
  findKey: FindKey;
  /**
   * What is served beside the API, each at its path: pages to browsers, and where the processor tells its news. Routers and
   * not apps, see `createHttpServer`; they replace headers that pages need otherwise, and handle the errors that shoppers
   * should see as pages.
   */
  pages?: readonly { path: string; router: Router }[];
  /** Keeps the requests of merchants for their developers; absent, they are not kept. */
  records?: RequestRecords;
  /** Serves the documentation of the contract below /docs. */
  docs?: (contract: OpenApi) => Router;
};

/** The whole gateway over HTTP: pages, API and contract; to be served by `listen`. */
export function createApp(
  context: Context,
  { routes, findKey, pages = [], records, docs }: AppOptions,
): Express {
  const { origins } = context.config;
  const app = express();
  app.disable('x-powered-by');
  // For what is answered before the app is asked.
  app.locals.origin = origins.api;
  app.set('trust proxy', context.config.trustedProxies);
  // What was signed must be what is routed: /V1/orders and /v1/orders/ are other targets.
  app.enable('case sensitive routing');
  app.enable('strict routing');
  if (context.traces) app.use(context.traces.request);
  app.use(requestLog(context.log, context.metrics, records?.note));
  app.use(securityHeaders(origins.api));
  app.use(requireHost);
  app.use(noteOverload(context.config.mostInFlight));
  for (const { path, router } of pages) app.use(path, besideApi(router));
  app.use(refuseOverload);
  const contract = describeApi(routes, origins.api);
  if (docs) app.use(besideApi(docs(contract)));
  app.use(signResponses(context));
  const api = express.Router({ caseSensitive: true, strict: true });
  mountRoutes(api, context, routes, findKey);
  api.get('/openapi.json', serveContract(JSON.stringify(contract)));
  app.use(api);
  app.use(() => {
    throw notFound();
  });
  app.use(refuse(context));
  return app;
}

/** Serves what is not below /v1, which is the API's alone: none of its requests has to be held against every page. */
function besideApi(router: Router): RequestHandler {
  return (req, res, next) => {
    if (req.originalUrl.startsWith('/v1/')) next();
    else router(req, res, next);
  };
}

/** What holds for answers that no browser should render, frame, sniff or keep: the same for all of them. */
function securityHeaders(origin: string): RequestHandler {
  const headers = protectiveHeaders(origin);
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}

/** Helmet is asked once: a request goes through a dozen of its middlewares only to hear the same. */
function protectiveHeaders(origin: string): Map<string, string> {
  const headers = new Map([
    ['Cache-Control', 'no-store'],
    ['Permissions-Policy', noPermissions],
  ]);
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: origin.startsWith('https:'),
  });
  const answer = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  protect({} as Request, answer as never, (error?: unknown) => {
    if (error) throw error;
  });
  return headers;
}

function serveContract(text: string): RequestHandler {
  return (_req, res) => {
    res.setHeader('Content-Type', 'application/json');
    res.end(text);
  };
}

/** Turns what was thrown on the way into a problem. Express knows an error handler by its four parameters. */
function refuse(context: Context): ErrorRequestHandler {
  const { config, log } = context;
  return (error: unknown, _req, res, next) => {
    const problem = toGatewayError(error);
    // That a process which was told to end is not ready is no fault.
    const isFault = problem.status >= 500 && !(context.isEnding === true && problem.code === 'unavailable');
    if (isFault) {
      log.error({ request_id: localsOf(res).requestId, error: loggableError(error) }, problem.code);
    }
    if (res.headersSent) {
      // Half an answer is out; only the end of the connection, which Express brings, tells that it is not whole.
      next(error);
      return;
    }
    sendProblem(res, problem, config.origins.api);
  };
}
