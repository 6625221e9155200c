import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMorrow, MorrowError, type MorrowOptions } from '../src/server.ts';

const origin = 'https://api.example';
const nowSeconds = 1_800_000_000;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const setOf = (key: KeyObject, kid = 'gateway-1') => ({
  keys: [{ ...key.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' }],
});

/** One knob for each thing that may be wrong with an answer. */
type Wrong = {
  body?: string;
  status?: number;
  created?: number;
  kid?: string;
  tag?: string;
  by?: KeyObject;
  method?: string;
  url?: string;
  requestSignature?: string;
  headers?: Record<string, string | undefined>;
  input?: (input: string) => string;
};

/** Answers a request as the gateway does when it is asked to sign (docs/signing/responses.md). */
function answer(url: string, init: RequestInit, wrong: Wrong = {}): Response {
  const asked = init.headers as Record<string, string>;
  const components = /^sig1=(\(.*?\));/.exec(asked['accept-signature'] ?? '')?.[1];
  const body = '{"id":"ord_1","amount":10000}';
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const signed = `${components};created=${wrong.created ?? nowSeconds};keyid="${wrong.kid ?? 'gateway-1'}";tag="${wrong.tag ?? 'morrow-response-v1'}"`;
  const parameters = wrong.input?.(signed) ?? signed;
  const base = [
    '"@status": 200',
    `"content-digest": ${digest}`,
    `"@method";req: ${wrong.method ?? init.method}`,
    `"@target-uri";req: ${wrong.url ?? url}`,
    `"signature";req;key="morrow": ${wrong.requestSignature ?? asked.signature?.slice('morrow='.length)}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  const signature = sign(null, Buffer.from(base), wrong.by ?? privateKey).toString('base64');
  const headers = {
    'content-type': 'application/json',
    'content-digest': digest,
    'signature-input': `sig1=${parameters}`,
    signature: `sig1=:${signature}:`,
    ...wrong.headers,
  };
  const kept = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Response(wrong.body ?? body, { status: wrong.status ?? 200, headers: kept });
}

function clientOf(fetch: NonNullable<MorrowOptions['fetch']>, options: Partial<MorrowOptions> = {}) {
  return createMorrow({
    baseUrl: origin,
    keyId: 'mer_1/k1',
    privateKey: generateKeyPairSync('ed25519').privateKey,
    verifyResponses: setOf(publicKey),
    now: () => new Date(nowSeconds * 1000),
    sleep: async () => undefined,
    maxRetries: 0,
    fetch,
    ...options,
  });
}

const urlOf = (url: Parameters<typeof globalThis.fetch>[0]) =>
  url instanceof Request ? url.url : String(url);

async function read(wrong: Wrong, options?: Partial<MorrowOptions>): Promise<unknown> {
  const morrow = clientOf(async (url, init = {}) => answer(urlOf(url), init, wrong), options);
  return morrow.orders.get('ord_1');
}

describe('an answer that the gateway signed', () => {
  test('is given to the caller, for reads and for writes', async () => {
    await expect(read({})).resolves.toEqual({ id: 'ord_1', amount: 10_000 });
    const morrow = clientOf(async (url, init = {}) => answer(urlOf(url), init));
    await expect(morrow.orders.void('ord_1')).resolves.toMatchObject({ id: 'ord_1' });
  });

  test.each([-300, 300])('may be %i seconds from our clock', async (seconds) => {
    await expect(read({ created: nowSeconds + seconds })).resolves.toBeDefined();
  });

  test('is asked for with the request that it must belong to', async () => {
    let asked: Record<string, string> = {};
    const morrow = clientOf(async (url, init = {}) => {
      asked = init.headers as Record<string, string>;
      return answer(urlOf(url), init);
    });
    await morrow.orders.get('ord_1');
    expect(asked['accept-signature']).toBe(
      'sig1=("@status" "content-digest" "@method";req "@target-uri";req "signature";req;key="morrow");created;keyid;tag="morrow-response-v1"',
    );
    expect(asked['accept-encoding']).toBe('identity');
  });
});

describe('an answer is refused', () => {
  test.each<[string, Wrong]>([
    ['without a signature', { headers: { signature: undefined } }],
    ['without what it covers', { headers: { 'signature-input': undefined } }],
    ['without a digest', { headers: { 'content-digest': undefined } }],
    ['with a changed body', { body: '{"id":"ord_1","amount":1}' }],
    ['with a changed status', { status: 201 }],
    ['to another method', { method: 'POST' }],
    ['to another URL', { url: `${origin}/v1/orders/ord_2` }],
    ['to another request', { requestSignature: ':AAAA:' }],
    ['that is older than five minutes', { created: nowSeconds - 301 }],
    ['from the future', { created: nowSeconds + 301 }],
    ['by another key of the same name', { by: other.privateKey }],
    ['by a key that nobody knows', { kid: 'gateway-2' }],
    ['signed for another purpose', { tag: 'morrow-v1' }],
    ['that covers less', { input: (input) => input.replace('"@status" ', '') }],
    [
      'in another order',
      { input: (input) => input.replace('"@status" "content-digest"', '"content-digest" "@status"') },
    ],
    ['with a parameter twice', { input: (input) => `${input};created=${nowSeconds}` }],
    ['without a time', { input: (input) => input.replace(/;created=\d+/, '') }],
    ['with a time in words', { input: (input) => input.replace(/;created=\d+/, ';created="now"') }],
    ['without a key', { input: (input) => input.replace(/;keyid="[^"]+"/, '') }],
    ['under another label', { headers: { signature: 'sig2=:AAAA:' } }],
    ["that is a proxy's page", { headers: { signature: undefined }, body: '<h1>Hello</h1>' }],
  ])('%s', async (_, wrong) => {
    const refusal = read(wrong);
    await expect(refusal).rejects.toBeInstanceOf(MorrowError);
    await expect(refusal).rejects.toMatchObject({ status: 0, code: 'response_unverified' });
  });

  test('and asked for again under the same idempotency key, because nobody knows what was really answered', async () => {
    const keys: (string | undefined)[] = [];
    const morrow = clientOf(
      async (url, init = {}) => {
        keys.push((init.headers as Record<string, string>)['idempotency-key']);
        return answer(urlOf(url), init, keys.length === 1 ? { body: '{}' } : {});
      },
      { maxRetries: 1 },
    );
    await expect(morrow.orders.void('ord_1')).resolves.toMatchObject({ id: 'ord_1' });
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });
});

describe("the gateway's own key set", () => {
  /** Serves the set that holds at the moment, and signs with the newest key of it. */
  function gatewayWith(start: { kid: string; key: typeof other }) {
    const state = { ...start, fetched: 0, seconds: nowSeconds };
    const morrow = clientOf(
      async (url, init = {}) => {
        if (urlOf(url) === `${origin}/.well-known/jwks.json`) {
          state.fetched += 1;
          return Response.json(setOf(state.key.publicKey, state.kid));
        }
        return answer(urlOf(url), init, { kid: state.kid, by: state.key.privateKey, created: state.seconds });
      },
      { verifyResponses: true, now: () => new Date(state.seconds * 1000) },
    );
    return { state, morrow };
  }

  test('is fetched once, kept for five minutes, and fetched again for a new key', async () => {
    const { state, morrow } = gatewayWith({ kid: 'g1', key: { privateKey, publicKey } });
    await morrow.orders.get('ord_1');
    await morrow.orders.get('ord_1');
    expect(state.fetched).toBe(1);
    Object.assign(state, { kid: 'g2', key: other });
    await expect(morrow.orders.get('ord_1')).rejects.toMatchObject({ code: 'response_unverified' });
    expect(state.fetched).toBe(1);
    state.seconds += 61;
    await morrow.orders.get('ord_1');
    expect(state.fetched).toBe(2);
    state.seconds += 301;
    await morrow.orders.get('ord_1');
    expect(state.fetched).toBe(3);
  });
});
