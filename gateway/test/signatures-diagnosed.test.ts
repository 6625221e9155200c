import { constants, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { refusalFrom } from './support/refusal.ts';
import type { Tamper } from './support/sign.ts';
import {
  keyPairOf,
  NOW_SECONDS,
  ORIGIN,
  signedRead,
  signedWrite,
  verifyWith,
} from './support/signed-request.ts';

const { signing: key, record } = keyPairOf('ed25519', { sandbox: true });
const BASE = [
  '"@method": POST',
  '"@target-uri": https://api.example/v1/orders?dry=1',
  '"idempotency-key": "i-1"',
  `"@signature-params": ("@method" "@target-uri" "idempotency-key");created=${NOW_SECONDS};keyid="mer_1/k1"`,
];

async function diagnosis(tamper: Tamper) {
  const headers = { host: 'api.internal:4000', authorization: 'Bearer secret' };
  const message = signedWrite({
    key,
    url: `${ORIGIN}/v1/orders?dry=1`,
    body: undefined,
    idempotencyKey: 'i-1',
    headers,
    tamper,
  });
  const refusal = await refusalFrom(verifyWith(record, message));
  expect(refusal.code).toBe('signature_invalid');
  expect(JSON.stringify(refusal.details)).not.toContain('secret');
  return refusal.details;
}

describe('a sandbox key that signed a common mistake is told the line', () => {
  const parameters = BASE[3]!.slice('"@signature-params": '.length);
  const cases: [string, Tamper, number, string | null][] = [
    [
      'the target alone',
      { values: { '@target-uri': '/v1/orders?dry=1' } },
      2,
      '"@target-uri": /v1/orders?dry=1',
    ],
    ['the path alone', { values: { '@target-uri': '/v1/orders' } }, 2, '"@target-uri": /v1/orders'],
    [
      'no query',
      { values: { '@target-uri': `${ORIGIN}/v1/orders` } },
      2,
      `"@target-uri": ${ORIGIN}/v1/orders`,
    ],
    [
      'http instead of https',
      { values: { '@target-uri': 'http://api.example/v1/orders?dry=1' } },
      2,
      '"@target-uri": http://api.example/v1/orders?dry=1',
    ],
    [
      'the host that it connects to',
      { values: { '@target-uri': 'http://api.internal:4000/v1/orders?dry=1' } },
      2,
      '"@target-uri": http://api.internal:4000/v1/orders?dry=1',
    ],
    ['a lower-case method', { values: { '@method': 'post' } }, 1, '"@method": post'],
    ['a bare key', { values: { 'idempotency-key': 'i-1' } }, 3, '"idempotency-key": i-1'],
    ['a line feed at the end', { base: (base) => `${base}\n` }, 5, ''],
    ['CRLF', { base: (base) => base.replaceAll('\n', '\r\n') }, 1, '"@method": POST\r'],
    ['no parameters line', { base: (base) => base.slice(0, base.lastIndexOf('\n')) }, 4, null],
    [
      'the label in the parameters',
      { base: (base) => base.replace(parameters, `morrow=${parameters}`) },
      4,
      `"@signature-params": morrow=${parameters}`,
    ],
    [
      'no created',
      { base: (base) => base.replace(`;created=${NOW_SECONDS}`, '') },
      4,
      BASE[3]!.replace(`;created=${NOW_SECONDS}`, ''),
    ],
    [
      'no parameters',
      { base: (base) => base.slice(0, base.indexOf(')') + 1) },
      4,
      BASE[3]!.slice(0, BASE[3]!.indexOf(')') + 1),
    ],
    ['names without quotes', { base: (base) => base.replaceAll(/^"([^"]+)"/gm, '$1') }, 1, '@method: POST'],
  ];
  test.each(cases)('%s', async (_what, tamper, line, signed) => {
    const { extra, hint } = await diagnosis(tamper);
    expect(extra).toEqual({
      signature_base: BASE.join('\n'),
      first_difference: { line, expected: BASE[line - 1] ?? null, signed },
    });
    expect(hint).toMatch(/^(Sign|The|Write) /);
  });
});

test('a sandbox key that signed something else gets the computed base alone', async () => {
  const { extra } = await diagnosis({ values: { '@method': 'PATCH' } });
  expect(extra).toEqual({ signature_base: BASE.join('\n') });
});

test('a live key gets no base', async () => {
  const live = keyPairOf('ed25519');
  const message = signedRead({ key: live.signing, tamper: { values: { '@method': 'get' } } });
  const refusal = await refusalFrom(verifyWith(live.record, message));
  expect(refusal.code).toBe('signature_invalid');
  expect(refusal.details.extra).toBeUndefined();
});

test('an unknown key gets no base', async () => {
  const message = signedRead({ key: { ...key, keyid: 'mer_1/unknown' } });
  const refusal = await refusalFrom(verifyWith(record, message));
  expect(refusal.code).toBe('key_unknown');
  expect(refusal.details.extra).toBeUndefined();
});

test('an ECDSA signature in DER and a short PSS salt are named', async () => {
  const p256 = keyPairOf('ecdsa-p256-sha256', { sandbox: true });
  const der = (base: Buffer) => sign('sha256', base, p256.signing.privateKey);
  const refusedDer = await refusalFrom(
    verifyWith(p256.record, signedRead({ key: p256.signing, tamper: { signBase: der } })),
  );
  expect(refusedDer.details.hint).toContain('DER');

  const pss = keyPairOf('rsa-pss-sha512', { sandbox: true });
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const shortSalt = (base: Buffer) =>
    sign('sha512', base, { key: pss.signing.privateKey, padding, saltLength: 32 });
  const refusedSalt = await refusalFrom(
    verifyWith(pss.record, signedRead({ key: pss.signing, tamper: { signBase: shortSalt } })),
  );
  expect(refusedSalt.details.hint).toContain('salt');
});
