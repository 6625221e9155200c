import { createPublicKey } from 'node:crypto';
import { GatewayError } from './errors.ts';

/**
 * The JWK of a public key as tools write it: `-----BEGIN PUBLIC KEY-----` (RFC 7468). An RSA key is given `rsaAlg`, because it
 * fits two of our algorithms. What it is otherwise, `importMerchantKey` judges.
 *
 * @throws GatewayError `key_unacceptable` for anything else, above all for a private key.
 */
export function jwkOfPem(pem: string, rsaAlg: 'PS512' | 'RS256'): Record<string, unknown> {
  // Node would take a private key, and leave out what is private of it.
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new GatewayError('key_unacceptable', {
      detail: 'This is a private key.',
      hint: 'Consider it disclosed: make a new one and paste only its public key.',
    });
  }
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) throw unreadable();
  try {
    const jwk = createPublicKey(pem.trim()).export({ format: 'jwk' });
    return { ...jwk, ...(jwk.kty === 'RSA' && { alg: rsaAlg }) };
  } catch {
    throw unreadable();
  }
}

function unreadable(): GatewayError {
  return new GatewayError('key_unacceptable', {
    detail: 'The PEM does not hold a public key.',
    hint: 'Paste all of it, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----.',
  });
}
