import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { anyId, placeholder, startAt } from './from-schema.ts';

/** What every purchase of the prepared objects costs. */
export const purchaseAmount = 6_000;

const references = fc.oneof(
  { weight: 3, arbitrary: fc.nat().map((unique) => `r-${unique}`) },
  { weight: 1, arbitrary: fc.constantFrom('shipment-1', 'return-1', 'order-1001') },
);
const smallAmounts = fc.oneof(
  fc.integer({ min: 1, max: purchaseAmount }),
  fc.constantFrom(1, purchaseAmount, purchaseAmount + 1, 0),
);

const urls = fc.constantFrom(
  'https://shop.example/return',
  'https://shop.example/a?b=c',
  'https://shop.example',
  'https://other.example/',
  'http://shop.example/',
  'https://shop.example/#x',
  'https://user@shop.example/',
  'https://shop.example:8443/',
  `https://shop.example/${'a'.repeat(3_000)}`,
  'https://xn--/',
  'https://[::1]/',
  'HTTPS://SHOP.EXAMPLE/x',
  'about:blank',
  '%',
  'https://',
);
const hooks = fc.constantFrom(
  placeholder('hook', 0),
  'https://shop.example/hooks',
  'https://127.0.0.1/',
  'http://localhost:1/',
  'https://[::ffff:10.0.0.1]/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://169.254.169.254/',
  'https://shop.example:22/',
  'ftp://shop.example/',
  'https://shop.example/#a',
  'nonsense',
  `https://shop.example/${'a'.repeat(2_100)}`,
);
const jwks: Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 7 }).map((index) => placeholder('jwk', index)) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kty: fc.constantFrom('OKP', 'EC', 'RSA', 'oct', '', 'okp'),
        crv: fc.constantFrom('Ed25519', 'P-256', 'P-521', 'X25519', 'secp256k1'),
        x: fc.base64String({ maxLength: 60 }),
        y: fc.base64String({ maxLength: 60 }),
        n: fc.base64String({ maxLength: 500 }),
        e: fc.constantFrom('AQAB', 'AA', '', 'AQ'),
        d: fc.base64String({ maxLength: 44 }),
        k: fc.base64String({ maxLength: 44 }),
        alg: fc.constantFrom('EdDSA', 'ES256', 'PS512', 'RS256', 'none', 'HS256'),
        use: fc.constantFrom('sig', 'enc'),
        kid: fc.constantFrom('k', '', 'a/b', 'a'.repeat(65), '名', '__proto__'),
      },
      { requiredKeys: ['kty'], noNullPrototype: true },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
);

/** What members and parameters of these names hold: what means something only beside something else. */
export const members: Readonly<Record<string, Arbitrary<unknown>>> = {
  checkout_token: fc.nat({ max: 9 }).map((index) => placeholder('token', index)),
  cursor: fc.oneof(
    { weight: 3, arbitrary: anyId('cursor') },
    {
      weight: 1,
      arbitrary: fc
        .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 })
        .map((text) => Buffer.from(text).toString('base64url')),
    },
  ),
  reference: fc.oneof({ weight: 4, arbitrary: references }, { weight: 1, arbitrary: anyId('po') }),
  merchant_reference: references,
  return_url: urls,
  url: hooks,
  jwks_url: hooks,
  allowed_origins: fc.array(
    fc.constantFrom(
      'https://shop.example',
      'http://localhost:4100',
      'https://shop.example/',
      'null',
      'ftp://a',
      'http://shop.example',
      'x',
    ),
    { maxLength: 3 },
  ),
  time_zone: fc.constantFrom(
    'Asia/Shanghai',
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Mars/Phobos',
    '',
    'asia/shanghai',
    '+08:00',
  ),
  jwk: jwks,
  proof: fc.oneof(
    { weight: 4, arbitrary: fc.nat({ max: 7 }).map((index) => placeholder('proof', index)) },
    { weight: 1, arbitrary: fc.constantFrom('a.b.c', '', 'eyJhbGciOiJub25lIn0.e30.', '..') },
  ),
  kid: fc.oneof(
    { weight: 3, arbitrary: anyId('kid') },
    { weight: 1, arbitrary: fc.constantFrom('k', 'key-1', 'a'.repeat(65)) },
  ),
  event_types: fc.array(
    fc.constantFrom('*', 'order.authorized', 'order.captured', 'refund.created', 'nonsense', ''),
    { minLength: 1, maxLength: 3 },
  ),
  wait: fc.constantFrom(0, 1),
  test_person: fc.constantFrom('good', 'good-1', 'good-2', 'good-77', 'good-999999', 'bad'),
};

const sessionBodies = fc
  .record({ reference: references, amount: smallAmounts })
  .map(({ reference, amount }) => ({
    merchant_reference: reference,
    amount,
    currency: 'CNY',
    lines: [{ name: 'Tea', quantity: 1, unit_amount: amount, amount }],
    return_url: 'https://shop.example/return',
  }));

const moves = fc.record({ reference: references, amount: smallAmounts });

/** Bodies whose parts fit each other and an object that is there, which no schema can say. */
export const knownBodies: Readonly<Record<string, Arbitrary<unknown>>> = {
  createCheckoutSession: sessionBodies,
  authorizeOrder: fc.nat({ max: 9 }).map((index) => ({
    checkout_token: placeholder('token', index),
    merchant_reference: placeholder('token_reference', index),
    amount: purchaseAmount,
    currency: 'CNY',
  })),
  createCapture: moves,
  createRefund: moves,
  acceptReturn: moves,
  declareReturn: moves.map((move) => ({ ...move, reason: 'damaged' })),
  authorizeAgreementOrder: fc
    .record({ reference: references, amount: smallAmounts })
    .map(({ reference, amount }) => ({ merchant_reference: reference, amount, currency: 'CNY' })),
  openDispute: smallAmounts.map((amount) => ({ reason: 'damaged', amount, text: 'It was broken.' })),
  createKey: fc.nat({ max: 7 }).map((index) => ({
    jwk: placeholder('jwk', index),
    scopes: ['read'],
    proof: placeholder('proof', index),
  })),
  createSandbox: fc.nat({ max: 7 }).map((index) => ({
    name: 'Opened',
    jwk: placeholder('jwk', index),
    allowed_origins: ['https://shop.example'],
  })),
  advanceClock: fc.oneof(
    fc.constantFrom<unknown>({ until: 'next_event' }, { until: 'next_event' }),
    fc.integer({ min: 0, max: 20 }).map((days) => ({
      to: new Date(startAt + days * 86_400_000).toISOString(),
    })),
  ),
};
