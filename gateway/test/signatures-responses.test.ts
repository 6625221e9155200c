import { createHash, createPublicKey, verify } from 'node:crypto';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBase, formatBase } from '../src/http/signatures/base.ts';
import { gatewayKeys } from '../src/lib/gateway-key.ts';
import { newId } from '../src/lib/ids.ts';
import { openShop, type Shop } from './support/shop.ts';
import { signedHeaders } from './support/sign.ts';
import { openWorld, origin, wallStart, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let publicKey: ReturnType<typeof createPublicKey>;
let kid: string;

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  const response = await fetch(`${world.address}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: { kid: string }[] };
  kid = keys[0]?.kid ?? '';
  publicKey = createPublicKey({ key: keys[0] as never, format: 'jwk' });
});
afterAll(() => world.close());

const minimal = '"@status" "content-digest" "@method";req "@target-uri";req';
const bound = `${minimal} "content-type" "signature";req;key="morrow"`;
const created = wallStart.getTime() / 1000;

type Sent = { accept?: string | string[]; method?: string; path?: string; body?: string; signed?: boolean };

/** Sends a request, signed unless told otherwise; answers with what a client would verify the answer by. */
async function send({ accept, method = 'GET', path = '/v1/orders', body, signed = true }: Sent) {
  const key = shop.key;
  const own = signed
    ? signedHeaders({
        method,
        url: origin + path,
        created,
        key,
        ...(body !== undefined && { body }),
        ...(method !== 'GET' && { idempotencyKey: newId('req') }),
      })
    : {};
  const headers = new Headers(own);
  for (const line of [accept ?? []].flat()) headers.append('accept-signature', line);
  const response = await fetch(world.address + path, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  return { response, text: await response.text(), sent: own };
}

type Exchange = Awaited<ReturnType<typeof send>>;

/** Verifies as the docs say, written apart from the gateway's own code: the base is put together from what was sent. */
function holds(
  { response, text, sent }: Exchange,
  { method = 'GET', path = '/v1/orders', label = 'sig1' }: { method?: string; path?: string; label?: string },
): boolean {
  const input = response.headers.get('signature-input') ?? '';
  const signature = response.headers.get('signature') ?? '';
  expect(input.startsWith(`${label}=(`)).toBe(true);
  const parameters = input.slice(label.length + 1);
  const digest = `sha-256=:${createHash('sha256').update(text).digest('base64')}:`;
  expect(response.headers.get('content-digest')).toBe(digest);
  const values: Record<string, string | undefined> = {
    '"@status"': String(response.status),
    '"content-digest"': digest,
    '"content-type"': response.headers.get('content-type') ?? undefined,
    '"@method";req': method,
    '"@target-uri";req': origin + path,
    '"signature";req;key="morrow"': sent.signature?.slice('morrow='.length),
    '"signature";key="morrow";req': sent.signature?.slice('morrow='.length),
    '"idempotency-key";req': sent['idempotency-key'],
    '"content-digest";req': sent['content-digest'],
    '"@path";req': path.split('?')[0],
    '"@query";req': path.includes('?') ? path.slice(path.indexOf('?')) : '?',
    '"@authority";req': 'api.example',
    '"@scheme";req': 'https',
    '"@request-target";req': path,
  };
  const covered = parameters.slice(1, parameters.indexOf(')')).split(' ');
  const lines = covered.map((name) => `${name}: ${values[name] ?? expect.fail(`${name} is not known`)}`);
  const base = [...lines, `"@signature-params": ${parameters}`].join('\n');
  const octets = Buffer.from(signature.slice(label.length + 2, -1), 'base64');
  return verify(null, Buffer.from(base), publicKey, octets);
}

describe('an answer that was asked to be signed', () => {
  test('has a signature of the label and components asked for, which holds', async () => {
    const exchange = await send({ accept: `sig1=(${bound});created;keyid;tag="morrow-response-v1"` });
    expect(exchange.response.status).toBe(200);
    expect(exchange.response.headers.get('signature-input')).toBe(
      `sig1=(${bound});created=${created};keyid="${kid}";tag="morrow-response-v1"`,
    );
    expect(holds(exchange, {})).toBe(true);
  });

  test('is bound to its method, its URL, its request, its status and its content', async () => {
    const accept = `sig1=(${bound})`;
    const path = '/v1/orders?limit=2';
    const exchange = await send({ accept, path });
    expect(holds(exchange, { path })).toBe(true);
    expect(holds(exchange, { path: '/v1/orders?limit=3' })).toBe(false);
    expect(holds(exchange, { path, method: 'POST' })).toBe(false);
    const other = await send({ accept, path: '/v1/orders?limit=3' });
    expect(holds({ ...exchange, sent: other.sent }, { path })).toBe(false);
    const { response } = exchange;
    const refused = { status: 404, headers: response.headers } as Response;
    expect(holds({ ...exchange, response: refused }, { path })).toBe(false);
  });

  test('carries nonce, expires and alg when they are asked for, and the key that was named', async () => {
    const accept = `proof=(${minimal});expires;alg="ed25519";nonce="n-1";keyid="${kid}"`;
    const exchange = await send({ accept });
    expect(exchange.response.headers.get('signature-input')).toBe(
      `proof=(${minimal});created=${created};expires=${created + 300};keyid="${kid}";alg="ed25519";nonce="n-1";tag="morrow-response-v1"`,
    );
    expect(holds(exchange, { label: 'proof' })).toBe(true);
  });

  test('may cover more of a write, with parameters in either order', async () => {
    const accept = `sig1=(${minimal} "content-digest";req "idempotency-key";req "signature";key="morrow";req "@path";req "@query";req "@authority";req "@scheme";req "@request-target";req)`;
    const exchange = await send({
      accept,
      method: 'POST',
      path: '/v1/orders/reversal',
      body: JSON.stringify({ merchant_reference: newId('req') }),
    });
    expect(exchange.response.status).toBe(200);
    expect(holds(exchange, { method: 'POST', path: '/v1/orders/reversal' })).toBe(true);
  });

  test('is signed when it is a problem, of any kind', async () => {
    const accept = `sig1=(${minimal} "content-type")`;
    for (const [path, signed, status] of [
      ['/v1/orders', false, 401],
      ['/v1/orders/ord_1', true, 404],
      ['/v1/orders?limit=no', true, 422],
      ['/nowhere', false, 404],
    ] as const) {
      const exchange = await send({ accept, path, signed });
      expect(exchange.response.status).toBe(status);
      expect(exchange.response.headers.get('content-type')).toBe('application/problem+json');
      expect(holds(exchange, { path })).toBe(true);
    }
    const tooLong = await send({ accept, method: 'POST', body: 'x'.repeat(1_048_577) });
    expect(tooLong.response.status).toBe(413);
    expect(holds(tooLong, { method: 'POST' })).toBe(true);
  });

  test('to HEAD has the digest of no content, and a 304 too', async () => {
    const path = '/.well-known/jwks.json';
    const head = await send({
      accept: `sig1=(${minimal} "content-type")`,
      method: 'HEAD',
      path,
      signed: false,
    });
    expect(head.response.status).toBe(200);
    expect(holds(head, { path, method: 'HEAD' })).toBe(true);

    const known = (await fetch(world.address + path)).headers.get('etag') ?? '';
    const again = (components: string) =>
      fetch(world.address + path, {
        // Else fetch adds no-cache, at which nothing is fresh.
        headers: {
          'if-none-match': known,
          'cache-control': 'max-age=0',
          'accept-signature': `sig1=(${components})`,
        },
      });
    for (const components of [minimal, `${minimal} "content-type"`]) {
      const response = await again(components);
      expect(response.status).toBe(304);
      expect(holds({ response, text: '', sent: {} }, { path })).toBe(true);
    }
  });

  test('without a Content-Type is not signed when that was to be covered', async () => {
    const path = '/v1/config';
    const bare = await send({ accept: `sig1=(${minimal})`, method: 'OPTIONS', path, signed: false });
    expect(holds(bare, { path, method: 'OPTIONS' })).toBe(true);
    const more = await send({
      accept: `sig1=(${minimal} "content-type")`,
      method: 'OPTIONS',
      path,
      signed: false,
    });
    expect(more.response.headers.get('signature')).toBeNull();
  });

  test('has the same base as the one that requests are held against', async () => {
    const exchange = await send({ accept: `sig1=(${minimal})` });
    const { response } = exchange;
    const parameters = (response.headers.get('signature-input') ?? '').slice('sig1='.length);
    const base = buildBase(
      ['@method', '@target-uri'],
      parameters,
      { method: 'GET', target: '/v1/orders', headersDistinct: {}, body: Buffer.alloc(0) },
      origin,
    );
    const [method = '', target = '', last = ''] = formatBase(base).split('\n');
    const rebuilt = [
      `"@status": 200`,
      `"content-digest": ${response.headers.get('content-digest')}`,
      method.replace('":', '";req:'),
      target.replace('":', '";req:'),
      last,
    ].join('\n');
    const octets = Buffer.from(
      (response.headers.get('signature') ?? '').slice('sig1=:'.length, -1),
      'base64',
    );
    expect(verify(null, Buffer.from(rebuilt), publicKey, octets)).toBe(true);
  });
});

test('an answer that nobody asked to be signed is not', async () => {
  for (const accept of [undefined, `other=("@status");tag="another-application"`, '']) {
    const { response } = await send({ ...(accept !== undefined && { accept }) });
    expect(response.status).toBe(200);
    expect(response.headers.get('signature')).toBeNull();
    expect(response.headers.get('content-digest')).toBeNull();
  }
});

describe('an Accept-Signature that cannot be served is refused before anything is done', () => {
  test.each([
    ['text that is no dictionary', 'sig1=('],
    ['an item', 'sig1="@status"'],
    ['no components', 'sig1=()'],
    ['no @status', 'sig1=("content-digest" "@method";req "@target-uri";req)'],
    ['no digest', 'sig1=("@status" "@method";req "@target-uri";req)'],
    ['no request', 'sig1=("@status" "content-digest")'],
    ['a component twice', `sig1=(${minimal} "@status")`],
    [
      'a component twice in another order',
      `sig1=(${minimal} "signature";req;key="morrow" "signature";key="morrow";req)`,
    ],
    ['the method of the answer', `sig1=(${minimal} "@method")`],
    ['the status of the request', `sig1=(${minimal} "@status";req)`],
    ['a header that may change on the way', `sig1=(${minimal} "date")`],
    ['a component as a token', `sig1=(${minimal} date)`],
    [';sf', `sig1=(${minimal} "content-type";sf)`],
    ['req as a string', `sig1=(${minimal} "@path";req="yes")`],
    ['a header that was not sent', `sig1=(${minimal} "idempotency-key";req)`],
    ['a signature that was not sent', `sig1=(${minimal} "signature";req;key="other")`],
    ['created with a value', `sig1=(${minimal});created=5`],
    ['expires with a value', `sig1=(${minimal});expires=5`],
    ['an unknown key', `sig1=(${minimal});keyid="other"`],
    ['another algorithm', `sig1=(${minimal});alg="hmac-sha256"`],
    ['an empty nonce', `sig1=(${minimal});nonce=""`],
    ['a nonce of 65 characters', `sig1=(${minimal});nonce="${'n'.repeat(65)}"`],
    ['a nonce that is a number', `sig1=(${minimal});nonce=7`],
    ['a parameter of another kind', `sig1=(${minimal});context="x"`],
    ['two members for us', `sig1=(${minimal}), sig2=(${minimal});tag="morrow-response-v1"`],
    ['2,049 characters', `sig1=(${minimal}), x=:${'A'.repeat(2040)}:`],
  ])('%s', async (_what, accept) => {
    const before = await world.db('order_reversals').count();
    const { response, text } = await send({
      accept,
      method: accept.includes('idempotency-key') ? 'GET' : 'POST',
      path: '/v1/orders/reversal',
      body: accept.includes('idempotency-key') ? undefined : '{"merchant_reference":"never"}',
    });
    expect([response.status, JSON.parse(text)]).toMatchObject([400, { code: 'malformed_header' }]);
    expect(response.headers.get('signature')).toBeNull();
    expect(await world.db('order_reversals').count()).toEqual(before);
  });

  test('two lines of it', async () => {
    const { port } = new URL(world.address);
    const socket = createConnection(Number(port), '127.0.0.1');
    socket.end(
      `GET /health HTTP/1.1\r\nHost: a\r\nAccept-Signature: a=(${minimal})\r\nAccept-Signature: b=("x")\r\nConnection: close\r\n\r\n`,
    );
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toContain('duplicate_header');
  });
});

test("the key that signs is the first of the gateway's published keys", () => {
  expect(gatewayKeys(world.context.vault)[0]?.kid).toBe(kid);
});
