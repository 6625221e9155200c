import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RequestMessage } from '../src/http/signatures/message.ts';
import { refusalFrom } from './support/refusal.ts';
import { keyPairOf, ORIGIN, receive, signedRead, signedWrite, verifyWith } from './support/signed-request.ts';

const { signing: key, record } = keyPairOf('ed25519');

/** The text with one bit of one of its characters flipped. */
function flip(text: string, at: number, bit: number): string {
  const index = at % text.length;
  return (
    text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ (1 << bit)) + text.slice(index + 1)
  );
}

function write(body: Uint8Array, query: string, reference: string): RequestMessage {
  return signedWrite({
    key,
    url: `${ORIGIN}/v1/orders?q=${encodeURIComponent(query)}`,
    body: Buffer.from(body),
    idempotencyKey: 'k-1',
    components: [
      '@method',
      '@target-uri',
      'idempotency-key',
      'content-digest',
      'content-type',
      'x-reference',
    ],
    headers: { 'x-reference': reference },
  });
}

const messages = fc
  .tuple(fc.uint8Array({ minLength: 1 }), fc.string(), fc.stringMatching(/^[!-~]{1,40}$/))
  .map(([body, query, reference]) => write(body, query, reference));
const places = fc.record({ at: fc.nat(), bit: fc.nat(7) });

test('whatever is signed as the profile asks is accepted', async () => {
  await fc.assert(
    fc.asyncProperty(messages, async (message) => {
      await expect(verifyWith(record, message)).resolves.toBeDefined();
    }),
  );
});

test('flipping any bit of the body breaks the digest', async () => {
  await fc.assert(
    fc.asyncProperty(messages, places, async (message, { at, bit }) => {
      const body = Buffer.from(message.body);
      const index = at % body.length;
      body[index]! ^= 1 << bit;
      const refusal = await refusalFrom(verifyWith(record, { ...message, body }));
      expect(refusal.code).toBe('digest_mismatch');
    }),
  );
});

test('flipping any bit of the target breaks the verification', async () => {
  await fc.assert(
    fc.asyncProperty(messages, places, async (message, { at, bit }) => {
      const target = flip(message.target, at, bit);
      const refusal = await refusalFrom(verifyWith(record, { ...message, target }));
      expect(['signature_invalid', 'target_not_normalized']).toContain(refusal.code);
    }),
  );
});

const covered = ['idempotency-key', 'content-digest', 'content-type', 'x-reference'];
test('flipping any bit of a covered header breaks the verification', async () => {
  await fc.assert(
    fc.asyncProperty(messages, fc.constantFrom(...covered), places, async (message, name, { at, bit }) => {
      const value = flip(message.headersDistinct[name]?.[0] ?? expect.fail(`no ${name}`), at, bit);
      const headersDistinct = { ...message.headersDistinct, [name]: [value] };
      const refusal = await refusalFrom(verifyWith(record, { ...message, headersDistinct }));
      expect(['signature_invalid', 'malformed_header']).toContain(refusal.code);
    }),
  );
});

test('removing or adding a character of the signature headers breaks the verification', async () => {
  const message = signedRead({ key });
  const meant = (headers: RequestMessage['headersDistinct']) =>
    headers['signature-input']?.[0]?.replaceAll(' ', '');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('signature', 'signature-input'),
      fc.nat(),
      fc.constantFrom('', 'a', '"', ';', '1', ')', ':'),
      async (name, at, inserted) => {
        const value = message.headersDistinct[name]?.[0] ?? expect.fail(`no ${name}`);
        const index = at % value.length;
        const changed = value.slice(0, index) + inserted + value.slice(index + (inserted === '' ? 1 : 0));
        const headersDistinct = { ...message.headersDistinct, [name]: [changed] };
        // A blank between parameters carries nothing, and the padding of base64 may be left out.
        fc.pre(meant(headersDistinct) !== meant(message.headersDistinct) || name === 'signature');
        fc.pre(changed.replaceAll('=', '') !== value.replaceAll('=', ''));
        const refusal = await refusalFrom(verifyWith(record, { ...message, headersDistinct }));
        expect(refusal.status).toBe(401);
      },
    ),
  );
});

test('no header text whatever makes the verification fail in another way than by a refusal', async () => {
  const pieces = fc.constantFrom(
    'morrow',
    '=',
    '(',
    ')',
    '"@method"',
    '"@target-uri"',
    ';',
    'created',
    'keyid',
    '"mer_1/k1"',
    ',',
    ' ',
    ':',
    'AAAA',
    '1800000000',
    '-',
    '1.5',
    '@',
    '?1',
    '%"%c3%a9"',
    '*',
    'tag',
    '"morrow-v1"',
    '\u00e9',
    '\n',
    '\\',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
  );
  await fc.assert(
    fc.asyncProperty(texts, texts, async (input, signature) => {
      const headers = { 'signature-input': input, signature };
      await refusalFrom(verifyWith(record, receive('GET', '/v1/orders', headers)));
      await refusalFrom(
        verifyWith(
          record,
          receive('GET', '/v1/orders', {
            'signature-input': `morrow=("@method" "@target-uri");created=1800000000;keyid="mer_1/k1";x=${input}`,
            signature: `morrow=:AAAA:;${signature}`,
          }),
        ),
      );
    }),
    { numRuns: 500 },
  );
});
