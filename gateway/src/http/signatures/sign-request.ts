import { createHash, sign } from 'node:crypto';
import { serializeInnerList } from 'structured-headers';
import type { GatewayKey } from '../../lib/gateway-key.ts';
import { buildBase, formatBase } from './base.ts';
import type { RequestMessage } from './message.ts';

/** The label of our own signatures on what we send. */
export const REQUEST_LABEL = 'morrow';

/** What we send, in lower-case headers; `url` has neither credentials nor a fragment that counts. */
export type OutgoingRequest = { method: string; url: URL; headers: Record<string, string>; body: string };

/** An outgoing request as whoever receives it, and verifies it, sees it. */
export function toMessage({ method, url, headers, body }: OutgoingRequest): RequestMessage {
  return {
    method,
    target: url.pathname + url.search,
    headersDistinct: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body: Buffer.from(body),
  };
}

/**
 * The request with a Content-Digest, and signed by RFC 9421 with the gateway's key: method, target, digest and each of its
 * `covered` headers.
 */
export function signRequest(
  request: OutgoingRequest,
  { key, wallNow, tag, covered }: { key: GatewayKey; wallNow: Date; tag: string; covered: readonly string[] },
): OutgoingRequest {
  const digest = createHash('sha256').update(request.body).digest('base64');
  const headers = { ...request.headers, 'content-digest': `sha-256=:${digest}:` };
  const names = ['@method', '@target-uri', 'content-digest', ...covered];
  const parameters = new Map<string, string | number>([
    ['created', Math.floor(wallNow.getTime() / 1000)],
    ['keyid', key.kid],
    ['tag', tag],
  ]);
  const input = serializeInnerList([names.map((name) => [name, new Map()]), parameters]);
  const base = buildBase(names, input, toMessage({ ...request, headers }), request.url.origin);
  const signature = sign(null, Buffer.from(formatBase(base), 'latin1'), key.privateKey);
  return {
    ...request,
    headers: {
      ...headers,
      'signature-input': `${REQUEST_LABEL}=${input}`,
      signature: `${REQUEST_LABEL}=:${signature.toString('base64')}:`,
    },
  };
}
