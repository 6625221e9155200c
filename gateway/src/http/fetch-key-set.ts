import { Agent, request } from 'undici';
import { importMerchantKey, isPrivateJwk, type MerchantKey } from '../lib/jwk.ts';
import { isLoopbackAddress, isPublicAddress } from '../webhooks/addresses.ts';
import { createConnector } from '../webhooks/connector.ts';
import type { Target } from '../webhooks/targets.ts';

/** The set cannot be had, or cannot be used; the message says why and has nothing of its content. */
export class KeySetRefused extends Error {}

const connectTimeoutMs = 3_000;
const totalTimeoutMs = 5_000;
const mostBytes = 64 * 1024;
const mostKeys = 10;

/**
 * Fetches a JWK Set (RFC 7517) from an address that a merchant chose, over a connection of its own, under the rules for
 * such addresses (see webhooks/outbound.ts). The keys by their names; those that cannot be used are passed over.
 *
 * @throws KeySetRefused
 */
export async function fetchKeySet({ url, reach }: Target): Promise<Map<string, MerchantKey>> {
  const isAllowed = reach === 'public' ? isPublicAddress : isLoopbackAddress;
  const dispatcher = new Agent({
    connect: createConnector({ isAllowed, timeoutMs: connectTimeoutMs }),
    pipelining: 0,
  });
  try {
    return readKeySet(await fetchText(url, dispatcher));
  } finally {
    await dispatcher.destroy();
  }
}

async function fetchText(url: URL, dispatcher: Agent): Promise<string> {
  const signal = AbortSignal.timeout(totalTimeoutMs);
  try {
    const headers = { accept: 'application/jwk-set+json, application/json' };
    const { statusCode, body } = await request(url, { headers, dispatcher, signal });
    if (statusCode !== 200) throw new KeySetRefused(`it was answered with ${statusCode}`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new KeySetRefused(`it has more than ${mostBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  } catch (error) {
    if (error instanceof KeySetRefused) throw error;
    // What a connection failed at is for whoever runs the gateway; a merchant could map a network by it.
    throw new KeySetRefused(signal.aborted ? 'it took too long' : 'it cannot be reached', { cause: error });
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
