import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Context } from '../context.ts';
import { GatewayError } from '../lib/errors.ts';
import { isId } from '../lib/ids.ts';
import { authenticateFunder, authenticateMerchant, authenticateNewKey } from './authenticate.ts';
import { answer, type Caller } from './answer.ts';
import { authenticateSession } from './client-token.ts';
import { allowPage, answerPreflight, isForPages, varyByPage } from './cors.ts';
import { listScopeOf, openCursor } from './cursors.ts';
import { endWithEtag } from './etag.ts';
import { groupBy } from './group-by.ts';
import type { FindKey } from './key-cache.ts';
import { parseJsonBody } from './json.ts';
import { type Locals, localsOf } from './locals.ts';
import { bodyTooLarge, notFound } from './problem.ts';
import { authenticateShop, publishableKeyQuery } from './publishable-key.ts';
import { addressOf, type CountRequest, rateLimitsOf } from './rate-limits.ts';
import { type MeetFault, meetFaults, waitForSlowAnswer } from './request-faults.ts';
import { NoFields, type Route, type RouteRequest } from './route.ts';
import type { RequestMessage } from './signatures/message.ts';
import { parseWith, readQuery } from './validation.ts';
import { newestVersion, versionHeader, versionOf } from './versions.ts';

const BODY_MAX_BYTES = 1_048_576;

/** Reads bytes as they came, whatever they are said to be: they are signed, and parsed only afterwards. */
export function readBody(limit: number): RequestHandler {
  const read = express.raw({ type: () => true, limit, inflate: false });
  return (req, res, next) => {
    // The reader would take the whole of it before it refuses.
    if (Number(req.headers['content-length']) > limit) throw bodyTooLarge(limit);
    read(req, res, next);
  };
}

/** Mounts every route at its path; a method that a path does not have is answered with those that it has. */
export function mountRoutes(
  router: Router,
  context: Context,
  routes: readonly Route[],
  findKey: FindKey,
): void {
  const { count } = rateLimitsOf(context);
  const meetFault = meetFaults(context);
  const byPath = groupBy(routes, (route) => route.path);
  const resources = new Map<string, Router>();
  const resourceOf = (path: string): Router => {
    const made = resources.get(firstOf(path)) ?? express.Router({ caseSensitive: true, strict: true });
    resources.set(firstOf(path), made);
    return made;
  };
  // A router holds a path against one route after the other, and there are more than a hundred.
  router.use((req, res, next) => {
    const resource = resources.get(firstOf(req.path));
    if (resource) resource(req, res, next);
    else next();
  });
  // '{' sorts behind all letters and digits, so /v1/orders/reversal comes before /v1/orders/{order_id}.
  for (const path of [...byPath.keys()].toSorted((a, b) => (a < b ? -1 : 1))) {
    const mounted = resourceOf(path).route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    const methods: string[] = [];
    const found = byPath.get(path) ?? [];
    for (const route of found) {
      mounted[route.method](
        readBody(route.upload?.maxBytes ?? BODY_MAX_BYTES),
        serve(context, route, findKey, { count, meetFault }),
      );
      methods.push(...(route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()]));
    }
    if (found.some(isForPages)) mounted.options(answerPreflight);
    mounted.all(refuseMethod(methods.join(', ')));
  }
}

/** The first two parts of a path, which no route leaves open: `/v1/orders`. */
function firstOf(path: string): string {
  return path.split('/', 3).join('/');
}

/** Answers what is not served at a path with the methods that are. */
export function refuseMethod(allowed: string): RequestHandler {
  return (req, res) => {
    res.setHeader('Allow', allowed);
    throw new GatewayError('method_not_allowed', {
      detail: `${req.method} is not served here, but ${allowed}.`,
    });
  };
}

/** Authenticate, parse, do the work, reply. */
function serve(
  context: Context,
  route: Route,
  findKey: FindKey,
  { count, meetFault }: { count: CountRequest; meetFault: MeetFault },
): RequestHandler {
  return async (req, res) => {
    const locals = localsOf(res);
    locals.operationId = route.operationId;
    const message = messageOf(req);
    if (isForPages(route)) varyByPage(res);
    // Also what is refused because of it says by which version it was written.
    res.setHeader(versionHeader, newestVersion);
    res.setHeader(versionHeader, versionOf(message));
    const caller = await authenticate(context, route, message, noting(findKey, locals)).catch(
      async (error: unknown) => {
        // Who cannot say who it is has no key of its own to be counted by.
        if (error instanceof GatewayError) await count(res, 'address', addressOf(req.ip ?? ''));
        throw error;
      },
    );
    if (caller.origin !== undefined) allowPage(res, caller.origin);
    const page = caller.shop ?? caller.session;
    if (page) locals.owner = { environmentId: page.environmentId, merchantId: page.merchantId, kid: null };
    locals.merchantId = caller.merchant?.id ?? page?.merchantId;
    locals.kid = (caller.merchant ?? caller.funder)?.kid;
    await limit(count, req, res, route, caller);
    const fault = await meetFault(route, caller.merchant);
    const callerId = locals.merchantId ?? caller.funder?.id ?? '';
    const list = listScopeOf(route, { callerId, target: message.target });
    const openPosition = list && ((cursor: string) => openCursor(context.vault, list, cursor));
    const request = {
      ...parse(route, req, message, openPosition),
      id: locals.requestId,
      whenClosed: (listener: () => void) => void (res.closed ? listener() : res.once('close', listener)),
    };
    const reply = await answer(context, { route, message, caller, request, list });
    if (reply.replayed) {
      locals.replayed = true;
      res.setHeader('Idempotency-Replayed', 'true');
    }
    if (fault?.after === 'slow') await waitForSlowAnswer();
    if (fault?.after === 'lost') {
      req.socket.destroy();
      return;
    }
    send(req, res, route, reply);
  };
}

/** A merchant's developers look for what was refused because of its signature, too: it names a key of theirs. */
function noting(findKey: FindKey, locals: Locals): FindKey {
  return async (keyid) => {
    const key = await findKey(keyid);
    if (key && isId('mer', key.ownerId))
      locals.owner = { environmentId: key.environmentId, merchantId: key.ownerId, kid: key.kid };
    return key;
  };
}

/** Counts the request by who sent it. Whether the process works may be asked as often as somebody likes. */
async function limit(
  count: CountRequest,
  req: Request,
  res: Response,
  { method, isUnlimited }: Route,
  { merchant, funder, shop }: Caller,
): Promise<void> {
  if (isUnlimited) return;
  const signer = merchant ?? funder;
  if (signer) {
    await count(res, method === 'get' ? 'reads' : 'writes', `${signer.id}/${signer.kid}`);
    return;
  }
  const address = addressOf(req.ip ?? '');
  await count(res, 'address', shop ? `${shop.merchantId} ${address}` : address);
}

function messageOf(req: Request): RequestMessage {
  const { method, originalUrl, headersDistinct } = req;
  // Where there is no body, Express leaves it undefined.
  const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  return { method, target: originalUrl, headersDistinct, body };
}

async function authenticate(
  context: Context,
  route: Route,
  message: RequestMessage,
  findKey: FindKey,
): Promise<Caller> {
  const options = {
    origin: context.config.origins.api,
    wallNow: context.clock.now(),
    write: route.method !== 'get',
  };
  const { auth, scope, operationId } = route;
  if (auth === 'none') return {};
  if (auth === 'publishable') return authenticateShop(context, message);
  if (auth === 'client_token') {
    return authenticateSession(message, {
      vault: context.vault,
      issuer: options.origin,
      wallNow: options.wallNow,
    });
  }
  if (auth === 'new_key') {
    const body = parseJsonBody(message.body, message.headersDistinct['content-type']?.[0]);
    return { newKey: await authenticateNewKey(message, { ...options, body }) };
  }
  if (auth === 'funder') return authenticateFunder(message, { ...options, findKey });
  if (!scope) throw new Error(`${operationId} has no scope`);
  return authenticateMerchant(message, { ...options, findKey, scope });
}

function parse(
  route: Route,
  req: Request,
  message: RequestMessage,
  openPosition: ((cursor: string) => string) | undefined,
): Omit<RouteRequest, 'id' | 'whenClosed'> {
  const params = route.params?.safeParse(req.params);
  if (params?.success === false) throw notFound();
  const query = readQuery(message.target);
  // It said who asks, and is no part of what is asked.
  if (route.auth === 'publishable') delete query[publishableKeyQuery];
  if (openPosition && typeof query.cursor === 'string') query.cursor = openPosition(query.cursor);
  return {
    params: params?.data ?? {},
    query: parseWith(route.query ?? NoFields, query),
    body: parseBody(route, message),
    rawBody: message.body,
    url: message.target,
    headers: req.headers,
    address: req.ip ?? '',
  };
}

function parseBody(route: Route, { body, headersDistinct, method }: RequestMessage): unknown {
  if (route.body) {
    return parseWith(route.body, parseJsonBody(body, headersDistinct['content-type']?.[0]));
  }
  if (route.upload && body.length > 0)
    return requireType(route.upload.types, headersDistinct['content-type']?.[0]);
  if (body.length > 0) {
    throw new GatewayError('body_forbidden', { detail: `This ${method} request must not have a body.` });
  }
  return undefined;
}

function requireType(types: readonly string[], contentType: string | undefined): undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (types.includes(type)) return;
  throw new GatewayError('content_type_unsupported', {
    detail: `The body has to be one of ${types.join(', ')}.`,
  });
}

/** Written at once and not through `res.json`, which would compute an ETag where nothing asks for one. */
function send(
  req: Request,
  res: Response,
  { auth, cacheSeconds }: Route,
  { status, text }: { status: number; text: string },
): void {
  res.statusCode = status;
  res.setHeader('Content-Type', status < 400 ? 'application/json' : 'application/problem+json');
  if (cacheSeconds === undefined) {
    // What is ASCII throughout is the same octets in Latin-1, which are copied and not encoded: a page of a feed is long.
    res.end(text, Buffer.byteLength(text) === text.length ? 'latin1' : 'utf8');
    return;
  }
  res.setHeader('Cache-Control', `${auth === 'none' ? 'public' : 'private'}, max-age=${cacheSeconds}`);
  endWithEtag(req, res, text);
}
