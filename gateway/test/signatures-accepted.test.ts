import { constants, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSigner, httpbis } from 'http-message-signatures';
import { describe, expect, test } from 'vitest';
import type { SignatureAlgorithm } from '../src/lib/jwk.ts';
import { signedHeaders } from './support/sign.ts';
import {
  keyPairOf,
  NOW_SECONDS,
  ORDER,
  ORIGIN,
  receive,
  signedRead,
  signedWrite,
  verifyWith,
} from './support/signed-request.ts';

const algorithms: SignatureAlgorithm[] = [
  'ed25519',
  'ecdsa-p256-sha256',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
];

describe.each(algorithms)('with a key for %s', (algorithm) => {
  const { signing: key, record } = keyPairOf(algorithm);

  test('a read is accepted and says who signed it and when', async () => {
    expect(await verifyWith(record, signedRead({ key }))).toEqual({
      keyid: 'mer_1/k1',
      ownerId: 'mer_1',
      kid: 'k1',
      created: NOW_SECONDS,
    });
  });

  test('a write is accepted, with alg, tag, expires and nonce too', async () => {
    const parameters = {
      alg: algorithm,
      tag: 'morrow-v1',
      expires: NOW_SECONDS + 300,
      nonce: 'n'.repeat(64),
    };
    const message = signedWrite({ key, tamper: { parameters } });
    expect(await verifyWith(record, message)).toMatchObject({ nonce: 'n'.repeat(64) });
  });

  test('what http-message-signatures signs is accepted', async () => {
    const headers = signedHeaders({
      method: 'POST',
      url: `${ORIGIN}/v1/orders?a=1`,
      body: ORDER,
      key,
      created: NOW_SECONDS,
      idempotencyKey: 'i-1',
    });
    const { signature: _s, 'signature-input': _i, ...unsigned } = headers;
    const signer = createSigner(key.privateKey, algorithm, key.keyid);
    if (algorithm === 'rsa-pss-sha512') signer.sign = signPssWithSalt64(key.privateKey);
    const signed = await httpbis.signMessage(
      {
        key: signer,
        name: 'oracle',
        fields: ['@method', '@target-uri', 'idempotency-key', 'content-digest', 'content-type'],
        paramValues: { created: new Date(NOW_SECONDS * 1000), tag: 'morrow-v1' },
        params: ['created', 'keyid', 'alg', 'tag'],
      },
      { method: 'POST', url: `${ORIGIN}/v1/orders?a=1`, headers: unsigned },
    );
    const lowerCase = Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]);
    const message = receive('POST', '/v1/orders?a=1', Object.fromEntries(lowerCase), ORDER);
    expect(await verifyWith(record, message)).toMatchObject({ keyid: key.keyid });
  });
});

const { signing: key, record } = keyPairOf('ed25519');

test.each([
  ['a write without a body', signedWrite({ key, body: undefined })],
  [
    'an empty body with its digest covered',
    signedWrite({
      key,
      body: undefined,
      headers: { 'content-digest': 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:' },
    }),
  ],
  [
    'a header covered beyond what is asked',
    signedRead({
      key,
      components: [
        '@target-uri',
        'accept',
        '@method',
        '@authority',
        '@scheme',
        '@path',
        '@query',
        '@request-target',
      ],
      headers: { accept: 'application/json' },
      tamper: {
        values: {
          '@authority': 'api.example',
          '@scheme': 'https',
          '@path': '/v1/orders',
          '@query': '?limit=2',
          '@request-target': '/v1/orders?limit=2',
        },
      },
    }),
  ],
  [
    'a parameter that we do not know',
    signedRead({ key, tamper: { parameters: { purpose: 'test', day: new Date(0) } } }),
  ],
  ['double slashes and dots in the query', signedRead({ key, url: `${ORIGIN}/v1/orders?next=//../a` })],
  ['dots inside of segments', signedRead({ key, url: `${ORIGIN}/v1/.a/..b/c./%2ed/...` })],
  [
    'another host, which is not trusted',
    signedRead({ key, headers: { host: 'proxy.internal', forwarded: 'host=x' } }),
  ],
])('%s is accepted', async (_what, message) => {
  await expect(verifyWith(record, message)).resolves.toMatchObject({ ownerId: 'mer_1' });
});

test.each([-300, -299.5, 0, 299.5, 300])(
  'a signature of %s s from now is inside the window',
  async (offset) => {
    const message = signedRead({ key });
    await expect(verifyWith(record, message, { nowSeconds: NOW_SECONDS - offset })).resolves.toBeDefined();
  },
);

test('of several signatures the one tagged morrow-v1 is judged', async () => {
  const stranger = keyPairOf('ed25519', { merchantId: 'mer_2' });
  const ours = signedRead({ key, tamper: { parameters: { tag: 'morrow-v1' } } });
  const theirs = signedRead({ key: stranger.signing, tamper: { label: 'proxy' } });
  for (const pair of [
    [ours, theirs],
    [theirs, ours],
  ]) {
    const joined = (name: string) => pair.map((message) => message.headersDistinct[name]?.[0]).join(', ');
    const headers = { signature: joined('signature'), 'signature-input': joined('signature-input') };
    await expect(verifyWith(record, receive('GET', ours.target, headers))).resolves.toMatchObject({
      ownerId: 'mer_1',
    });
  }
});

/** The library leaves the salt at OpenSSL's default, which is not the length that RFC 9421 fixes. */
function signPssWithSalt64(privateKey: KeyObject) {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return async (data: Buffer) => sign('sha512', data, { key: privateKey, padding, saltLength: 64 });
}
