import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject, SigningOptions } from 'node:crypto';
import type { Token } from 'structured-headers';
import { serializeInnerList, serializeItem } from 'structured-headers';
import type { SignatureAlgorithm } from '../../src/lib/jwk.ts';

type ParameterValue = string | number | boolean | Date | Token;

export type SigningKey = { keyid: string; algorithm: SignatureAlgorithm; privateKey: KeyObject };

/** What a test may do wrong on purpose; every step has its own knob, so that only one thing breaks at a time. */
export type Tamper = {
  /** The value of Content-Digest; null sends none. Default: the sha-256 of the body. */
  digest?: string | null;
  label?: string;
  /** Added to or replacing keyid and created; undefined removes one. */
  parameters?: Record<string, ParameterValue | undefined>;
  /** Parameters of covered components, by name. */
  componentParameters?: Record<string, Record<string, ParameterValue>>;
  /** What the client believes the values of components to be. */
  values?: Record<string, string>;
  /** Rewrites the signature base just before it is signed. */
  base?(base: string): string;
  /** Signs the base in another way than the algorithm asks. */
  signBase?(base: Buffer): Buffer;
  /** Rewrites the signature after it was made. */
  signature?(signature: Buffer): Buffer;
};

export type SignInput = {
  method: string;
  /** The absolute URL, signed as it is written. */
  url: string;
  body?: string | Buffer;
  key: SigningKey;
  /** Unix seconds. */
  created: number;
  /** Default: what the profile asks of such a request. */
  components?: string[];
  idempotencyKey?: string;
  /** Further headers, by lower-case name. */
  headers?: Record<string, string>;
  tamper?: Tamper;
};

/** Headers, by lower-case name, that make the request signed: RFC 9421, written apart from the gateway's own code. */
export function signedHeaders(input: SignInput): Record<string, string> {
  const { method, url, key, tamper = {} } = input;
  const body = Buffer.from(input.body ?? '');
  const headers: Record<string, string> = { ...input.headers };
  if (input.idempotencyKey !== undefined) headers['idempotency-key'] = `"${input.idempotencyKey}"`;
  if (body.length > 0) {
    headers['content-type'] ??= 'application/json';
    const sha256 = createHash('sha256').update(body).digest('base64');
    if (tamper.digest !== null) headers['content-digest'] = tamper.digest ?? `sha-256=:${sha256}:`;
  }
  const covered = input.components ?? [
    '@method',
    '@target-uri',
    ...['idempotency-key', 'content-digest'].filter((name) => name in headers),
  ];
  const parameters: [string, ParameterValue | undefined][] = Object.entries({
    created: input.created,
    keyid: key.keyid,
    ...tamper.parameters,
  });
  const items = covered.map((name): [string, Map<string, ParameterValue>] => [
    name,
    new Map(Object.entries(tamper.componentParameters?.[name] ?? {})),
  ]);
  const signatureInput = serializeInnerList([
    items,
    new Map(parameters.filter((entry): entry is [string, ParameterValue] => entry[1] !== undefined)),
  ]);
  const values: Record<string, string> = {
    ...headers,
    '@method': method,
    '@target-uri': url,
    ...tamper.values,
  };
  const lines = items.map((item) => `${serializeItem(item)}: ${values[item[0]] ?? ''}`);
  const base = [...lines, `"@signature-params": ${signatureInput}`].join('\n');
  const octets = Buffer.from(tamper.base?.(base) ?? base, 'latin1');
  const made = tamper.signBase?.(octets) ?? signOctets(key, octets);
  const signature = tamper.signature?.(made) ?? made;
  const label = tamper.label ?? 'morrow';
  return {
    ...headers,
    'signature-input': `${label}=${signatureInput}`,
    signature: `${label}=:${signature.toString('base64')}:`,
  };
}

/** Signs octets by one of the four algorithms of RFC 9421 section 3.3 that we accept. */
export function signOctets(key: SigningKey, octets: Buffer): Buffer {
  const [hash, options] = SIGNING[key.algorithm];
  return sign(hash, octets, { key: key.privateKey, ...options });
}

const SIGNING: Record<SignatureAlgorithm, [hash: string | null, options: SigningOptions]> = {
  ed25519: [null, {}],
  'ecdsa-p256-sha256': ['sha256', { dsaEncoding: 'ieee-p1363' }],
  'rsa-pss-sha512': ['sha512', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }],
  'rsa-v1_5-sha256': ['sha256', { padding: constants.RSA_PKCS1_PADDING }],
};

/** A fresh key pair and its public JWK with `alg`, as a merchant would register it. */
export function generateKey(algorithm: SignatureAlgorithm) {
  const { publicKey, privateKey } = keyPair(algorithm);
  return {
    algorithm,
    publicKey,
    privateKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), alg: JOSE_NAMES[algorithm] },
  };
}

const JOSE_NAMES = {
  ed25519: 'EdDSA',
  'ecdsa-p256-sha256': 'ES256',
  'rsa-pss-sha512': 'PS512',
  'rsa-v1_5-sha256': 'RS256',
} as const satisfies Record<SignatureAlgorithm, string>;

function keyPair(algorithm: SignatureAlgorithm) {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519');
  if (algorithm === 'ecdsa-p256-sha256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}
