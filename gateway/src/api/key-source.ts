import { z } from 'zod';
import { changeKeySource } from '../http/change-key-source.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { Timestamp } from '../http/schemas.ts';
import { type KeySource, readKeySource } from '../merchants/key-source.ts';
import { keyScopes } from '../merchants/keys.ts';

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
    const source = await changeKeySource(context, {
      environmentId,
      merchantId,
      actor: { kind: 'merchant', id: merchantId, kid },
      granting: merchant.scopes,
      jwksUrl: body.jwks_url,
      scopes: body.scopes,
    });
    return sourceJson(source);
  },
});

/** Where a merchant publishes keys of its own. */
export const keySourceRoutes: Route[] = [readSource, putSource];
