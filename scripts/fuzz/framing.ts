import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

/** Octets for a connection of their own, which may be HTTP or not. */
export type FramingPlan = {
  name: string;
  text: string;
  /** How many answers come at most. */
  answers: number;
  /** Whether the connection is half closed after that. */
  ends: boolean;
};

const host = 'Host: a\r\n';

function of(name: string, text: string, more: Partial<FramingPlan> = {}): FramingPlan {
  return { name, text, answers: 1, ends: false, ...more };
}

const post = `POST /v1/orders HTTP/1.1\r\n${host}`;

const fixed: readonly FramingPlan[] = [
  of('two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`),
  of('two equal lengths', `${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`),
  of('length and chunks', `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  of('chunks twice', `${post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`),
  of('chunks not last', `${post}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`),
  of('unknown encoding', `${post}Transfer-Encoding: x\r\n\r\n0\r\n\r\n`),
  of('spaced encoding', `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`),
  of('signed length', `${post}Content-Length: +2\r\n\r\n{}`),
  of('negative length', `${post}Content-Length: -2\r\n\r\n{}`),
  of('length in hexadecimal', `${post}Content-Length: 0x2\r\n\r\n{}`),
  of('list of lengths', `${post}Content-Length: 2, 2\r\n\r\n{}`),
  of('huge length', `${post}Content-Length: 99999999999999999999999\r\n\r\n{}`),
  of('length over the limit', `${post}Content-Length: 9000000000\r\n\r\n{}`),
  of('wrong chunk size', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n`),
  of('huge chunk size', `${post}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nab\r\n0\r\n\r\n`),
  of(
    'chunk extension',
    `${post}Transfer-Encoding: chunked\r\n\r\n2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
  ),
  of(
    'trailers',
    `${post}Transfer-Encoding: chunked\r\nTrailer: signature\r\n\r\n2\r\n{}\r\n0\r\nSignature: a=:AA:\r\n\r\n`,
  ),
  of('half a body', `${post}Content-Length: 10\r\n\r\n{}`, { ends: true }),
  of('half a chunk', `${post}Transfer-Encoding: chunked\r\n\r\n9\r\n{}`, { ends: true }),
  of('half a header', `${post}Sig`, { ends: true }),
  of('line feeds only', 'GET /health HTTP/1.1\nHost: a\n\n', { ends: true }),
  of('folded header', `GET /health HTTP/1.1\r\n${host}A: b\r\n c\r\n\r\n`),
  of('space before colon', `GET /health HTTP/1.1\r\n${host}A : b\r\n\r\n`),
  of('no header name', `GET /health HTTP/1.1\r\n${host}: b\r\n\r\n`),
  of('no colon', `GET /health HTTP/1.1\r\n${host}abc\r\n\r\n`),
  of('zero in a header', `GET /health HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`),
  of('Latin-1 in a header', `GET /health HTTP/1.1\r\n${host}A: b\u00FFc\r\n\r\n`),
  of('carriage return in a header', `GET /health HTTP/1.1\r\n${host}A: b\rc\r\n\r\n`),
  of('no host', 'GET /health HTTP/1.1\r\n\r\n'),
  of('two hosts', `GET /health HTTP/1.1\r\n${host}${host}\r\n`),
  of('empty host', 'GET /health HTTP/1.1\r\nHost:\r\n\r\n'),
  of('HTTP/1.0', 'GET /health HTTP/1.0\r\n\r\n'),
  of('HTTP/1.0 kept alive', 'GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'),
  of(
    'HTTP/1.0 in chunks',
    'POST /v1/orders HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    { ends: true },
  ),
  of('HTTP/0.9', 'GET /health\r\n\r\n', { ends: true }),
  of('HTTP/1.2', `GET /health HTTP/1.2\r\n${host}\r\n`),
  of('HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  of('HTTP/9.9', `GET /health HTTP/9.9\r\n${host}\r\n`),
  of('TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003', { ends: true }),
  of('nothing', '', { ends: true }),
  of('empty lines first', `\r\n\r\nGET /health HTTP/1.1\r\n${host}\r\n`),
  of('unknown method', `FOO /health HTTP/1.1\r\n${host}\r\n`),
  of('small method', `get /health HTTP/1.1\r\n${host}\r\n`),
  of('CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', { ends: true }),
  of('OPTIONS *', `OPTIONS * HTTP/1.1\r\n${host}\r\n`),
  of('whole address', `GET http://a/health HTTP/1.1\r\n${host}\r\n`),
  of('another host', `GET http://evil.example/v1/orders HTTP/1.1\r\n${host}\r\n`),
  of('space in the target', `GET /health /x HTTP/1.1\r\n${host}\r\n`),
  of('tab in the target', `GET /hea\tlth HTTP/1.1\r\n${host}\r\n`),
  of('octets in the target', `GET /v1/orders/\u00C3\u00A9\u00FF HTTP/1.1\r\n${host}\r\n`),
  of('no target', `GET  HTTP/1.1\r\n${host}\r\n`),
  of('target without slash', `GET health HTTP/1.1\r\n${host}\r\n`),
  of('fragment', `GET /health#a HTTP/1.1\r\n${host}\r\n`),
  of('long target', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`),
  of('large headers', `GET /health HTTP/1.1\r\n${host}A: ${'a'.repeat(20_000)}\r\n\r\n`),
  of('many headers', `GET /health HTTP/1.1\r\n${host}${'A: b\r\n'.repeat(2_100)}\r\n`),
  of('expects to go on', `${post}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}`),
  of('expects something else', `${post}Content-Length: 2\r\nExpect: the-unexpected\r\n\r\n{}`),
  of(
    'upgrade',
    `GET /health HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AA==\r\n\r\n`,
  ),
  of(
    'upgrade to HTTP/2',
    `GET /health HTTP/1.1\r\n${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n`,
  ),
  of('connection names headers', `GET /health HTTP/1.1\r\n${host}Connection: signature, host\r\n\r\n`),
  of('pipelined', `GET /health HTTP/1.1\r\n${host}\r\n`.repeat(5), { answers: 5 }),
  of(
    'pipelined behind a write',
    `${post}Content-Length: 2\r\nContent-Type: application/json\r\n\r\n{}GET /nothing HTTP/1.1\r\n${host}\r\n`,
    { answers: 2 },
  ),
];

/** Requests whose framing is wrong or unusual, and octets that are no request. */
export const framingPlans: Arbitrary<FramingPlan> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...fixed) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...fixed), fc.nat({ max: 120 }), fc.nat({ max: 255 }))
      .map(([plan, at, octet]) => ({
        ...plan,
        name: `${plan.name}, an octet changed`,
        text: plan.text.slice(0, at) + String.fromCodePoint(octet) + plan.text.slice(at + 1),
        ends: true,
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 200 })
      .map((octets) => of('noise', Buffer.from(octets).toString('latin1'), { ends: true })),
  },
);
