import { importMerchantKey, isPrivateJwk, type MerchantKey } from '../lib/jwk.ts';
import type { Target } from '../webhooks/targets.ts';
import { OutsideFailure, sendOutside } from './send-outside.ts';

/** The set cannot be had, or cannot be used; the message says why and has nothing of its content. */
export class KeySetRefused extends Error {}

const timeoutMs = 5_000;
const mostBytes = 64 * 1024;
const mostKeys = 10;

/**
 * Fetches a JWK Set (RFC 7517) from an address that a merchant chose. The keys by their names; those that cannot be used
 * are passed over.
 *
 * @throws KeySetRefused
 */
export async function fetchKeySet(target: Target): Promise<Map<string, MerchantKey>> {
  return readKeySet(await fetchText(target));
}

async function fetchText(target: Target): Promise<string> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  try {
    const { status, body } = await sendOutside(target, { method: 'GET', headers, timeoutMs, mostBytes });
    if (status !== 200) throw new KeySetRefused(`it was answered with ${status}`);
    return body.toString();
  } catch (error) {
    if (error instanceof OutsideFailure) throw new KeySetRefused(error.message, { cause: error });
    throw error;
  }
}

function readKeySet(text: string): Map<string, MerchantKey> {
  const given = keysIn(text);
  if (given.length > mostKeys) throw new KeySetRefused(`it has more than ${mostKeys} keys`);
  if (given.some(isPrivateJwk)) throw new KeySetRefused('it has a private key, which is disclosed by that');
  const keys = new Map<string, MerchantKey>();
  for (const jwk of given) {
    const key = importOrSkip(jwk);
    if (!key) continue;
    if (keys.has(key.kid)) throw new KeySetRefused('two of its keys have the same name');
    keys.set(key.kid, key);
  }
  return keys;
}

function keysIn(text: string): unknown[] {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    if (Array.isArray(keys)) return keys;
  } catch {
    // Said below.
  }
  throw new KeySetRefused('it is not a JWK Set');
}

/** RFC 7517 section 5: a key of a kind that one does not know is no reason to refuse the others. */
function importOrSkip(jwk: unknown): MerchantKey | undefined {
  try {
    return importMerchantKey(jwk);
  } catch {
    return undefined;
  }
}
