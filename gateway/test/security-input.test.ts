import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAlone, headerOf } from '../../scripts/fuzz/wire.ts';
import { createApp } from '../src/http/app.ts';
import { createKeys } from '../src/http/keys.ts';
import { listen, type Listening } from '../src/http/listen.ts';
import { openShop, type Shop } from './support/shop.ts';
import { signedHeaders } from './support/sign.ts';
import { leavingNothing } from './support/untouched.ts';
import { newSessionBody } from './support/walk.ts';
import { openWorld, origin, type World } from './support/world.ts';

let world: World;
let shop: Shop;
let server: Listening;
/** Each line of the log as it was written. */
const lines: string[] = [];

beforeAll(async () => {
  world = await openWorld();
  shop = await openShop(world);
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const context = { ...world.context, log };
  const app = createApp(context, { routes: world.routes, findKey: createKeys(context).find });
  server = await listen(app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

type Schema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
};

/** Where objects of a schema take members that nobody named, by RFC 6901 pointers. */
function openPlaces(schema: Schema, at: string): string[] {
  const { schemas } = world.document.components as unknown as { schemas: Record<string, Schema> };
  const { $ref, properties, additionalProperties, items, anyOf = [], oneOf = [], allOf = [] } = schema;
  if ($ref !== undefined) return openPlaces(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, at);
  const own = properties && additionalProperties !== false ? [at || '/'] : [];
  return [
    ...own,
    ...Object.entries(properties ?? {}).flatMap(([name, inner]) => openPlaces(inner, `${at}/${name}`)),
    ...(items ? openPlaces(items, `${at}/-`) : []),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((inner) => openPlaces(inner, at)),
  ];
}

describe('a field that nobody asked for', () => {
  it('has no place in the body of any request', () => {
    const bodies = Object.entries(world.document.paths ?? {}).flatMap(([path, operations]) =>
      Object.entries(
        operations as Record<string, { requestBody?: { content?: Record<string, { schema: Schema }> } }>,
      )
        .map(([method, { requestBody }]) => ({
          at: `${method} ${path}`,
          schema: requestBody?.content?.['application/json']?.schema,
        }))
        .filter(({ schema }) => schema !== undefined),
    );
    expect(bodies.length).toBeGreaterThan(25);
    const open = bodies.flatMap(({ at, schema }) =>
      openPlaces(schema ?? {}, '').map((place) => `${at} ${place}`),
    );
    // A key is what its owner's software wrote of it; what is read of it is named (lib/jwk.ts).
    expect(open.filter((place) => !place.endsWith('/jwk'))).toEqual([]);
  });

  it('is refused, named, and leaves nothing', async () => {
    const writes = world.routes.filter(
      ({ method, path, auth, body }) =>
        method !== 'get' && auth === 'merchant' && body && !path.includes('{'),
    );
    expect(writes.length).toBeGreaterThan(8);
    await leavingNothing(world.db, async () => {
      for (const { method, path, bodyExample } of writes)
        for (const field of ['merchant_id', 'status', 'constructor']) {
          const body = { ...(bodyExample as object), [field]: 'mer_1' };
          const known = Object.hasOwn(bodyExample ?? {}, field);
          if (known) continue;
          const answer = await shop.refusal(method.toUpperCase(), path, body);
          expect([path, answer.code]).toEqual([path, 'validation_failed']);
          expect(
            answer.errors?.map(({ pointer }) => pointer),
            path,
          ).toContain(`/${field}`);
        }
    });
  });

  it('is refused in every query', async () => {
    const reads = world.routes.filter(
      ({ method, path, auth }) => method === 'get' && auth === 'merchant' && !path.includes('{'),
    );
    expect(reads.length).toBeGreaterThan(10);
    for (const { path } of reads)
      for (const name of ['merchant_id', '__proto__', 'constructor'])
        expect([path, (await shop.refusal('GET', `${path}?${name}=mer_1`)).code]).toEqual([
          path,
          'validation_failed',
        ]);
  });
});

describe('a body that is made to harm', () => {
  const valid = (change: object = {}) => JSON.stringify({ ...newSessionBody(shop, 4000), ...change });
  const withMember = (member: string) => `{${member},${valid().slice(1)}`;

  it.each([
    ['a prototype', () => withMember('"__proto__":{"polluted":true}')],
    ['a prototype behind an escape', () => withMember(String.raw`"__pro\u0074o__":{"polluted":true}`)],
    [
      'a prototype deeper down',
      () => valid().replace('"lines":[{', '"lines":[{"__proto__":{"polluted":true},'),
    ],
    ['a constructor', () => withMember('"constructor":{"prototype":{"polluted":true}}')],
    ['100,000 arrays in each other', () => withMember(`"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['only opening brackets', () => '['.repeat(1_000_000)],
    ['80,000 members', () => withMember(Array.from({ length: 80_000 }, (_, at) => `"m${at}":0`).join(','))],
    ['a member of a long name', () => withMember(`"${'m'.repeat(900_000)}":0`)],
    ['a number beyond all', () => valid().replace('"amount":4000', '"amount":1e400')],
    ['a number of 10,000 digits', () => valid().replace('"amount":4000', `"amount":${'9'.repeat(10_000)}`)],
    ['a number that is rounded', () => valid().replace('"amount":4000', '"amount":9007199254740993')],
    ['a number that is none', () => valid().replace('"amount":4000', '"amount":NaN')],
    ['a fraction', () => valid().replace('"amount":4000', '"amount":0.1')],
    ['a text for a number', () => valid().replace('"amount":4000', '"amount":"4000"')],
    ['an object for a text', () => valid({ merchant_reference: { toString: 'x' } })],
    ['an array around it', () => `[${valid()}]`],
    ['nothing', () => 'null'],
  ])('with %s is refused, shortly, and changes nothing', async (_case, make) => {
    const count = () => world.db('checkout_sessions').count();
    const before = await count();
    const answer = await shop.refusal('POST', '/v1/checkout-sessions', make());
    expect(['malformed_json', 'validation_failed', 'amount_invalid']).toContain(answer.code);
    expect(JSON.stringify(answer).length).toBeLessThan(20_000);
    expect(await count()).toEqual(before);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(world.errors).toEqual([]);
  });

  it('that says something twice means the last of it, as whoever signed it meant', async () => {
    const session = await shop.post<{ amount: number }>('/v1/checkout-sessions', withMember('"amount":1'));
    expect(session.amount).toBe(4000);
  });
});

const host = 'Host: a\r\n';
const post = `POST /v1/orders HTTP/1.1\r\n${host}`;
const hidden = 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a request that two parsers would end at two places', () => {
  it.each([
    ['a length and chunks', `${post}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks and a length', `${post}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n`],
    ['two equal lengths', `${post}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`],
    ['two lengths in one', `${post}Content-Length: 0, 0\r\n\r\n`],
    ['a length with a sign', `${post}Content-Length: +0\r\n\r\n`],
    ['a negative length', `${post}Content-Length: -1\r\n\r\n`],
    ['a length in hexadecimal', `${post}Content-Length: 0x0\r\n\r\n`],
    ['a blank before the colon', `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['an unknown encoding', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['chunks that are not last', `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['chunks twice', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`],
    ['a chunk whose length is no number', `${post}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n`],
    ['a chunk that is longer than it says', `${post}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`],
    ['lines that end with LF', `POST /v1/orders HTTP/1.1\nHost: a\nContent-Length: 0\n\n`],
    ['a bare CR in a field', `${post}A: b\rContent-Length: 0\r\n\r\n`],
    ['a NUL in a field', `${post}A: b\0\r\nContent-Length: 0\r\n\r\n`],
    ['a blank before the first field', `POST /v1/orders HTTP/1.1\r\n ${host}Content-Length: 0\r\n\r\n`],
    [
      'two Hosts',
      `POST /v1/orders HTTP/1.1\r\n${host}Host: b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    ],
    ['version 2.0', `POST /v1/orders HTTP/2.0\r\n${host}Content-Length: 0\r\n\r\n`],
  ])('because of %s is refused, and nothing behind it is read as another', async (_case, text) => {
    const answers = await askAlone(server.port, Buffer.from(text + hidden, 'latin1'), 2, false);
    expect(answers.map(({ status }) => status)).toEqual([400]);
    expect(headerOf(answers[0]!, 'content-type')).toBe('application/problem+json');
  });
});

describe('a line of the log', () => {
  it('is one line of JSON without control characters, whatever stood in the request', async () => {
    const evil = 'x\r\n{"level":60,"msg":"forged"}\u001b[31m\u009b31m\u0007\u2028';
    const encoded = encodeURIComponent(evil);
    lines.length = 0;
    const texts = [
      `GET /v1/orders/${encoded}?a=${encoded} HTTP/1.1\r\n${host}User-Agent: \u001b[31mevil\r\n\r\n`,
      `GET /v1/\u009b31m\u0085\u00ff HTTP/1.1\r\n${host}\r\n`,
      `GET /v1/orders HTTP/1.1\r\n${host}Signature: \u009b31m\r\nSignature-Input: \u009b31m\r\n\r\n`,
      `GET /v1/orders HTTP/1.1\r\n${host}X-Forwarded-For: \u009b31m\r\nMorrow-Version: \u009b31m\r\n\r\n`,
    ];
    for (const text of texts) await askAlone(server.port, Buffer.from(text, 'latin1'), 1, true);
    const path = `/v1/orders/${encoded}`;
    const created = Math.floor(world.clock.at.getTime() / 1000);
    for (const keyid of [shop.key.keyid, `${shop.key.keyid}x`]) {
      const headers = signedHeaders({
        method: 'GET',
        url: origin + path,
        created,
        key: { ...shop.key, keyid },
      });
      await fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
    }
    await expect.poll(() => lines.length).toBeGreaterThanOrEqual(texts.length);
    for (const line of lines) {
      expect(line).toMatch(/^[^\p{Cc}\u2028\u2029]*\n$/u);
      expect(JSON.parse(line)).toMatchObject({ level: 30 });
    }
  });
});
