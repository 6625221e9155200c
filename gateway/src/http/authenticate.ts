import { GatewayError } from '../lib/errors.ts';
import { importMerchantKey, type MerchantKey } from '../lib/jwk.ts';
import type { FindKey } from './key-cache.ts';
import type { RequestMerchant, Scope } from './route.ts';
import type { RequestMessage } from './signatures/message.ts';
import { verifyRequest } from './signatures/verify.ts';

type Options = { origin: string; wallNow: Date; write: boolean };

/**
 * The merchant that signed the request, and the nonce that the signature used, if any.
 *
 * @throws GatewayError as `verifyRequest` does, or `scope_missing`.
 */
export async function authenticateMerchant(
  message: RequestMessage,
  options: Options & { findKey: FindKey; scope: Scope },
): Promise<{ merchant: RequestMerchant; nonce?: string }> {
  const found: { merchant?: RequestMerchant } = {};
  const { nonce } = await verifyRequest(message, {
    ...options,
    findKey: async (keyid) => {
      const key = await options.findKey(keyid);
      if (!key) return undefined;
      const { merchantId, environmentId, kid, scopes } = key;
      found.merchant = { id: merchantId, environmentId, kid, scopes };
      return key;
    },
  });
  const { merchant } = found;
  if (!merchant) throw new Error('a signature was verified without a key');
  if (!merchant.scopes.includes(options.scope)) {
    throw new GatewayError('scope_missing', {
      detail: `The key ${merchant.kid} does not have the scope "${options.scope}".`,
      hint: 'Sign with a key that has it.',
    });
  }
  return { merchant, nonce };
}

/**
 * The key that a request brings in its body's `jwk` and is signed with, which proves that its sender holds it. The
 * signature names it by its `kid` alone. A nonce is not remembered: the covered Idempotency-Key does that work.
 *
 * @throws GatewayError `key_unacceptable`, or as `verifyRequest` does.
 */
export async function authenticateNewKey(
  message: RequestMessage,
  options: Options & { body: unknown },
): Promise<MerchantKey> {
  const newKey = importMerchantKey((options.body as { jwk?: unknown } | null)?.jwk);
  const { kid, algorithm, publicKey } = newKey;
  await verifyRequest(message, {
    ...options,
    // Nobody but the sender knows this key yet, so a failure may be explained as in a sandbox.
    findKey: async (keyid) =>
      keyid === kid ? { merchantId: '', kid, algorithm, publicKey, sandbox: true } : undefined,
  });
  return newKey;
}
