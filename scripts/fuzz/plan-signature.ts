import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { headerValues } from './unusual.ts';

/** Whose key signs: the merchant's whose objects are named, another's, or that of a sandbox that may be broken. */
export type Signer = 'main' | 'stranger' | 'spare';

type Parameter = string | number | boolean | null;

/** What is done wrong in signing. */
export type SignatureFault = {
  /** Parameters of the signature to add, to replace or, by null, to leave out. */
  parameters?: Record<string, Parameter>;
  /** Seconds from now at which it says that it was made. */
  createdIn?: number;
  components?: string[];
  componentParameters?: Record<string, Record<string, Parameter>>;
  label?: string;
  digest?: string | null;
  /** What happens to the octets of the signature. */
  octets?: 'none' | 'cut' | 'longer' | 'flipped';
  /** Signed by this one, in the name of the other. */
  impostor?: Signer;
  /** Another body is sent than was signed. */
  swapBody?: boolean;
};

const parameterValues: Arbitrary<Parameter> = fc.oneof(
  fc.constantFrom<Parameter>(
    null,
    true,
    0,
    -1,
    1.5,
    999_999_999_999_999,
    '',
    'x',
    'none',
    'hs256',
    'rsa-pss-sha512',
    'ed25519',
    'morrow-v1',
    'a'.repeat(64),
    'a'.repeat(65),
    'a'.repeat(4_000),
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 70 }),
);

const components = [
  '@method',
  '@target-uri',
  '@authority',
  '@scheme',
  '@path',
  '@query',
  '@status',
  '@query-param',
  '@request-target',
  'idempotency-key',
  'content-digest',
  'content-type',
  'date',
  'host',
  'x-none',
  '',
  'Signature',
  '__proto__',
];

const faultChoices: Arbitrary<SignatureFault>[] = [
  fc.record({ createdIn: fc.constantFrom(-299, -301, -1e6, 301, 299, 1e9, -1.8e9, 4e11) }),
  fc
    .dictionary(
      fc.constantFrom('created', 'keyid', 'expires', 'nonce', 'alg', 'tag', 'other', 'req'),
      parameterValues,
      { minKeys: 1, maxKeys: 2 },
    )
    .map((parameters) => ({ parameters })),
  fc.constantFrom<SignatureFault>(
    { parameters: { nonce: 'the-same' } },
    { parameters: { keyid: '/' } },
    { parameters: { keyid: 'mer_/k' } },
  ),
  fc.array(fc.constantFrom(...components), { maxLength: 6 }).map((list) => ({ components: list })),
  fc
    .tuple(
      fc.constantFrom('@method', '@target-uri', 'idempotency-key', 'content-digest'),
      fc.constantFrom('bs', 'sf', 'req', 'tr', 'key', 'name'),
      parameterValues.map((value) => value ?? true),
    )
    .map(([name, parameter, value]) => ({ componentParameters: { [name]: { [parameter]: value } } })),
  fc.constantFrom('sig1', '*a', 'a.b-c_d*', 'x'.repeat(300)).map((label) => ({ label })),
  fc.oneof(headerValues, fc.constant(null)).map((digest) => ({ digest })),
  fc
    .constantFrom<NonNullable<SignatureFault['octets']>>('none', 'cut', 'longer', 'flipped')
    .map((octets) => ({ octets })),
  fc.constantFrom<Signer>('stranger', 'spare').map((impostor) => ({ impostor })),
  fc.constant({ swapBody: true }),
];
/** Signatures with one thing wrong. */
export const signatureFaults: Arbitrary<SignatureFault> = fc.oneof(...faultChoices);
