import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyRequest } from '../src/http/signatures/verify.ts';
import { GatewayError } from '../src/lib/errors.ts';
import { signedHeaders } from './support/sign.ts';
import { keyPairOf, NOW_SECONDS, ORDER, ORIGIN } from './support/signed-request.ts';

const { signing: key, record } = keyPairOf('ed25519');

const server = http.createServer((req, res) => {
  void buffer(req)
    .then((body) =>
      verifyRequest(
        { method: req.method ?? '', target: req.url ?? '', headersDistinct: req.headersDistinct, body },
        {
          origin: ORIGIN,
          wallNow: new Date(NOW_SECONDS * 1000),
          write: req.method === 'POST',
          findKey: async () => record,
        },
      ),
    )
    .then(
      ({ ownerId }) => res.end(ownerId),
      (error: unknown) => res.end(error instanceof GatewayError ? error.code : String(error)),
    );
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
});

/** Sends bytes as they are, for clients normalize what we want to see refused; answers the whole response. */
async function exchange(lines: string[], body = ''): Promise<string> {
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end(Buffer.from(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`, 'latin1'));
  return (await buffer(socket)).toString('latin1');
}

function signedLines(method: string, target: string, body: string): string[] {
  const idempotencyKey = method === 'POST' ? 'k-1' : undefined;
  const headers = signedHeaders({
    method,
    url: ORIGIN + target,
    body,
    key,
    created: NOW_SECONDS,
    idempotencyKey,
  });
  return [
    `${method} ${target} HTTP/1.1`,
    'Host: anything.example',
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
}

test('a signed request that came over a socket is accepted', async () => {
  expect(await exchange(signedLines('POST', '/v1/orders?a=%20', ORDER), ORDER)).toMatch(/\r\n\r\nmer_1$/);
  expect(await exchange(signedLines('GET', '/v1/orders?a=[1]', ''))).toMatch(/\r\n\r\nmer_1$/);
});

test('blanks around a covered header are not part of what is signed', async () => {
  const lines = signedLines('POST', '/v1/orders', ORDER).map((line) =>
    line.startsWith('idempotency-key:') ? line.replace(': ', ': \t ').concat(' \t') : line,
  );
  expect(lines.join()).toContain('idempotency-key: \t "k-1" \t');
  expect(await exchange(lines, ORDER)).toMatch(/\r\n\r\nmer_1$/);
});

test.each([
  'idempotency-key: "k-2"',
  'Content-Type: text/plain',
  'Content-Digest: md5=:AAAA:',
  'Signature: a=:AAAA:',
])('a second line "%s", which Node drops or joins, is seen', async (line) => {
  const response = await exchange([...signedLines('POST', '/v1/orders', ORDER), line], ORDER);
  expect(response).toMatch(/\r\n\r\nduplicate_header$/);
});

test.each([
  '//v1/orders',
  '/v1/../orders',
  '/v1/%2e%2e/orders',
  `${ORIGIN}/v1/orders`,
  '/v1/a\\b',
  '/v1/orders#a',
])('the raw target %s reaches us as it was sent and is refused', async (target) => {
  expect(await exchange(signedLines('GET', target, ''))).toMatch(/\r\n\r\ntarget_not_normalized$/);
});

test.each([
  ['a target outside ASCII', signedLines('GET', '/v1/caf\u00e9', '')],
  ['a folded header', [...signedLines('GET', '/v1/orders', ''), 'X-Note: a\r\n b']],
])('%s is refused by Node itself', async (_what, lines) => {
  expect(await exchange(lines)).toMatch(/^HTTP\/1\.1 400 /);
});
