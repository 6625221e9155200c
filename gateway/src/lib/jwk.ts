import { createHash, createPublicKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { GatewayError } from './errors.ts';

/** Algorithm names of the RFC 9421 registry. A key's record fixes its algorithm; a request never chooses it. */
export type SignatureAlgorithm = 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256';

/** A public key as we keep and publish it: the members of RFC 7517 that we use, in canonical base64url. */
export type PublicJwk =
  | Ed25519Jwk
  | { kty: 'EC'; crv: 'P-256'; x: string; y: string; alg: 'ES256'; kid: string }
  | { kty: 'RSA'; n: string; e: string; alg: 'PS512' | 'RS256'; kid: string };

export type Ed25519Jwk = { kty: 'OKP'; crv: 'Ed25519'; x: string; alg: 'EdDSA'; kid: string };

export type MerchantKey = {
  kid: string;
  algorithm: SignatureAlgorithm;
  publicKey: KeyObject;
  jwk: PublicJwk;
};

const ALGORITHMS = {
  EdDSA: 'ed25519',
  ES256: 'ecdsa-p256-sha256',
  PS512: 'rsa-pss-sha512',
  RS256: 'rsa-v1_5-sha256',
} as const satisfies Record<PublicJwk['alg'], SignatureAlgorithm>;

/** By what an imported key signs. */
export function algorithmOf({ alg }: PublicJwk): SignatureAlgorithm {
  return ALGORITHMS[alg];
}

const KID = /^[A-Za-z0-9._-]{1,64}$/;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

// Above 4096 bits, or with a large exponent, a stranger could make each of our verifications slow; an exponent
// of 1 would let anyone sign. Every current library generates 65537.
const RSA_MIN_BITS = 2048;
const RSA_MAX_BITS = 4096;
const RSA_MIN_EXPONENT = 65537n;
const RSA_MAX_EXPONENT = 2n ** 32n;

/**
 * Accepts a merchant's public key: OKP Ed25519, EC P-256 (ES256), or RSA of 2048 to 4096 bits with `alg` PS512
 * or RS256. Without a `kid` the key is named by its RFC 7638 SHA-256 thumbprint.
 *
 * The `jwk` of the result is rebuilt from the members we know, so that it can be stored and imported again.
 *
 * @throws GatewayError `key_unacceptable` for anything else, above all for a JWK with private members.
 */
export function importMerchantKey(jwk: unknown): MerchantKey {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) {
    throw unacceptable('The key is not a JSON object.', 'Send one public key as a JWK (RFC 7517).');
  }
  const given = jwk as Record<string, unknown>;
  refusePrivate(given);
  refuseOtherUse(given);
  switch (given.kty) {
    case 'OKP':
      return importEd25519(given);
    case 'EC':
      return importP256(given);
    case 'RSA':
      return importRsa(given);
    default:
      throw unacceptable(
        given.kty === 'oct' ? 'A shared secret is not accepted.' : 'The key type is not accepted.',
        'Use kty OKP with crv Ed25519, kty EC with crv P-256, or kty RSA.',
      );
  }
}

/** As `importMerchantKey`, for a key that has to be of this kind. */
export function importEd25519(given: Record<string, unknown>): MerchantKey & { jwk: Ed25519Jwk } {
  requireMember(given, 'crv', ['Ed25519']);
  if (given.alg !== undefined) requireMember(given, 'alg', ['EdDSA', 'Ed25519']);
  const members = { kty: 'OKP', crv: 'Ed25519', x: text(given, 'x') } as const;
  const publicKey = importPublic(members);
  const kid = kidOf(given, { crv: members.crv, kty: members.kty, x: members.x });
  return { kid, algorithm: 'ed25519', publicKey, jwk: { ...members, alg: 'EdDSA', kid } };
}

function importP256(given: Record<string, unknown>): MerchantKey {
  requireMember(given, 'crv', ['P-256']);
  if (given.alg !== undefined) requireMember(given, 'alg', ['ES256']);
  const members = { kty: 'EC', crv: 'P-256', x: text(given, 'x'), y: text(given, 'y') } as const;
  const publicKey = importPublic(members);
  const kid = kidOf(given, { crv: members.crv, kty: members.kty, x: members.x, y: members.y });
  return { kid, algorithm: 'ecdsa-p256-sha256', publicKey, jwk: { ...members, alg: 'ES256', kid } };
}

function importRsa(given: Record<string, unknown>): MerchantKey {
  // An RSA key fits two of our algorithms, so its owner must say which one it signs with.
  const alg = requireMember(given, 'alg', ['PS512', 'RS256']);
  const members = { kty: 'RSA', n: text(given, 'n'), e: text(given, 'e') } as const;
  const publicKey = importPublic(members);
  const { modulusLength = 0, publicExponent = 0n } = publicKey.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_MIN_BITS || modulusLength > RSA_MAX_BITS) {
    throw unacceptable(
      `The RSA key has ${modulusLength} bits.`,
      `Use an RSA key of ${RSA_MIN_BITS} to ${RSA_MAX_BITS} bits, or better Ed25519.`,
    );
  }
  if (publicExponent < RSA_MIN_EXPONENT || publicExponent > RSA_MAX_EXPONENT || publicExponent % 2n === 0n) {
    throw unacceptable('The RSA public exponent is not accepted.', 'Use the exponent 65537 ("e": "AQAB").');
  }
  const kid = kidOf(given, { e: members.e, kty: members.kty, n: members.n });
  const algorithm = alg === 'PS512' ? 'rsa-pss-sha512' : 'rsa-v1_5-sha256';
  return { kid, algorithm, publicKey, jwk: { ...members, alg, kid } };
}

/** Whether a JWK tells what its owner should have kept. */
export function isPrivateJwk(jwk: unknown): boolean {
  return (
    typeof jwk === 'object' && jwk !== null && PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))
  );
}

function refusePrivate(given: Record<string, unknown>): void {
  if (given.kty === 'oct') return; // refused by its type, with a better reason
  const found = PRIVATE_MEMBERS.filter((member) => member in given);
  if (found.length > 0) {
    throw unacceptable(
      `The JWK has the private ${found.length === 1 ? 'member' : 'members'} ${found.join(', ')}.`,
      'Consider this key disclosed: make a new one and send only its public members.',
    );
  }
}

function refuseOtherUse(given: Record<string, unknown>): void {
  const { use, key_ops: operations } = given;
  const verifies = operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
  if ((use !== undefined && use !== 'sig') || !verifies) {
    throw unacceptable(
      'The key is not meant for signatures.',
      'Leave "use" out or set it to "sig"; "key_ops", if sent, must contain "verify".',
    );
  }
}

function requireMember<const Value extends string>(
  given: Record<string, unknown>,
  member: string,
  accepted: readonly Value[],
): Value {
  const found = accepted.find((value) => value === given[member]);
  if (found === undefined) {
    throw unacceptable(
      `The member "${member}" of the ${String(given.kty)} key is missing or not accepted.`,
      `Set "${member}" to ${accepted.map((value) => `"${value}"`).join(' or ')}.`,
    );
  }
  return found;
}

function text(given: Record<string, unknown>, member: string): string {
  const value = given[member];
  if (typeof value !== 'string') {
    throw unacceptable(`The member "${member}" is missing or not a string.`, 'Send a complete public JWK.');
  }
  return value;
}

/** Node decodes base64 leniently; only one spelling of a key is taken, or it would have several thumbprints. */
function importPublic(members: JsonWebKey & Record<string, string>): KeyObject {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: members, format: 'jwk' });
  } catch {
    throw unacceptable('The JWK does not describe a valid key.', 'Export the public key again as a JWK.');
  }
  const canonical = publicKey.export({ format: 'jwk' });
  const differing = Object.keys(members).find((member) => canonical[member] !== members[member]);
  if (differing !== undefined) {
    throw unacceptable(
      `The member "${differing}" is not minimal base64url.`,
      'Encode without padding and, in RSA keys, without leading zero octets (RFC 7518 section 6.3.1).',
    );
  }
  return publicKey;
}

/** `required` are the members of RFC 7638 section 3.2, in lexicographic order as section 3 asks. */
function kidOf(given: Record<string, unknown>, required: Record<string, string>): string {
  if (given.kid === undefined) {
    return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
  }
  if (typeof given.kid !== 'string' || !KID.test(given.kid)) {
    throw unacceptable(
      'The "kid" is not accepted.',
      'Use 1 to 64 letters, digits, dots, underscores or hyphens, or leave it out for the thumbprint.',
    );
  }
  return given.kid;
}

function unacceptable(detail: string, hint: string): GatewayError {
  return new GatewayError('key_unacceptable', { detail, hint });
}
