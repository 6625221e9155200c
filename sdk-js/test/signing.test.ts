import { generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError } from '../../gateway/src/lib/errors.ts';
import { importMerchantKey } from '../../gateway/src/lib/jwk.ts';
import type { MerchantKey } from '../../gateway/src/lib/jwk.ts';
import { verifyRequest } from '../../gateway/src/http/signatures/verify.ts';
import type { VerifiedSignature } from '../../gateway/src/http/signatures/verify.ts';
import { createMorrow, Morrow } from '../src/server.ts';
import type { PrivateKeyInput, RsaAlgorithm } from '../src/server.ts';

/** A server that does nothing but verify what arrives over the wire, as the gateway does. */
let server: Server;
let origin: string;
let registered: MerchantKey;
let received: { verified: VerifiedSignature; target: string; body: string }[] = [];

beforeAll(async () => {
  server = createServer((req, res) => {
    void verify(req).then(
      (body) => res.end(JSON.stringify(body)),
      (error: unknown) => {
        const code = error instanceof GatewayError ? error.code : 'internal_error';
        const detail = error instanceof GatewayError ? JSON.stringify(error.details) : String(error);
        res.statusCode = 401;
        res.end(JSON.stringify({ code, title: code, detail }));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

async function verify(req: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { method = '', url: target = '', headersDistinct } = req;
  const verified = await verifyRequest(
    { method, target, headersDistinct, body },
    {
      origin,
      wallNow: new Date(),
      write: method !== 'GET',
      findKey: async (keyid) =>
        [`mer_1/${registered.kid}`, registered.kid].includes(keyid)
          ? { ...registered, ownerId: 'mer_1', sandbox: true }
          : undefined,
    },
  );
  received.push({ verified, target, body: body.toString() });
  if (target === '/v1/sandboxes') return { id: 'sbx_1', merchant: { id: 'mer_1' } };
  return { data: [], next_cursor: null };
}

type Key = { name: string; privateKey: KeyObject; publicJwk: JsonWebKey; rsaAlgorithm?: RsaAlgorithm };

function keyOf(
  name: string,
  pair: { publicKey: KeyObject; privateKey: KeyObject },
  rsaAlgorithm?: RsaAlgorithm,
): Key {
  const jwk = pair.publicKey.export({ format: 'jwk' });
  return {
    name,
    privateKey: pair.privateKey,
    publicJwk: rsaAlgorithm ? { ...jwk, alg: rsaAlgorithm } : jwk,
    ...(rsaAlgorithm && { rsaAlgorithm }),
  };
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys = [
  keyOf('Ed25519', generateKeyPairSync('ed25519')),
  keyOf('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  keyOf('PS512', rsa, 'PS512'),
  keyOf('RS256', rsa, 'RS256'),
];

describe.each(keys)('the gateway accepts what is signed with $name', (key) => {
  const forms: [string, PrivateKeyInput][] = [
    ['a KeyObject', key.privateKey],
    ['PEM', key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
    ['a JWK', key.privateKey.export({ format: 'jwk' })],
  ];

  test.each(forms)('given as %s: reads, writes with and without a body', async (_, privateKey) => {
    received = [];
    registered = importMerchantKey(key.publicJwk);
    const morrow = createMorrow({
      baseUrl: origin,
      keyId: `mer_1/${registered.kid}`,
      privateKey,
      rsaAlgorithm: key.rsaAlgorithm,
      maxRetries: 0,
    });
    for await (const order of morrow.orders.list({ merchant_reference: "größe & 'so' +1", limit: 5 })) {
      expect(order).toBeUndefined();
    }
    await morrow.orders.capture('ord_1', { reference: 'größe', amount: 1 }, { idempotencyKey: 'a "b" \\c' });
    await morrow.checkoutSessions.cancel('cs_1');
    await morrow.webhookEndpoints.remove('whe_1');
    expect(received.map(({ target }) => target)).toEqual([
      '/v1/orders?merchant_reference=gr%C3%B6%C3%9Fe+%26+%27so%27+%2B1&limit=5',
      '/v1/orders/ord_1/captures',
      '/v1/checkout-sessions/cs_1/cancel',
      '/v1/webhook-endpoints/whe_1',
    ]);
    expect(received[1]?.body).toBe('{"reference":"größe","amount":1}');
    expect(new Set(received.map(({ verified }) => verified.keyid))).toEqual(
      new Set([`mer_1/${registered.kid}`]),
    );
  });

  test('registers a sandbox with the key that it signs with', async () => {
    received = [];
    registered = importMerchantKey(key.publicJwk);
    const { keyId, morrow } = await Morrow.createSandbox(
      { baseUrl: origin, privateKey: key.privateKey, rsaAlgorithm: key.rsaAlgorithm, maxRetries: 0 },
      { name: 'Test', allowed_origins: ['http://localhost:4100'] },
    );
    const body = JSON.parse(received[0]?.body ?? '') as { jwk: unknown };
    // What it sends is what the gateway would register under the same name, and nothing private is in it.
    expect(importMerchantKey(body.jwk)).toMatchObject({
      kid: registered.kid,
      algorithm: registered.algorithm,
    });
    expect(received[0]?.verified.keyid).toBe(registered.kid);
    expect(keyId).toBe(`mer_1/${registered.kid}`);
    await morrow.sandbox.get();
    expect(received[1]?.verified.keyid).toBe(keyId);
  });
});

test('a signature covers method, URL, idempotency key, digest and content type', async () => {
  const seen: Record<string, string>[] = [];
  const morrow = createMorrow({
    baseUrl: 'https://api.example',
    keyId: 'mer_1/k1',
    privateKey: generateKeyPairSync('ed25519').privateKey,
    now: () => new Date(1_800_000_000_000),
    fetch: async (_url, init) => {
      seen.push(init?.headers as Record<string, string>);
      return Response.json({});
    },
  });
  await morrow.orders.reverse({ merchant_reference: 'r1' }, { idempotencyKey: 'reverse-r1' });
  expect(seen[0]).toMatchObject({
    'content-type': 'application/json',
    'idempotency-key': '"reverse-r1"',
    'signature-input':
      'morrow=("@method" "@target-uri" "idempotency-key" "content-digest" "content-type");created=1800000000;' +
      'keyid="mer_1/k1";alg="ed25519";tag="morrow-v1"',
  });
});

test.each<[string, () => PrivateKeyInput]>([
  ['a public key', () => generateKeyPairSync('ed25519').publicKey],
  ['a public JWK', () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })],
  ['a key of another curve', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
  ['an RSA key that does not say how it signs', () => rsa.privateKey],
  ['text that is not PEM', () => 'secret'],
])('%s is refused before anything is sent', (_, privateKey) => {
  expect(() => createMorrow({ baseUrl: origin, keyId: 'mer_1/k1', privateKey: privateKey() })).toThrow();
});

test('an RSA key may say by the alg of its JWK how it signs', () => {
  const privateKey = { ...rsa.privateKey.export({ format: 'jwk' }), alg: 'RS256' };
  expect(() => createMorrow({ baseUrl: origin, keyId: 'mer_1/k1', privateKey })).not.toThrow();
});

test.each(['', 'k1', 'mer_1/', 'mer_1/a"b', 'mer_1/k1\n', 'sbx_1/k1'])('keyId %j is refused', (keyId) => {
  const { privateKey } = generateKeyPairSync('ed25519');
  expect(() => createMorrow({ baseUrl: origin, keyId, privateKey })).toThrow(TypeError);
});

test.each(['https://api.example/v1', 'https://api.example/?a=1', 'api.example'])(
  'baseUrl %j is refused',
  (baseUrl) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(() => createMorrow({ baseUrl, keyId: 'mer_1/k1', privateKey })).toThrow(TypeError);
  },
);
