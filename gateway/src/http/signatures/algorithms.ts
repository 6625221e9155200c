import { constants, verify } from 'node:crypto';
import type { KeyObject, SigningOptions } from 'node:crypto';
import type { SignatureAlgorithm } from '../../lib/jwk.ts';

// RFC 9421 section 3.3: ECDSA signatures are r and s side by side, the PSS salt is as long as its hash.
const ALGORITHMS: Record<SignatureAlgorithm, { hash: string | null; options: SigningOptions }> = {
  ed25519: { hash: null, options: {} },
  'ecdsa-p256-sha256': { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  'rsa-pss-sha512': {
    hash: 'sha512',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
  },
  'rsa-v1_5-sha256': { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
};

/** Whether `signature` holds over `data`. `overrides` tries another encoding, to explain a failure. */
export function verifySignature(
  { algorithm, publicKey }: { algorithm: SignatureAlgorithm; publicKey: KeyObject },
  data: Buffer,
  signature: Buffer,
  overrides: SigningOptions = {},
): boolean {
  const { hash, options } = ALGORITHMS[algorithm];
  return verify(hash, data, { key: publicKey, ...options, ...overrides }, signature);
}
