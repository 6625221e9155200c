import type { RequestHandler, Response } from 'express';
import { publishableKeyHeader } from './publishable-key.ts';
import type { Route } from './route.ts';
import { versionHeader } from './versions.ts';

const preflightSeconds = 7200;

/** What a page may read of an answer, besides what every page may. */
const exposed = `Request-Id, Retry-After, RateLimit, RateLimit-Policy, ${versionHeader}`;

/** Whether pages of shops call this route, from their own origins. */
export function isForPages({ auth }: Pick<Route, 'auth'>): boolean {
  return auth === 'publishable' || auth === 'client_token';
}

/**
 * Answers a browser that asks what a page may send. It names neither key nor token yet, so everybody is told the same,
 * from which nothing can be learned; whether a page may read an answer is said with the answer. Cookies never come.
 */
export const answerPreflight: RequestHandler = (_req, res) => {
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Access-Control-Allow-Methods', 'GET, HEAD');
  res.setHeader('Access-Control-Allow-Headers', `Authorization, ${publishableKeyHeader}, ${versionHeader}`);
  res.setHeader('Access-Control-Max-Age', preflightSeconds);
  res.statusCode = 204;
  res.end();
};

/** What decides about the answer, for caches on the way. */
export function varyByPage(res: Response): void {
  res.setHeader('Vary', `Origin, Authorization, ${publishableKeyHeader}`);
}

/** Lets pages of exactly this origin read the answer, also a refusal. */
export function allowPage(res: Response, origin: string): void {
  res.setHeader('Access-Control-Allow-Origin', origin);
  res.setHeader('Access-Control-Expose-Headers', exposed);
}
