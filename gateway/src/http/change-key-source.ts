import type { Context } from '../context.ts';
import { GatewayError } from '../lib/errors.ts';
import { type Actor, transact } from '../lib/tx.ts';
import { requireGrant, requireManagingKey } from '../merchants/change-keys.ts';
import { type KeySource, removeKeySource, setKeySource } from '../merchants/key-source.ts';
import type { KeyScope } from '../merchants/keys.ts';
import { lockMerchant } from '../merchants/merchants.ts';
import { fetchKeySet, KeySetRefused } from './fetch-key-set.ts';
import { keySetTarget } from './key-sources.ts';

/**
 * Sets where a merchant publishes keys of its own, after they were fetched from there once; or ends it, where the address is
 * null. `granting` are the scopes of whoever asks: nobody gives more than they have.
 *
 * @throws GatewayError `validation_failed` without scopes, `scope_missing`, `url_forbidden`, `key_unacceptable`, or
 *   `state_conflict` when no lasting key with the scope `keys` would be left.
 */
export async function changeKeySource(
  context: Context,
  input: {
    environmentId: string;
    merchantId: string;
    actor: Actor;
    granting: readonly string[];
    jwksUrl: string | null;
    scopes: readonly KeyScope[] | undefined;
  },
): Promise<KeySource | undefined> {
  const { environmentId, merchantId, actor, jwksUrl, scopes } = input;
  const caller = { environmentId, actor };
  if (jwksUrl === null) {
    return transact(context, caller, async (tx) => {
      await lockMerchant(tx, merchantId);
      await removeKeySource(tx, merchantId);
      await requireManagingKey(tx, merchantId);
      return undefined;
    });
  }
  if (!scopes) throw missingScopes();
  requireGrant(input.granting, scopes);
  const target = keySetTarget(context, { url: jwksUrl, environmentId });
  await fetchKeySet(target).then(requireKeys, refuseSet);
  return transact(context, caller, async (tx) => {
    await lockMerchant(tx, merchantId);
    const source = await setKeySource(tx, { merchantId, jwksUrl, scopes });
    // It may have had the scope `keys` before.
    await requireManagingKey(tx, merchantId);
    return source;
  });
}

function requireKeys(keys: ReadonlyMap<string, unknown>): void {
  if (keys.size === 0) throw refusedSet('none of its keys can be used');
}

function refuseSet(error: unknown): never {
  if (error instanceof KeySetRefused) throw refusedSet(error.message);
  throw error;
}

function refusedSet(reason: string): GatewayError {
  return new GatewayError('key_unacceptable', {
    detail: `The key set at this address is not taken: ${reason}.`,
    hint: 'Publish a JWK Set of up to ten public keys there, and answer with status 200 and no redirect.',
  });
}

function missingScopes(): GatewayError {
  return new GatewayError('validation_failed', {
    detail: '/scopes: This field is required with an address.',
    errors: [{ pointer: '/scopes', code: 'missing' }],
  });
}
