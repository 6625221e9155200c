import type { Request, RequestHandler } from 'express';
import { GatewayError } from '../lib/errors.ts';
import { localsOf } from './locals.ts';

/** Requests that one process works on at once when the operator says nothing: many times the connections of its pool. */
export const defaultInFlight = 400;

/** Up to which share of all that may be under way a request is taken, and when to come again where it is not. */
type Priority = { share: number; retryAfterSeconds: number };

const first: Priority = { share: 1, retryAfterSeconds: 1 };
const second: Priority = { share: 0.75, retryAfterSeconds: 2 };
const last: Priority = { share: 0.5, retryAfterSeconds: 5 };

/**
 * Bounds how many requests are under way in this process, so that those which were taken end in time and none waits for
 * minutes behind others. Lists go first, then other writes; what moves an order is refused only when nothing else is
 * left to refuse. What was taken is never ended. It only notes the refusal, which `refuseOverload` throws where
 * problems or pages are made of errors.
 */
export function noteOverload(most = defaultInFlight): RequestHandler {
  let underWay = 0;
  return (req, res, next) => {
    const priority = priorityOf(req);
    if (!priority) {
      next();
      return;
    }
    if (underWay >= Math.max(1, Math.floor(most * priority.share))) {
      localsOf(res).overloaded = overloaded(priority);
      next();
      return;
    }
    if (isWaiting(req)) {
      next();
      return;
    }
    let [begun, over] = [false, false];
    // Who sends a body slowly holds no work up, and must not be able to.
    const begin = () => {
      if (begun || over) return;
      begun = true;
      underWay += 1;
    };
    res.once('close', () => {
      over = true;
      if (begun) underWay -= 1;
    });
    if (hasBody(req)) req.once('end', begin);
    else begin();
    next();
  };
}

/** Throws the refusal of a request for which there is no room. */
export const refuseOverload: RequestHandler = (_req, res, next) => {
  const { overloaded: refusal } = localsOf(res);
  if (refusal) throw refusal;
  next();
};

const isRead = ({ method }: Request): boolean =>
  method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** Undefined for those by which others find out whether the process lives, which are always answered. */
function priorityOf(req: Request): Priority | undefined {
  const { path } = req;
  if (path === '/health' || path === '/ready') return undefined;
  if (isRead(req)) return path.startsWith('/c/') ? second : last;
  return /^\/(?:v1\/(?:orders|agreements\/[^/]+\/orders)|c|hooks)(?:\/|$)/.test(path) ? first : second;
}

/** Who waits for events waits without work, for as long as they asked to. */
function isWaiting(req: Request): boolean {
  return req.path === '/v1/events' && req.query.wait !== undefined;
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function overloaded({ retryAfterSeconds }: Priority): GatewayError {
  return new GatewayError('overloaded', {
    detail: 'There are more requests under way than can be answered in time.',
    hint: `Send the same request again in ${retryAfterSeconds} s, a write with the same Idempotency-Key.`,
    retryAfterSeconds,
  });
}
