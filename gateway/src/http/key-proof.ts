import { jwtVerify } from 'jose';
import { JOSEError } from 'jose/errors';
import { GatewayError } from '../lib/errors.ts';
import type { MerchantKey } from '../lib/jwk.ts';
import type { Tx } from '../lib/tx.ts';
import { takeNonce } from './nonces.ts';

const type = 'morrow-key+jwt';
const windowSeconds = 300;

/** RFC 8037 and its successor, RFC 9864, have two names for one algorithm. */
const joseAlgorithms = {
  ed25519: ['EdDSA', 'Ed25519'],
  'ecdsa-p256-sha256': ['ES256'],
  'rsa-pss-sha512': ['PS512'],
  'rsa-v1_5-sha256': ['RS256'],
} as const satisfies Record<MerchantKey['algorithm'], readonly string[]>;

/**
 * Checks that whoever registers a key holds it: `proof` is a compact JWS by that key, made for this merchant and this
 * gateway, at most five minutes ago by the wall's clock, and good once. docs/signing/keys.md has its form.
 *
 * @throws GatewayError `key_unacceptable`
 */
export async function checkKeyProof(
  tx: Tx,
  proof: string,
  { key, merchantId, audience }: { key: MerchantKey; merchantId: string; audience: string },
): Promise<void> {
  const { iat, jti } = await claimsOf(proof, key, { issuer: merchantId, audience, currentDate: tx.wallNow });
  if (typeof iat !== 'number' || Math.abs(tx.wallNow.getTime() / 1000 - iat) > windowSeconds) {
    throw refusal(`The iat of the proof is not within ${windowSeconds} s of the time.`);
  }
  if (typeof jti !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(jti)) {
    throw refusal('The jti of the proof is not 1 to 64 ASCII characters.');
  }
  if (!(await takeNonce(tx, { ownerId: merchantId, kid: key.kid, nonce: jti }))) {
    throw refusal('The proof was used before.');
  }
}

async function claimsOf(
  proof: string,
  { algorithm, publicKey }: MerchantKey,
  expected: { issuer: string; audience: string; currentDate: Date },
): Promise<{ iat?: unknown; jti?: unknown }> {
  try {
    const options = { ...expected, typ: type, algorithms: [...joseAlgorithms[algorithm]] };
    return (await jwtVerify(proof, publicKey, options)).payload;
  } catch (error) {
    if (!(error instanceof JOSEError)) throw error;
    throw refusal(`The proof does not hold: ${error.message}.`);
  }
}

function refusal(detail: string): GatewayError {
  return new GatewayError('key_unacceptable', {
    detail,
    hint: `Sign {"iss": merchant id, "aud": origin of the API, "iat", "jti"} with the new key, as a compact JWS of typ ${type}.`,
    errors: [{ pointer: '/proof', code: 'key_unacceptable', detail }],
  });
}
