import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { ProblemCode } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Metrics } from '../watch/metrics.ts';
import { localsOf } from './locals.ts';

/** One request to the API that names a merchant, as its developers see it: no body, no header, no query. */
export type MerchantRequest = {
  environmentId: string;
  merchantId: string;
  id: Id<'req'>;
  method: string;
  path: string;
  operation: string;
  /** Null where the connection ended before the answer. */
  status: number | null;
  problem: ProblemCode | null;
  /** The key that the request named; whether it proved it, a status of 401 denies. */
  kid: string | null;
  durationMs: number;
};

/**
 * Gives each request its id, in the header `Request-Id`, and when it is over counts it and writes one line. The line has no body, no
 * header and no query; a path only below /v1/, because the path of a hosted checkout is its secret. `note` is told of those
 * that name a merchant.
 */
export function requestLog(
  log: Logger,
  metrics: Metrics | undefined,
  note?: (request: MerchantRequest) => void,
): RequestHandler {
  return (req, res, next) => {
    const startedMs = performance.now();
    const locals = localsOf(res);
    locals.requestId = newId('req');
    res.setHeader('Request-Id', locals.requestId);
    res.once('close', () => {
      const [path = ''] = req.originalUrl.split('?', 1);
      const durationMs = performance.now() - startedMs;
      metrics?.countRequest({
        operation: locals.operationId,
        method: req.method,
        status: res.statusCode,
        seconds: durationMs / 1000,
        problem: locals.problem,
        replayed: locals.replayed ?? false,
      });
      log.info(
        {
          request_id: locals.requestId,
          method: req.method,
          ...(path.startsWith('/v1/') && { path }),
          operation: locals.operationId,
          status: res.statusCode,
          duration_ms: Math.round(durationMs),
          merchant_id: locals.merchantId,
          kid: locals.kid,
          replayed: locals.replayed,
          problem: locals.problem,
          ...(!res.writableFinished && { aborted: true }),
        },
        'request',
      );
      const { owner, operationId } = locals;
      if (!note || !owner || operationId === undefined) return;
      note({
        ...owner,
        id: locals.requestId,
        method: req.method,
        path,
        operation: operationId,
        status: res.writableFinished ? res.statusCode : null,
        problem: locals.problem ?? null,
        durationMs,
      });
    });
    next();
  };
}
