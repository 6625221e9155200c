import { GatewayError } from '../../lib/errors.ts';

const VISIBLE_ASCII_ORIGIN_FORM = /^\/[\x21-\x7e]*$/;
// Written in WHATWG URLs, a backslash becomes a slash and a fragment vanishes: two readers, two targets.
const READ_DIFFERENTLY = /[\\#]/;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Refuses every request target that some proxy, router or URL parser would rewrite. Nothing is normalized here:
 * what was signed, what was sent and what is routed must be the same characters.
 *
 * @throws GatewayError `target_not_normalized`.
 */
export function checkTarget(target: string): void {
  if (!VISIBLE_ASCII_ORIGIN_FORM.test(target) || READ_DIFFERENTLY.test(target)) {
    throw refusal('is not a path and query of visible ASCII characters');
  }
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  if (path.includes('//')) throw refusal('has an empty path segment');
  if (DOT_SEGMENT.test(path)) throw refusal('has a dot segment');
}

function refusal(reason: string): GatewayError {
  return new GatewayError('target_not_normalized', {
    detail: `The request target ${reason}.`,
    hint: 'Send and sign the path and query exactly as documented, percent-encoding what is not ASCII.',
  });
}
