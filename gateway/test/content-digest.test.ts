import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkContentDigest } from '../src/http/signatures/content-digest.ts';
import { codeOf } from './support/refusal.ts';
import vectors from './vectors/rfc9530-content-digest.json' with { type: 'json' };

function member(name: 'sha-256' | 'sha-512', body: Buffer): string {
  return `${name}=:${createHash(name.replace('-', '')).update(body).digest('base64')}:`;
}

const body = Buffer.from('{"hello": "world"}');
const other = Buffer.from('{"hello": "World"}');

describe('the examples of RFC 9530', () => {
  const accepted = vectors.vectors.filter(({ algorithm }) => algorithm.startsWith('sha-'));
  test.each(accepted)('$id matches its bytes and no others', ({ content_hex, field_value }) => {
    const content = Buffer.from(content_hex, 'hex');
    expect(() => checkContentDigest(field_value, content)).not.toThrow();
    expect(codeOf(() => checkContentDigest(field_value, Buffer.concat([content, Buffer.from('\n')])))).toBe(
      'digest_mismatch',
    );
  });

  const deprecated = vectors.vectors.filter(({ algorithm }) => !algorithm.startsWith('sha-'));
  test.each(deprecated)(
    '$id alone is no digest: $algorithm is deprecated',
    ({ content_hex, field_value }) => {
      expect(codeOf(() => checkContentDigest(field_value, Buffer.from(content_hex, 'hex')))).toBe(
        'digest_missing',
      );
    },
  );
});

describe('several digests', () => {
  test('two that match are accepted, in either order', () => {
    expect(() =>
      checkContentDigest(`${member('sha-256', body)}, ${member('sha-512', body)}`, body),
    ).not.toThrow();
    expect(() =>
      checkContentDigest(`${member('sha-512', body)},${member('sha-256', body)}`, body),
    ).not.toThrow();
  });

  test.each(['sha-256', 'sha-512'] as const)('a wrong %s beside a right one is refused', (wrong) => {
    const right = wrong === 'sha-256' ? 'sha-512' : 'sha-256';
    const header = `${member(right, body)}, ${member(wrong, other)}`;
    expect(codeOf(() => checkContentDigest(header, body))).toBe('digest_mismatch');
  });

  test('an unknown algorithm beside a right digest is passed over', () => {
    expect(() => checkContentDigest(`crc32c=:AAAAAA==:, ${member('sha-256', body)}`, body)).not.toThrow();
  });
});

test.each([
  ['a token', 'sha-256=abc'],
  ['a string', 'sha-256="X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="'],
  ['a list of digests', 'sha-256=(:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:)'],
  ['no colons', 'sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE='],
  ['an open byte sequence', 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE='],
  ['a trailing comma', 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:,'],
  ['an upper-case name', 'SHA-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:'],
])('%s is a malformed header', (_what, header) => {
  expect(codeOf(() => checkContentDigest(header, body))).toBe('malformed_header');
});

test('an empty header has no digest', () => {
  expect(codeOf(() => checkContentDigest('', body))).toBe('digest_missing');
});

test.each(['', 'X48E', 'X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPEA'])(
  'a digest of the wrong length does not match: "%s"',
  (base64) => {
    expect(codeOf(() => checkContentDigest(`sha-256=:${base64}:`, body))).toBe('digest_mismatch');
  },
);

test('a mismatch tells the digest of the bytes that were received', () => {
  expect(() => checkContentDigest(member('sha-256', other), body)).toThrow(
    'The sha-256 of the 18 bytes received is :X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
  );
});

test('a digest holds for its own bytes and for no others', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), fc.constantFrom('sha-256', 'sha-512'), (a, b, name) => {
      const header = member(name, Buffer.from(a));
      expect(() => checkContentDigest(header, Buffer.from(a))).not.toThrow();
      fc.pre(!Buffer.from(a).equals(Buffer.from(b)));
      expect(codeOf(() => checkContentDigest(header, Buffer.from(b)))).toBe('digest_mismatch');
    }),
  );
});

test('no header text whatever passes for a digest of a body, or fails in another way than by a refusal', () => {
  const pieces = fc.constantFrom(
    'sha-256',
    'sha-512',
    '=',
    ':',
    'AAAA',
    ',',
    ';',
    '(',
    ')',
    '"',
    '?1',
    '@1',
    '\n',
    '\u00e9',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(texts, (header) => {
      expect(['malformed_header', 'digest_missing', 'digest_mismatch']).toContain(
        codeOf(() => checkContentDigest(header, body)),
      );
    }),
    { numRuns: 500 },
  );
});
