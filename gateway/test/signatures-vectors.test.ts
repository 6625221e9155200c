import { type InnerList, parseDictionary } from 'structured-headers';
import { describe, expect, test } from 'vitest';
import { readComponent } from '../src/http/signatures/accept-signature.ts';
import { verifySignature } from '../src/http/signatures/algorithms.ts';
import { buildBase, formatBase } from '../src/http/signatures/base.ts';
import { checkContentDigest } from '../src/http/signatures/content-digest.ts';
import type { RequestMessage } from '../src/http/signatures/message.ts';
import { responseBase } from '../src/http/signatures/sign-response.ts';
import { importMerchantKey } from '../src/lib/jwk.ts';
import components from './vectors/rfc9421-components.json' with { type: 'json' };
import responses from './vectors/rfc9421-responses.json' with { type: 'json' };
import signatures from './vectors/rfc9421-signatures.json' with { type: 'json' };

/** Reads a message as the RFC prints it into what Node would hand over. */
function parseMessage(text: string): RequestMessage {
  const [head = '', body = ''] = text.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const [method = '', target = ''] = first.split(' ');
  const headersDistinct: Record<string, string[]> = {};
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    (headersDistinct[name.toLowerCase()] ??= []).push(value);
  }
  return { method, target, headersDistinct, body: Buffer.from(body) };
}

describe('the components of RFC 9421 section 2', () => {
  test.each(components.vectors)('$id', ({ message, scheme, expected_lines }) => {
    const names = expected_lines.map((line) => line.slice(1, line.indexOf('"', 1)));
    const base = buildBase(names, '()', parseMessage(message), `${scheme}://www.example.com`);
    expect(formatBase(base).split('\n').slice(0, -1)).toEqual(expected_lines);
  });
});

describe('the signatures of RFC 9421 appendix B.2', () => {
  const keys = new Map(
    Object.entries(signatures.keys).map(([keyid, jwk]) => [keyid, importMerchantKey(jwk)]),
  );

  test.each(signatures.cases)('$id holds over its base and over no other', (vector) => {
    const key = keys.get(vector.keyid);
    expect(key).toBeDefined();
    const signature = Buffer.from(vector.signature_b64, 'base64');
    expect(verifySignature(key!, Buffer.from(vector.signature_base), signature)).toBe(true);
    expect(verifySignature(key!, Buffer.from(`${vector.signature_base}\n`), signature)).toBe(false);
  });

  // B.2.2 covers a query parameter and B.2.4 a response, which our profile does not have.
  const plain = signatures.cases.filter(({ id }) => !['B.2.2', 'B.2.4'].includes(id));
  test.each(plain)('$id has the base that we build', (vector) => {
    const parameters = vector.signature_input;
    const list = parameters.slice(1, parameters.indexOf(')'));
    const names = list === '' ? [] : list.split(' ').map((name) => name.slice(1, -1));
    const base = buildBase(names, parameters, parseMessage(vector.message), 'https://example.com');
    expect(formatBase(base)).toBe(vector.signature_base);
  });
});

describe('the response of RFC 9421 section 2.4', () => {
  const { signature_input: parameters, signature_base: expected, content_digest: digest } = responses;
  const items = (parseDictionary(`a=${parameters}`).get('a') as InnerList)[0];
  const request = parseMessage(responses.request);
  const components = items.map((item) => readComponent(item, request, 'https://example.com'));
  const own = {
    '@status': String(responses.status),
    'content-digest': digest,
    'content-type': responses.content_type,
  };

  test('has the base that we build, over which the published signature holds', () => {
    const base = responseBase(components, own, parameters);
    expect(base).toBe(expected);
    const key = importMerchantKey(signatures.keys[responses.keyid as 'test-key-ecc-p256']);
    const signature = Buffer.from(responses.signature_b64, 'base64');
    expect(verifySignature(key, Buffer.from(base ?? ''), signature)).toBe(true);
    const other = responseBase(components, { ...own, '@status': '200' }, parameters);
    expect(verifySignature(key, Buffer.from(other ?? ''), signature)).toBe(false);
  });

  test('and its request have the digests that they name', () => {
    expect(() => checkContentDigest(digest, Buffer.from(responses.content))).not.toThrow();
    const named = request.headersDistinct['content-digest']?.[0] ?? '';
    expect(() => checkContentDigest(named, request.body)).not.toThrow();
  });
});
