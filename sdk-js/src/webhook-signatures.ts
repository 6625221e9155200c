import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** What an endpoint signs with, as the gateway tells it: at least one of the two, each alone or as a list. */
export type WebhookKeys =
  | {
      /** `whsec_…` of the endpoint; while it is being replaced, the old one and the new one. */
      secret: string | readonly string[];
      /** `whpk_…` of the endpoint. */
      publicKey?: string | readonly string[] | undefined;
    }
  | {
      secret?: undefined;
      /** `whpk_…` of the endpoint: who can only verify cannot forge. */
      publicKey: string | readonly string[];
    };

/** Whether one signature of a message holds. */
export type SignatureCheck = (content: Buffer, signature: Buffer) => boolean;

/** The checks by version of Standard Webhooks: `v1` is HMAC-SHA256 by a secret, `v1a` Ed25519 by a key pair. */
export type SignatureChecks = { v1: SignatureCheck[]; v1a: SignatureCheck[] };

/**
 * Reads the keys that may sign. A secret cannot check a `v1a` and a public key cannot check a `v1`, so that a key that is
 * no secret can never be used as one.
 *
 * @throws TypeError for a key that is none, and where there are none.
 */
export function readWebhookKeys({ secret, publicKey }: WebhookKeys): SignatureChecks {
  const checks = {
    v1: listOf(secret).map(readSecret).map(checkHmac),
    v1a: listOf(publicKey).map(readPublicKey).map(checkEd25519),
  };
  if (checks.v1.length + checks.v1a.length === 0) throw new TypeError('There is no key to verify with.');
  return checks;
}

/** Whether one of the space-separated signatures holds; those of other versions are passed over. */
export function holdsSignature(header: string, content: Buffer, checks: SignatureChecks): boolean {
  return header.split(' ').some((signature) => {
    const [version, encoded = ''] = signature.split(',');
    if (version !== 'v1' && version !== 'v1a') return false;
    const given = Buffer.from(encoded, 'base64');
    return checks[version].some((check) => check(content, given));
  });
}

function listOf(keys: string | readonly string[] | undefined): readonly string[] {
  if (keys === undefined) return [];
  return typeof keys === 'string' ? [keys] : keys;
}

function readSecret(secret: string): Buffer {
  const key = decode(secret, 'whsec_');
  if (!key || key.length < 24 || key.length > 64) {
    throw new TypeError('A webhook secret is "whsec_" and 24 to 64 bytes in base64.');
  }
  return key;
}

function readPublicKey(text: string): KeyObject {
  const key = decode(text, 'whpk_');
  if (key?.length !== 32) throw new TypeError('A webhook public key is "whpk_" and 32 bytes in base64.');
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') },
    format: 'jwk',
  });
}

/** Only the one spelling that an encoder makes. */
function decode(text: string, prefix: string): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const encoded = text.slice(prefix.length);
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.toString('base64') === encoded ? bytes : undefined;
}

function checkHmac(key: Buffer): SignatureCheck {
  return (content, signature) => {
    const expected = createHmac('sha256', key).update(content).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  };
}

function checkEd25519(key: KeyObject): SignatureCheck {
  return (content, signature) => signature.length === 64 && verify(null, content, key, signature);
}
