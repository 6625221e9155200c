import { constants, createHash, sign } from 'node:crypto';
import type { SigningOptions } from 'node:crypto';
import type { SignatureAlgorithm, SigningKey } from './keys.ts';

export type RequestToSign = {
  method: string;
  /** The absolute URL, as it is sent. */
  url: string;
  /** Absent on reads. */
  idempotencyKey?: string | undefined;
  /** JSON text; absent when there is no body. */
  body?: string | undefined;
};

// RFC 9421 section 3.3: ECDSA signatures are r and s side by side, the PSS salt is as long as its hash.
const algorithms: Record<SignatureAlgorithm, { hash: string | null; options: SigningOptions }> = {
  ed25519: { hash: null, options: {} },
  'ecdsa-p256-sha256': { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  'rsa-pss-sha512': {
    hash: 'sha512',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
  },
  'rsa-v1_5-sha256': { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
};

/** By lower-case name. */
export type SignedHeaders = Record<string, string> & { signature: string };

/**
 * The headers that make a request signed by RFC 9421: the signature covers method, URL, idempotency key, content type
 * and the digest of the body (RFC 9530).
 */
export function signedHeaders(request: RequestToSign, key: SigningKey, now: Date): SignedHeaders {
  const headers: Record<string, string> = {};
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = quote(request.idempotencyKey);
  if (request.body !== undefined) {
    headers['content-digest'] = `sha-256=:${createHash('sha256').update(request.body).digest('base64')}:`;
    headers['content-type'] = 'application/json';
  }
  const covered = Object.entries({ '@method': request.method, '@target-uri': request.url, ...headers });
  const created = Math.floor(now.getTime() / 1000);
  const names = covered.map(([name]) => `"${name}"`).join(' ');
  const parameters = `(${names});created=${created};keyid="${key.keyId}";alg="${key.algorithm}";tag="morrow-v1"`;
  const lines = covered.map(([name, value]) => `"${name}": ${value}\n`);
  const base = `${lines.join('')}"@signature-params": ${parameters}`;
  const signature = signBytes(Buffer.from(base), key);
  return {
    ...headers,
    'signature-input': `morrow=${parameters}`,
    signature: `morrow=:${signature.toString('base64')}:`,
  };
}

/** A signature as HTTP (RFC 9421) and JOSE (RFC 7518) have it; they are the same for each of the four algorithms. */
export function signBytes(content: Uint8Array, { algorithm, privateKey }: SigningKey): Buffer {
  const { hash, options } = algorithms[algorithm];
  return sign(hash, content, { key: privateKey, ...options });
}

/** A string by RFC 8941 section 3.3.3. */
function quote(text: string): string {
  if (!/^[\x20-\x7e]{1,255}$/.test(text)) {
    throw new TypeError('An idempotency key has 1 to 255 characters of printable ASCII.');
  }
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
