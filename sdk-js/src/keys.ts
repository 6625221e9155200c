import { createHash, createPrivateKey, createPublicKey, KeyObject } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

/** A private key as a JWK, as PEM text, or as node:crypto has it. */
export type PrivateKeyInput = JsonWebKey | string | KeyObject;

/** How an RSA key signs; other keys have one way only. */
export type RsaAlgorithm = 'PS512' | 'RS256';

/** Names of the RFC 9421 registry. */
export type SignatureAlgorithm = 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256';

export type SigningKey = {
  keyId: string;
  algorithm: SignatureAlgorithm;
  privateKey: KeyObject;
};

/**
 * Reads a merchant's private key. An RSA key says how it signs by the `alg` of its JWK, or by `rsaAlgorithm`.
 *
 * @throws TypeError for a key that is not private, or of a kind that the gateway does not accept.
 */
export function readSigningKey(
  keyId: string,
  input: PrivateKeyInput,
  rsaAlgorithm?: RsaAlgorithm,
): SigningKey {
  if (!/^mer_[A-Za-z0-9]+\/[A-Za-z0-9._-]{1,64}$/.test(keyId)) {
    throw new TypeError(`keyId ${JSON.stringify(keyId)} is not <merchant id>/<kid>.`);
  }
  return { ...readUnnamedKey(input, rsaAlgorithm), keyId };
}

/** As `readSigningKey` for a key that is not registered yet: its RFC 7638 thumbprint is its name. */
export function readUnnamedKey(input: PrivateKeyInput, rsaAlgorithm?: RsaAlgorithm): SigningKey {
  const privateKey = importPrivateKey(input);
  const algorithm = algorithmOf(privateKey, rsaAlgorithm ?? rsaAlgorithmOf(input));
  return { keyId: thumbprintOf(privateKey), algorithm, privateKey };
}

/** The public half of a key as a JWK that names its algorithm, without a `kid`: its thumbprint becomes its name. */
export function publicJwkOf({ privateKey, algorithm }: Omit<SigningKey, 'keyId'>): JsonWebKey {
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), alg: joseNameOf({ algorithm }) };
}

/** The name of a key's algorithm in JOSE (RFC 7518, RFC 8037). */
export function joseNameOf({ algorithm }: Pick<SigningKey, 'algorithm'>): string {
  return joseNames[algorithm];
}

/** RFC 7638 with SHA-256, in base64url. */
function thumbprintOf(privateKey: KeyObject): string {
  const { crv, e, kty, n, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  // Section 3.2 names the members, section 3 their order; JSON leaves out those that a key type does not have.
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url');
}

const joseNames = {
  ed25519: 'EdDSA',
  'ecdsa-p256-sha256': 'ES256',
  'rsa-pss-sha512': 'PS512',
  'rsa-v1_5-sha256': 'RS256',
} as const satisfies Record<SignatureAlgorithm, string>;

function importPrivateKey(input: PrivateKeyInput): KeyObject {
  if (input instanceof KeyObject) {
    if (input.type !== 'private') throw new TypeError(`A ${input.type} key cannot sign requests.`);
    return input;
  }
  return typeof input === 'string'
    ? createPrivateKey(input)
    : createPrivateKey({ key: input, format: 'jwk' });
}

function rsaAlgorithmOf(input: PrivateKeyInput): RsaAlgorithm | undefined {
  if (typeof input === 'string' || input instanceof KeyObject) return undefined;
  return input.alg === 'PS512' || input.alg === 'RS256' ? input.alg : undefined;
}

function algorithmOf(privateKey: KeyObject, rsaAlgorithm: RsaAlgorithm | undefined): SignatureAlgorithm {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  if (type === 'ed25519') return 'ed25519';
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
  if (type === 'rsa') {
    if (rsaAlgorithm) return rsaAlgorithm === 'PS512' ? 'rsa-pss-sha512' : 'rsa-v1_5-sha256';
    throw new TypeError(
      'An RSA key fits two algorithms: set rsaAlgorithm to the "alg" it is registered with.',
    );
  }
  throw new TypeError('The key is not Ed25519, P-256 or RSA.');
}
