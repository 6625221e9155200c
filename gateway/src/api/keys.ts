import { z } from 'zod';
import type { Config } from '../config.ts';
import { checkKeyProof } from '../http/key-proof.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { PageQuery, pageOf, Timestamp, toPage } from '../http/schemas.ts';
import { importMerchantKey } from '../lib/jwk.ts';
import { addKey, mostActiveKeys, revokeKey } from '../merchants/change-keys.ts';
import { type Key, keyScopes, listKeys } from '../merchants/keys.ts';
import { keySourceRoutes, Scopes } from './key-source.ts';

const Kid = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

const KeyJson = z
  .object({
    object: z.literal('key'),
    kid: z.string(),
    key_id: z.string().meta({ description: 'The `keyid` of its signatures.' }),
    algorithm: z
      .enum(['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256'])
      .meta({ description: 'By the registry of RFC 9421; the key fixes it.' }),
    scopes: z.array(z.enum(keyScopes)),
    status: z.enum(['active', 'expired', 'revoked']),
    jwk: z.record(z.string(), z.string()).meta({ description: 'The public key (RFC 7517).' }),
    created_at: Timestamp,
    expires_at: Timestamp.nullable().meta({ description: 'When it ends by itself; null when it does not.' }),
    revoked_at: Timestamp.nullable(),
  })
  .meta({ id: 'Key', description: 'A public key by which the merchant signs.' });

const jwkExample = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

const keyExample: z.output<typeof KeyJson> = {
  object: 'key',
  kid: 'key-2',
  key_id: 'mer_018f6b2a9c7d7e3f8a1b2c3d4e5f6071/key-2',
  algorithm: 'ed25519',
  scopes: ['read', 'orders', 'refunds', 'keys'],
  status: 'active',
  jwk: { ...jwkExample, alg: 'EdDSA', kid: 'key-2' },
  created_at: '2026-03-01T08:30:00.000Z',
  expires_at: null,
  revoked_at: null,
};

function keyJson(key: Key): z.output<typeof KeyJson> {
  return {
    object: 'key',
    kid: key.kid,
    key_id: `${key.merchantId}/${key.kid}`,
    algorithm: key.algorithm,
    scopes: [...key.scopes],
    status: key.status,
    jwk: key.jwk,
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
  };
}

const Replaces = z
  .strictObject({
    kid: Kid,
    overlap_hours: z
      .int()
      .min(0)
      .max(168)
      .default(24)
      .meta({ description: 'For how long both of them sign.' }),
  })
  .meta({ description: 'The key that ends in its place.' });

const createKey = ({ origins }: Config): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/keys',
    operationId: 'createKey',
    summary: 'Register a key, or rotate one',
    description:
      `The request is signed by an active key, and \`proof\` by the new one: a compact JWS of \`typ\` \`morrow-key+jwt\` with \`iss\` (the merchant's id), \`aud\` (the origin of this API), \`iat\` (within 300 s) and \`jti\` (taken once). There are at most ${mostActiveKeys} active keys, and none has more scopes than the one that signs here.\n\n` +
      'With `replaces` the other key ends after an overlap in which both sign, so that servers can change one after the other.',
    tags: ['Keys'],
    auth: 'merchant',
    scope: 'keys',
    body: z.strictObject({
      jwk: z.record(z.string(), z.unknown()).meta({
        description:
          'The public key; without a `kid` it is named by its thumbprint (RFC 7638). RSA needs `alg`, PS512 or RS256.',
      }),
      scopes: Scopes.optional().meta({ description: 'By default those of the key that is replaced.' }),
      proof: z.string().min(1).max(4096),
      expires_at: z.iso.datetime({ offset: true }).optional(),
      replaces: Replaces.optional(),
    }),
    bodyExample: {
      jwk: jwkExample,
      proof: 'eyJhbGciOiJFZERTQSIsInR5cCI6Im1vcnJvdy1rZXkrand0In0.e30.AAAA',
      replaces: { kid: 'key-1', overlap_hours: 24 },
    },
    success: { status: 201, description: 'It may sign now.', schema: KeyJson, example: keyExample },
    problems: ['key_unacceptable', 'state_conflict'],
    async write(tx, { body, merchant }) {
      const key = importMerchantKey(body.jwk);
      await checkKeyProof(tx, body.proof, { key, merchantId: merchant.id, audience: origins.api });
      const { replaces } = body;
      return keyJson(
        await addKey(tx, {
          merchantId: merchant.id,
          granting: merchant.scopes,
          key,
          scopes: body.scopes,
          expiresAt: body.expires_at === undefined ? undefined : new Date(body.expires_at),
          replaces: replaces && { kid: replaces.kid, overlapHours: replaces.overlap_hours },
        }),
      );
    },
  });

const list = defineRoute({
  method: 'get',
  path: '/v1/keys',
  operationId: 'listKeys',
  summary: 'List keys',
  description: 'Those that are registered, and those that were; keys of a key source are not among them.',
  tags: ['Keys'],
  auth: 'merchant',
  scope: 'keys',
  query: PageQuery.extend({
    status: z
      .enum(['active', 'ended'])
      .optional()
      .meta({ description: 'Only those that sign, or do no more.' }),
  }),
  problems: ['cursor_invalid'],
  success: {
    status: 200,
    description: 'The oldest first.',
    schema: pageOf(KeyJson),
    example: { data: [keyExample], next_cursor: null },
  },
  async read(tx, { query, merchant }) {
    const keys = await listKeys(tx, {
      merchantId: merchant.id,
      after: query.cursor,
      limit: query.limit + 1,
      active: query.status && query.status === 'active',
    });
    return toPage(keys, query.limit, ({ kid }) => kid, keyJson);
  },
});

const revoke = defineRoute({
  method: 'post',
  path: '/v1/keys/{kid}/revoke',
  operationId: 'revokeKey',
  summary: 'Revoke a key',
  description:
    'Within five seconds the gateway knows it no more than a key that never was. There has to be another key with the scope `keys` that does not expire, or a key source with it. Revoking it again changes nothing.',
  tags: ['Keys'],
  auth: 'merchant',
  scope: 'keys',
  params: z.object({ kid: Kid }),
  problems: ['state_conflict'],
  success: {
    status: 200,
    description: 'It is revoked.',
    schema: KeyJson,
    example: { ...keyExample, status: 'revoked', revoked_at: '2026-03-02T08:30:00.000Z' },
  },
  write: async (tx, { params: { kid }, merchant }) =>
    keyJson(await revokeKey(tx, { merchantId: merchant.id, kid })),
});

/** By what a merchant signs. */
export function keyRoutes(config: Config): Route[] {
  return [createKey(config), list, revoke, ...keySourceRoutes];
}
