import { sign } from 'node:crypto';
import { Token } from 'structured-headers';
import { describe, expect, test } from 'vitest';
import type { RequestMessage } from '../src/http/signatures/message.ts';
import { verifyRequest } from '../src/http/signatures/verify.ts';
import { refusalFrom } from './support/refusal.ts';
import type { Tamper } from './support/sign.ts';
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

const { signing: key, record } = keyPairOf('ed25519');

async function codeFor(message: RequestMessage, options = {}): Promise<string> {
  const refusal = await refusalFrom(verifyWith(record, message, options));
  expect(refusal.details.detail).toBeTruthy();
  expect(refusal.details.hint).toBeTruthy();
  expect(refusal.details.extra).toBeUndefined();
  return refusal.code;
}

/** The message with other header lines; undefined removes a header. */
function withHeaders(message: RequestMessage, headers: Record<string, string[] | undefined>): RequestMessage {
  return { ...message, headersDistinct: { ...message.headersDistinct, ...headers } };
}

function header(message: RequestMessage, name: string): string {
  return message.headersDistinct[name]?.[0] ?? expect.fail(`no ${name}`);
}

describe('missing and malformed signatures', () => {
  test('an unsigned request is signature_missing', async () => {
    expect(await codeFor(receive('GET', '/v1/orders', {}))).toBe('signature_missing');
  });

  test.each(['signature', 'signature-input'])('without %s alone it is malformed', async (name) => {
    expect(await codeFor(withHeaders(signedRead({ key }), { [name]: undefined }))).toBe(
      'signature_malformed',
    );
  });

  const good = signedRead({ key });
  const input = header(good, 'signature-input');
  const signature = header(good, 'signature');
  test.each([
    ['no members', { 'signature-input': [''] }],
    ['text that is no dictionary', { 'signature-input': ['morrow=("@method"'] }],
    ['an item instead of a list', { 'signature-input': [`morrow="@method";created=1;keyid="k"`] }],
    ['a label that Signature does not have', { 'signature-input': [input.replace('morrow=', 'other=')] }],
    ['a string as signature', { signature: ['morrow="abc"'] }],
    ['a list as signature', { signature: [`${signature.replace('=', '=(')})`] }],
    ['a signature that is no base64', { signature: ['morrow=:!!!!:'] }],
    ['two labels', { 'signature-input': [`${input}, ${input.replace('morrow=', 'second=')}`] }],
    ['headers over 4 kB', { signature: [`${signature}, x=:${'A'.repeat(4096)}:`] }],
  ])('%s is malformed', async (_what, headers) => {
    expect(await codeFor(withHeaders(good, headers))).toBe('signature_malformed');
  });

  test('two labels tagged morrow-v1 are malformed', async () => {
    const tagged = signedRead({ key, tamper: { parameters: { tag: 'morrow-v1' } } });
    const value = header(tagged, 'signature-input');
    const both = { 'signature-input': [`${value}, ${value.replace('morrow=', 'second=')}`] };
    expect(await codeFor(withHeaders(tagged, both))).toBe('signature_malformed');
  });

  test('a good signature does not help a bad one that is tagged for us', async () => {
    const untagged = signedRead({ key, tamper: { label: 'good' } });
    const bad = signedRead({
      key,
      tamper: { parameters: { tag: 'morrow-v1' }, signature: (octets) => Buffer.from(octets.toReversed()) },
    });
    const joined = (name: string) => [[untagged, bad].map((message) => header(message, name)).join(', ')];
    const headers = { signature: joined('signature'), 'signature-input': joined('signature-input') };
    expect(await codeFor(withHeaders(bad, headers))).toBe('signature_invalid');
  });
});

describe('parameters', () => {
  const parameterCases: [string, Tamper['parameters'], string][] = [
    ['no created', { created: undefined }, 'signature_malformed'],
    ['created as a string', { created: 'x' }, 'signature_malformed'],
    ['created as a numeric string', { created: String(NOW_SECONDS) }, 'signature_malformed'],
    ['created as a fraction', { created: NOW_SECONDS + 0.5 }, 'signature_malformed'],
    ['created as a date', { created: new Date(NOW_SECONDS * 1000) }, 'signature_malformed'],
    ['created as a flag', { created: true }, 'signature_malformed'],
    ['created 301 s ago', { created: NOW_SECONDS - 301 }, 'signature_expired'],
    ['created at the epoch', { created: 0 }, 'signature_expired'],
    ['created in 301 s', { created: NOW_SECONDS + 301 }, 'signature_future'],
    ['created in milliseconds', { created: NOW_SECONDS * 1000 }, 'signature_future'],
    ['no keyid', { keyid: undefined }, 'signature_malformed'],
    ['an empty keyid', { keyid: '' }, 'signature_malformed'],
    ['keyid as a token', { keyid: new Token('mer_1/k1') }, 'signature_malformed'],
    ['expires 301 s after created', { expires: NOW_SECONDS + 301 }, 'signature_malformed'],
    ['expires before created', { expires: NOW_SECONDS - 1 }, 'signature_malformed'],
    ['expires as a string', { expires: 'never' }, 'signature_malformed'],
    ['expires in the past', { created: NOW_SECONDS - 20, expires: NOW_SECONDS - 10 }, 'signature_expired'],
    ['a nonce of 65 characters', { nonce: 'n'.repeat(65) }, 'signature_malformed'],
    ['an empty nonce', { nonce: '' }, 'signature_malformed'],
    ['a nonce that is a number', { nonce: 5 }, 'signature_malformed'],
    ['the tag of another application', { tag: 'web-bot-auth' }, 'signature_malformed'],
    ['the tag as a token', { tag: new Token('morrow-v1') }, 'signature_malformed'],
    ['alg as a token', { alg: new Token('ed25519') }, 'signature_malformed'],
    ["another key's algorithm", { alg: 'ecdsa-p256-sha256' }, 'algorithm_mismatch'],
    ['a shared-secret algorithm', { alg: 'hmac-sha256' }, 'algorithm_mismatch'],
  ];
  test.each(parameterCases)('%s', async (_what, parameters, code) => {
    expect(await codeFor(signedRead({ key, tamper: { parameters } }))).toBe(code);
  });

  test('the window is that of the wall clock handed in, to the fraction of a second', async () => {
    const message = signedRead({ key });
    expect(await codeFor(message, { nowSeconds: NOW_SECONDS + 300.001 })).toBe('signature_expired');
    expect(await codeFor(message, { nowSeconds: NOW_SECONDS - 300.001 })).toBe('signature_future');
  });
});

describe('components', () => {
  test.each([
    ['a read without @method', signedRead({ key, components: ['@target-uri'] })],
    ['a read without @target-uri', signedRead({ key, components: ['@method', '@path', '@query'] })],
    ['a read that covers nothing', signedRead({ key, components: [] })],
    [
      'a write without idempotency-key',
      signedWrite({ key, components: ['@method', '@target-uri', 'content-digest'] }),
    ],
    [
      'a body without content-digest',
      signedWrite({ key, components: ['@method', '@target-uri', 'idempotency-key'] }),
    ],
    ['a component twice', signedRead({ key, components: ['@method', '@target-uri', '@method'] })],
    [
      'a header twice',
      signedRead({ key, components: ['@method', '@target-uri', 'date', 'date'], headers: { date: 'x' } }),
    ],
    ['a header that was not sent', signedRead({ key, components: ['@method', '@target-uri', 'date'] })],
    [
      'the name of an inherited property',
      signedRead({ key, components: ['@method', '@target-uri', 'constructor'] }),
    ],
    [
      'an upper-case name',
      signedWrite({
        key,
        components: ['@method', '@target-uri', 'Idempotency-Key', 'content-digest'],
      }),
    ],
    ['@status', signedRead({ key, components: ['@method', '@target-uri', '@status'] })],
    ['@query-param', signedRead({ key, components: ['@method', '@target-uri', '@query-param'] })],
    ['@signature-params', signedRead({ key, components: ['@method', '@target-uri', '@signature-params'] })],
    ['an unknown derived component', signedRead({ key, components: ['@method', '@target-uri', '@body'] })],
  ])('%s is refused', async (_what, message) => {
    expect(await codeFor(message)).toBe('signature_components');
  });

  test.each([
    ['content-digest', 'bs', true],
    ['content-digest', 'sf', true],
    ['content-digest', 'key', 'sha-256'],
    ['content-digest', 'req', true],
    ['content-digest', 'tr', true],
    ['content-digest', 'unknown', 1],
    ['@method', 'req', true],
    ['@target-uri', 'req', true],
    ['idempotency-key', 'sf', true],
  ])('"%s";%s is refused', async (name, parameter, value) => {
    const tamper = { componentParameters: { [name]: { [parameter]: value } } };
    expect(await codeFor(signedWrite({ key, tamper }))).toBe('signature_components');
  });

  test('a component that is a token is refused', async () => {
    const message = signedRead({ key });
    const input = header(message, 'signature-input').replace('("@method"', '(method "@method"');
    expect(await codeFor(withHeaders(message, { 'signature-input': [input] }))).toBe('signature_components');
  });

  test.each(['caf\u00e9', 'no-break space\u00a0', 'a\n"@method": b', 'a\u0000'])(
    'a covered header with the value %j is refused',
    async (value) => {
      const components = ['@method', '@target-uri', 'x-name'];
      expect(await codeFor(signedRead({ key, components, headers: { 'x-name': value } }))).toBe(
        'malformed_header',
      );
    },
  );
});

test.each([
  'content-digest',
  'idempotency-key',
  'content-type',
  'signature',
  'signature-input',
  'morrow-version',
])('two lines of %s are refused, even when they are equal', async (name) => {
  const message = signedWrite({ key, headers: { 'morrow-version': '2026-01-01' } });
  const value = header(message, name);
  expect(await codeFor(withHeaders(message, { [name]: [value, value] }))).toBe('duplicate_header');
});

test.each([
  '//v1/orders',
  '/v1//orders',
  '/v1/orders//',
  '/v1/../v1/orders',
  '/v1/./orders',
  '/v1/orders/..',
  '/v1/orders/.',
  '/v1/%2e%2e/orders',
  '/v1/.%2E/orders',
  '/v1/%2e/orders?limit=2',
  'https://api.example/v1/orders',
  'http://evil.example/v1/orders',
  'v1/orders',
  '*',
  '',
  '/v1/caf\u00e9',
  '/v1/\u8ba2\u5355',
  '/v1/a b',
  '/v1/orders\n',
  '/v1\\orders',
  '/v1/orders#part',
])('the target "%s" is refused although it is signed', async (target) => {
  const message = signedRead({ key, url: ORIGIN + target });
  expect(message.target).toBe(target);
  expect(await codeFor(message)).toBe('target_not_normalized');
});

describe('body, digest and idempotency key', () => {
  test('a read with a body', async () => {
    expect(await codeFor(signedRead({ key, body: ORDER }))).toBe('body_forbidden');
  });

  test('a body without a digest', async () => {
    expect(await codeFor(signedWrite({ key, tamper: { digest: null } }))).toBe('digest_missing');
  });

  test('a digest of no known algorithm', async () => {
    const tamper = { digest: 'md5=:Sd/dVLAcvNLSq16eXua5uQ==:' };
    expect(await codeFor(signedWrite({ key, tamper }))).toBe('digest_missing');
  });

  test('a digest that cannot be read', async () => {
    expect(await codeFor(signedWrite({ key, tamper: { digest: 'sha-256=abc' } }))).toBe('malformed_header');
  });

  test('a well-signed digest of other bytes', async () => {
    const message = signedWrite({ key });
    expect(await codeFor({ ...message, body: Buffer.from(ORDER.replace('10000', '1')) })).toBe(
      'digest_mismatch',
    );
  });

  test('a digest on a read, although it is not covered', async () => {
    const digest = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:';
    const message = signedRead({
      key,
      components: ['@method', '@target-uri'],
      headers: { 'content-digest': digest },
    });
    expect(await codeFor(message)).toBe('digest_mismatch');
  });

  test('a body that arrives where none was signed', async () => {
    const message = signedWrite({ key, body: undefined });
    expect(await codeFor({ ...message, body: Buffer.from(ORDER) })).toBe('digest_missing');
  });

  test('a write without an idempotency key', async () => {
    expect(await codeFor(signedWrite({ key, idempotencyKey: undefined }))).toBe('idempotency_key_missing');
  });

  test.each(['gzip', 'identity'])('Content-Encoding %s', async (encoding) => {
    const message = signedWrite({ key, headers: { 'content-encoding': encoding } });
    expect(await codeFor(message)).toBe('content_type_unsupported');
  });
});

describe('keys', () => {
  const stranger = keyPairOf('ed25519', { merchantId: 'mer_2' }).signing;

  test('the signature of a foreign key under our keyid is invalid', async () => {
    expect(await codeFor(signedRead({ key: { ...stranger, keyid: key.keyid } }))).toBe('signature_invalid');
  });

  test.each([
    ['an octet changed', (octets: Buffer) => octets.fill(octets[9]! ^ 1, 9, 10)],
    ['cut short', (octets: Buffer) => octets.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['too long', (octets: Buffer) => Buffer.concat([octets, Buffer.from([0])])],
  ])('a signature %s is invalid', async (_what, signature) => {
    expect(await codeFor(signedRead({ key, tamper: { signature } }))).toBe('signature_invalid');
  });

  test('an unknown key and an unknown merchant are refused in the same words', async () => {
    const answers = [];
    for (const keyid of ['mer_1/other', 'mer_9/k1', 'mer_1', 'k1', '/', 'mer_1/k1/k1']) {
      const refusal = await refusalFrom(verifyWith(record, signedRead({ key: { ...key, keyid } })));
      answers.push(JSON.stringify([refusal.code, refusal.message, refusal.details]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('key_unknown');
  });

  test("another algorithm's signature by an RSA key does not pass as the registered one", async () => {
    const pss = keyPairOf('rsa-pss-sha512');
    const message = signedRead({ key: { ...pss.signing, algorithm: 'rsa-v1_5-sha256' } });
    const refusal = await refusalFrom(verifyWith(pss.record, message));
    expect(refusal.code).toBe('signature_invalid');
  });

  test('an ECDSA signature in DER is invalid', async () => {
    const p256 = keyPairOf('ecdsa-p256-sha256');
    const signBase = (base: Buffer) => sign('sha256', base, p256.signing.privateKey);
    const refusal = await refusalFrom(
      verifyWith(p256.record, signedRead({ key: p256.signing, tamper: { signBase } })),
    );
    expect(refusal.code).toBe('signature_invalid');
  });
});

describe('what was signed for one request is refused on another', () => {
  const message = signedWrite({ key });
  test.each<[string, RequestMessage]>([
    ['another method', { ...message, method: 'PUT' }],
    ['the method in lower case', { ...message, method: 'post' }],
    ['another path', { ...message, target: '/v1/orders/ord_1/void' }],
    ['an added query', { ...message, target: '/v1/orders?force=1' }],
    ['a slash at the end', { ...message, target: '/v1/orders/' }],
    ['another idempotency key', withHeaders(message, { 'idempotency-key': ['"other"'] })],
    [
      'another created',
      withHeaders(message, {
        'signature-input': [
          header(message, 'signature-input').replace(`${NOW_SECONDS}`, `${NOW_SECONDS + 1}`),
        ],
      }),
    ],
    [
      'an added parameter',
      withHeaders(message, {
        'signature-input': [`${header(message, 'signature-input')};nonce="n"`],
      }),
    ],
    [
      'components in another order',
      withHeaders(message, {
        'signature-input': [
          header(message, 'signature-input').replace('"@method" "@target-uri"', '"@target-uri" "@method"'),
        ],
      }),
    ],
  ])('%s', async (_what, other) => {
    expect(await codeFor(other)).toBe('signature_invalid');
  });

  test('another origin', async () => {
    expect(
      await codeFor(
        signedRead({ key, tamper: { values: { '@target-uri': 'https://live.example/v1/orders?limit=2' } } }),
      ),
    ).toBe('signature_invalid');
  });
});

test('no key is looked up for a signature that breaks the policy', async () => {
  const lookups: string[] = [];
  const options = {
    origin: ORIGIN,
    wallNow: new Date(NOW_SECONDS * 1000),
    write: false,
    findKey: async (keyid: string) => {
      lookups.push(keyid);
      return record;
    },
  };
  const broken = [
    signedRead({ key, components: ['@method'] }),
    signedRead({ key, components: ['@method', '@target-uri', 'date'] }),
    signedRead({ key, created: NOW_SECONDS - 301 }),
    signedRead({ key, url: `${ORIGIN}//` }),
  ];
  for (const message of broken) await refusalFrom(verifyRequest(message, options));
  expect(lookups).toEqual([]);
  await verifyRequest(signedRead({ key }), options);
  expect(lookups).toEqual([key.keyid]);
});
