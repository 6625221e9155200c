import { GatewayError } from '../lib/errors.ts';
import { importMerchantKey, type MerchantKey } from '../lib/jwk.ts';
import type { FindKey, RegisteredKey } from './key-cache.ts';
import type { RequestFunder, RequestMerchant, Scope } from './route.ts';
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
): Promise<{ merchant: RequestMerchant; nonce: string | undefined }> {
  const { key, nonce } = await authenticateOwner(message, 'mer', options);
  const { ownerId, environmentId, kid, scopes } = key;
  if (!scopes.includes(options.scope)) {
    throw new GatewayError('scope_missing', {
      detail: `The key ${kid} does not have the scope "${options.scope}".`,
      hint: 'Sign with a key that has it.',
    });
  }
  return { merchant: { id: ownerId, environmentId, kid, scopes }, nonce };
}

/**
 * The funder that signed the request, as a merchant does, and the nonce that the signature used, if any.
 *
 * @throws GatewayError as `verifyRequest` does.
 */
export async function authenticateFunder(
  message: RequestMessage,
  options: Options & { findKey: FindKey },
): Promise<{ funder: RequestFunder; nonce: string | undefined }> {
  const { key, nonce } = await authenticateOwner(message, 'fnd', options);
  return { funder: { id: key.ownerId, environmentId: key.environmentId, kid: key.kid }, nonce };
}

/** The key of a merchant does not exist for what only funders may ask, nor the other way round. */
async function authenticateOwner(
  message: RequestMessage,
  kind: 'mer' | 'fnd',
  options: Options & { findKey: FindKey },
): Promise<{ key: RegisteredKey; nonce: string | undefined }> {
  const found: { key?: RegisteredKey } = {};
  const { nonce } = await verifyRequest(message, {
    ...options,
    findKey: async (keyid) => {
      const key = keyid.startsWith(`${kind}_`) ? await options.findKey(keyid) : undefined;
      if (key) found.key = key;
      return key;
    },
  });
  const { key } = found;
  if (!key) throw new Error('a signature was verified without a key');
  return { key, nonce };
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
      keyid === kid ? { ownerId: '', kid, algorithm, publicKey, sandbox: true } : undefined,
  });
  return newKey;
}
