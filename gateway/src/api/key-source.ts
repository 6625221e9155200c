import { z } from 'zod';
import { fetchKeySet, KeySetRefused } from '../http/fetch-key-set.ts';
import { keySetTarget } from '../http/key-sources.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { Timestamp } from '../http/schemas.ts';
import { GatewayError } from '../lib/errors.ts';
import { transact } from '../lib/tx.ts';
import { requireGrant, requireManagingKey } from '../merchants/change-keys.ts';
import { type KeySource, readKeySource, removeKeySource, setKeySource } from '../merchants/key-source.ts';
import { keyScopes } from '../merchants/keys.ts';
import { lockMerchant } from '../merchants/merchants.ts';

/** What a key may be used for. */
export const Scopes = z
  .array(z.enum(keyScopes))
  .min(1)
  .max(keyScopes.length)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice')
  .meta({ override: { uniqueItems: true } });

const KeySourceJson = z
  .object({
    object: z.literal('key_source'),
    jwks_url: z.string().nullable(),
    scopes: z.array(z.enum(keyScopes)).meta({ description: 'Of every key that is found there.' }),
    set_at: Timestamp.nullable(),
  })
  .meta({ id: 'KeySource', description: 'Where the gateway finds keys that the merchant publishes itself.' });

const sourceExample: z.output<typeof KeySourceJson> = {
  object: 'key_source',
  jwks_url: 'https://shop.example/jwks.json',
  scopes: ['read', 'orders'],
  set_at: '2026-03-01T08:30:00.000Z',
};

function sourceJson(source: KeySource | undefined): z.output<typeof KeySourceJson> {
  return {
    object: 'key_source',
    jwks_url: source?.jwksUrl ?? null,
    scopes: [...(source?.scopes ?? [])],
    set_at: source?.setAt.toISOString() ?? null,
  };
}

const readSource = defineRoute({
  method: 'get',
  path: '/v1/key-source',
  operationId: 'getKeySource',
  summary: 'Read the key source',
  description:
    'Where your keys are fetched from and with which scopes they sign. Without a source, its ' +
    'members are null and empty.',
  tags: ['Keys'],
  auth: 'merchant',
  scope: 'keys',
  success: {
    status: 200,
    description: 'The source; without one, its members are null and empty.',
    schema: KeySourceJson,
    example: sourceExample,
  },
  read: async (tx, { merchant }) => sourceJson(await readKeySource(tx, merchant.id)),
});

const putSource = defineRoute({
  method: 'put',
  path: '/v1/key-source',
  operationId: 'setKeySource',
  summary: 'Set or end the key source',
  description:
    'A JWK Set (RFC 7517) at an address of yours, whose keys may sign as `<merchant id>/<kid>` with these scopes, which the key that signs here has to have. It is fetched at once, and kept for 5 minutes when it is used; a key that it does not have makes the gateway look again, at most once a minute; while it cannot be fetched, the last one is good for an hour. `"jwks_url": null` ends it.',
  tags: ['Keys'],
  auth: 'merchant',
  scope: 'keys',
  body: z.strictObject({
    jwks_url: z.string().min(1).max(2048).nullable(),
    scopes: Scopes.optional().meta({ description: 'Required with an address.' }),
  }),
  bodyExample: { jwks_url: 'https://shop.example/jwks.json', scopes: ['read', 'orders'] },
  success: {
    status: 200,
    description: 'The source as it is now.',
    schema: KeySourceJson,
    example: sourceExample,
  },
  problems: ['url_forbidden', 'key_unacceptable', 'state_conflict'],
  async run(context, { body, merchant }) {
    const { id: merchantId, environmentId, kid } = merchant;
    const { jwks_url: jwksUrl, scopes } = body;
    const caller = { environmentId, actor: { kind: 'merchant', id: merchantId, kid } } as const;
    if (jwksUrl === null) {
      return transact(context, caller, async (tx) => {
        await lockMerchant(tx, merchantId);
        await removeKeySource(tx, merchantId);
        await requireManagingKey(tx, merchantId);
        return sourceJson(undefined);
      });
    }
    if (!scopes) throw missingScopes();
    requireGrant(merchant.scopes, scopes);
    const target = keySetTarget(context, { url: jwksUrl, environmentId });
    await fetchKeySet(target).then(requireKeys, refuseSet);
    return transact(context, caller, async (tx) => {
      await lockMerchant(tx, merchantId);
      const source = await setKeySource(tx, { merchantId, jwksUrl, scopes });
      // It may have had the scope `keys` before.
      await requireManagingKey(tx, merchantId);
      return sourceJson(source);
    });
  },
});

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

/** Where a merchant publishes keys of its own. */
export const keySourceRoutes: Route[] = [readSource, putSource];
