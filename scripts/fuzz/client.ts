import { randomUUID } from 'node:crypto';
import { importMerchantKey } from '../../gateway/src/lib/jwk.ts';
import { generateKey, type SigningKey, signedHeaders, signOctets } from '../../gateway/test/support/sign.ts';
import type { NewKey } from './build.ts';

/** A gateway to send requests to. */
export type Target = {
  port: number;
  /** What is signed as the API's origin. */
  origin: string;
};

/** A key that nobody has registered. */
export function makeKey(algorithm: SigningKey['algorithm']): NewKey {
  const { privateKey, jwk } = generateKey(algorithm);
  return { signing: { keyid: importMerchantKey(jwk).kid, algorithm, privateKey }, jwk };
}

/** Sends one request that has to succeed, and returns what it answers. */
export async function call<T>(
  target: Target,
  key: SigningKey,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<T> {
  const { status, text } = await send(target, key, method, path, body, contentType);
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Sends one signed request; a string is sent as it is, anything else as JSON. */
export async function send(
  { port, origin }: Target,
  key: SigningKey,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<{ status: number; text: string }> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const headers = signedHeaders({
    method,
    url: origin + path,
    created: Math.floor(Date.now() / 1000),
    key,
    ...(text !== undefined && { body: text, headers: { 'content-type': contentType } }),
    ...(method !== 'GET' && { idempotencyKey: randomUUID() }),
  });
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers,
    ...(text !== undefined && { body: text }),
  });
  return { status: answer.status, text: await answer.text() };
}

const joseNames = {
  ed25519: 'EdDSA',
  'ecdsa-p256-sha256': 'ES256',
  'rsa-pss-sha512': 'PS512',
  'rsa-v1_5-sha256': 'RS256',
} as const;

/** The JWS by which a merchant shows that it holds a key that it registers. */
export function proofOf({ signing }: NewKey, { origin }: Target, merchantId: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ typ: 'morrow-key+jwt', alg: joseNames[signing.algorithm] });
  const payload = { iss: merchantId, aud: origin, iat: Math.floor(Date.now() / 1000), jti: randomUUID() };
  const signed = `${header}.${part(payload)}`;
  return `${signed}.${signOctets(signing, Buffer.from(signed)).toString('base64url')}`;
}

export type Opened = { id: string; merchantId: string; key: SigningKey; publishableKey: string };

/** Opens a sandbox for a new merchant, whose clock stands where the requests expect it. */
export async function openSandbox(target: Target, name: string): Promise<Opened> {
  const { signing, jwk } = makeKey('ed25519');
  type Sandbox = { id: string; merchant: { id: string; key_id: string; publishable_key: string } };
  const body = { name, jwk, allowed_origins: ['https://shop.example'], clock: '2026-03-01T01:00:00.000Z' };
  const { id, merchant } = await call<Sandbox>(target, signing, 'POST', '/v1/sandboxes', body);
  const key = { ...signing, keyid: merchant.key_id };
  return { id, merchantId: merchant.id, key, publishableKey: merchant.publishable_key };
}
