import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import { importMerchantKey } from '../src/lib/jwk.ts';
import type { SignatureAlgorithm } from '../src/lib/jwk.ts';
import { refusalOf } from './support/refusal.ts';
import { generateKey } from './support/sign.ts';

const algorithms: SignatureAlgorithm[] = [
  'ed25519',
  'ecdsa-p256-sha256',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
];
const keys = Object.fromEntries(algorithms.map((algorithm) => [algorithm, generateKey(algorithm).jwk]));
const { ed25519, 'ecdsa-p256-sha256': p256, 'rsa-pss-sha512': rsa } = keys;

function without(jwk: object | undefined, member: string) {
  return Object.fromEntries(Object.entries(jwk ?? {}).filter(([name]) => name !== member));
}

describe.each(algorithms)('a key for %s', (algorithm) => {
  const jwk = keys[algorithm]!;

  test('is accepted and fixes the algorithm', () => {
    const imported = importMerchantKey(jwk);
    expect(imported.algorithm).toBe(algorithm);
    expect(imported.publicKey.type).toBe('public');
  });

  test('is named by its RFC 7638 thumbprint unless it has a kid', async () => {
    expect(importMerchantKey(jwk).kid).toBe(await calculateJwkThumbprint(jwk));
    expect(importMerchantKey({ ...jwk, kid: 'shop-2026.1_a' }).kid).toBe('shop-2026.1_a');
  });

  test('is kept without the members that we do not know and can be imported again', () => {
    const { jwk: kept } = importMerchantKey({
      ...jwk,
      use: 'sig',
      key_ops: ['verify'],
      x5t: 'abc',
      note: 'n',
    });
    expect(kept).toEqual({ ...jwk, kid: importMerchantKey(jwk).kid });
    expect(importMerchantKey(kept).jwk).toEqual(kept);
  });

  test('is refused with private members, which the refusal does not repeat', () => {
    const refusal = refusalOf(() => importMerchantKey({ ...jwk, d: 'c2VjcmV0' }));
    expect(refusal.code).toBe('key_unacceptable');
    expect(refusal.details.detail).toContain('private member d');
    expect(JSON.stringify(refusal.details)).not.toContain('c2VjcmV0');
  });
});

test('the thumbprint of RFC 7638 section 3.1', () => {
  const jwk = {
    kty: 'RSA',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
    alg: 'RS256',
  };
  expect(importMerchantKey(jwk).kid).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
});

const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
const rsaExponent3 = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });
const x25519 = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a string', 'MCowBQYDK2VwAyEAJrQLj5P'],
  ['a list', [ed25519]],
  ['a key set', { keys: [ed25519] }],
  ['no type', without(ed25519, 'kty')],
  ['a shared secret', { kty: 'oct', k: 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0' }],
  ['an agreement key', x25519],
  ['P-384', { ...p384, alg: 'ES384' }],
  ['P-384 said to be P-256', { ...p384, crv: 'P-256' }],
  ['Ed25519 with alg ES256', { ...ed25519, alg: 'ES256' }],
  ['P-256 with alg RS256', { ...p256, alg: 'RS256' }],
  ['RSA without alg', without(rsa, 'alg')],
  ['RSA with alg PS256', { ...rsa, alg: 'PS256' }],
  ['RSA of 1024 bits', { ...rsa1024, alg: 'RS256' }],
  ['RSA of 4224 bits', { ...rsa, n: Buffer.alloc(528, 0xff).toString('base64url') }],
  ['RSA with the exponent 1', { ...rsa, e: 'AQ' }],
  ['RSA with the exponent 3', { ...rsaExponent3.publicKey.export({ format: 'jwk' }), alg: 'RS256' }],
  ['RSA with an even exponent', { ...rsa, e: 'AQAC' }],
  ['RSA with an exponent of 40 bits', { ...rsa, e: Buffer.from('ff00000001', 'hex').toString('base64url') }],
  ['Ed25519 without x', without(ed25519, 'x')],
  ['Ed25519 with a short x', { ...ed25519, x: ed25519?.x?.slice(0, 20) }],
  ['Ed25519 with padding', { ...ed25519, x: `${ed25519?.x}=` }],
  ['RSA with a leading zero octet in e', { ...rsa, e: 'AAEAAQ' }],
  ['P-256 off the curve', { ...p256, y: p256?.x }],
  ['use enc', { ...ed25519, use: 'enc' }],
  ['key_ops without verify', { ...ed25519, key_ops: ['sign'] }],
  ['an empty kid', { ...ed25519, kid: '' }],
  ['a kid with a slash', { ...ed25519, kid: 'mer_1/k' }],
  ['a kid with a line feed', { ...ed25519, kid: 'k\n' }],
  ['a kid of 65 characters', { ...ed25519, kid: 'k'.repeat(65) }],
  ['a kid that is a number', { ...ed25519, kid: 7 }],
])('%s is refused as a key', (_what, jwk) => {
  const refusal = refusalOf(() => importMerchantKey(jwk));
  expect(refusal.code).toBe('key_unacceptable');
  expect(refusal.details.hint).toBeTruthy();
});
