import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { placeholder } from './from-schema.ts';
import type { AuthKind, Operation } from './operations.ts';
import { type SignatureFault, signatureFaults, type Signer } from './plan-signature.ts';
import { headerValues } from './unusual.ts';

export type CallerPlan =
  | { kind: 'nobody' }
  | { kind: 'merchant' | 'newKey' | 'funder'; signer: Signer; fault: SignatureFault }
  /** A page of a shop, with its key or its token and the origin it stands on. */
  | { kind: 'page'; inQuery: string[]; headers: [name: string, value: string][] };

/** These break the sandbox for all that follows, or take long: only the spare one is asked. */
const breaking = new Set(['deleteSandbox', 'createFault', 'clearFaults', 'clearFault', 'runScenario']);

/** Callers as an operation wants them, and callers with something wrong; only the spare merchant if `isBreaking`. */
export function callers(
  { auth, id }: Operation,
  isBreaking = breaking.has(id),
): { right: Arbitrary<CallerPlan>; wrong: Arbitrary<CallerPlan> } {
  const merchant = fc.constant<Signer>('main');
  if (auth === 'nobody') {
    return { right: fc.constant({ kind: auth }), wrong: signed('merchant', merchant, signatureFaults) };
  }
  if (auth === 'publishable' || auth === 'clientToken') {
    const right = auth === 'publishable' ? shopPages : sessionPages;
    return { right, wrong: fc.oneof(wrongPages, signed('merchant', merchant, noFault)) };
  }
  return signers(auth, isBreaking);
}

const noFault = fc.constant<SignatureFault>({});

function signers(kind: AuthKind & ('merchant' | 'newKey' | 'funder'), isBreaking: boolean) {
  const whose: Arbitrary<Signer> = isBreaking
    ? fc.constant('spare')
    : fc.oneof(
        { weight: 22, arbitrary: fc.constant<Signer>('main') },
        { weight: 2, arbitrary: fc.constant<Signer>('spare') },
        { weight: 1, arbitrary: fc.constant<Signer>('stranger') },
      );
  const others = fc.constantFrom<CallerPlan['kind'] & ('merchant' | 'funder' | 'newKey')>(
    'merchant',
    'funder',
    'newKey',
  );
  return {
    right: signed(kind, whose, noFault),
    wrong: fc.oneof(
      { weight: 9, arbitrary: signed(kind, whose, signatureFaults) },
      { weight: 1, arbitrary: fc.constant<CallerPlan>({ kind: 'nobody' }) },
      { weight: 1, arbitrary: wrongPages },
      { weight: 1, arbitrary: others.chain((other) => signed(other, whose, noFault)) },
    ),
  };
}

function signed(
  kind: 'merchant' | 'newKey' | 'funder',
  whose: Arbitrary<Signer>,
  fault: Arbitrary<SignatureFault>,
): Arbitrary<CallerPlan> {
  return fc.record({ kind: fc.constant(kind), signer: whose, fault });
}

const allowedOrigin = 'https://shop.example';
const wrongOrigins = [
  'null',
  'https://evil.example',
  'https://shop.example/',
  'HTTPS://SHOP.EXAMPLE',
  'https://shop.example:443',
  'http://shop.example',
  '',
  '*',
  'https://shop.example, https://shop.example',
];

const shopPages: Arbitrary<CallerPlan> = fc
  .tuple(
    fc.boolean(),
    fc.boolean(),
    fc.option(fc.constantFrom('"x"', '*', 'W/"a"'), { nil: undefined, freq: 2 }),
  )
  .map(([inQuery, fromPage, etag]) => ({
    kind: 'page',
    inQuery: inQuery ? [`key=${placeholder('pub', 0)}`] : [],
    headers: [
      ...(inQuery ? [] : [['morrow-publishable-key', placeholder('pub', 0)] as [string, string]]),
      ...(fromPage ? [['origin', allowedOrigin] as [string, string]] : []),
      ...(etag === undefined ? [] : [['if-none-match', etag] as [string, string]]),
    ],
  }));

/** The token that was made for the first session, which the path may name or not. */
const sessionPages: Arbitrary<CallerPlan> = fc.nat({ max: 1 }).map((index) => ({
  kind: 'page',
  inQuery: [],
  headers: [
    ['authorization', `Bearer ${placeholder('client_token', index)}`],
    ['origin', allowedOrigin],
  ],
}));

const wrongPages: Arbitrary<CallerPlan> = fc
  .tuple(
    fc.constantFrom('morrow-publishable-key', 'authorization'),
    fc.oneof(
      headerValues,
      fc.constantFrom(
        placeholder('pub', 0),
        placeholder('pub', 1),
        `Bearer ${placeholder('client_token', 0)}`,
        `bearer ${placeholder('client_token', 0)}x`,
        'Bearer a.b.c',
        'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJjc18xIn0.',
        'Bearer eyJhbGciOiJFZERTQSJ9.e30.AAAA',
        'Bearer ',
        'Basic YTpi',
        `Bearer ${'a'.repeat(5_000)}.b.c`,
      ),
    ),
    fc.option(fc.constantFrom(allowedOrigin, ...wrongOrigins), { nil: undefined, freq: 6 }),
    fc.constantFrom<string[]>(
      [],
      [`key=${placeholder('pub', 0)}`],
      ['key=%00'],
      ['key='],
      ['key=pub_x', 'key=pub_y'],
    ),
  )
  .map(([name, value, origin, inQuery]) => ({
    kind: 'page',
    inQuery,
    headers: [[name, value], ...(origin === undefined ? [] : [['origin', origin] as [string, string]])],
  }));
