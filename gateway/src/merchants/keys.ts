import type { Knex } from '@morrow/db';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { GatewayError } from '../lib/errors.ts';
import {
  algorithmOf,
  importMerchantKey,
  type MerchantKey,
  type PublicJwk,
  type SignatureAlgorithm,
} from '../lib/jwk.ts';
import type { Tx } from '../lib/tx.ts';
import { logKeyChange } from './key-log.ts';

export const keyScopes = ['read', 'orders', 'refunds', 'keys', 'sandbox'] as const;

export type KeyScope = (typeof keyScopes)[number];

/** A merchant's key that may sign now, and what with. */
export type RegisteredKey = {
  environmentId: string;
  merchantId: string;
  kid: string;
  scopes: readonly string[];
  algorithm: SignatureAlgorithm;
  publicKey: KeyObject;
  sandbox: boolean;
};

/** A key as its merchant sees it, also after its end. All instants are the wall's. */
export type Key = {
  merchantId: string;
  kid: string;
  algorithm: SignatureAlgorithm;
  jwk: PublicJwk;
  scopes: readonly KeyScope[];
  status: 'active' | 'expired' | 'revoked';
  version: number;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
};

export type KeyRow = {
  environment_id: string;
  merchant_id: string;
  kid: string;
  jwk: PublicJwk;
  scopes: KeyScope[];
  version: number;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
};

export function toKey(row: KeyRow, wallNow: Date): Key {
  const isOver = row.expires_at !== null && row.expires_at <= wallNow;
  return {
    merchantId: row.merchant_id,
    kid: row.kid,
    algorithm: algorithmOf(row.jwk),
    jwk: row.jwk,
    scopes: row.scopes,
    status: row.revoked_at ? 'revoked' : isOver ? 'expired' : 'active',
    version: row.version,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

/** Registers a public key for a merchant; the caller has checked that its holder signed for it. */
export async function registerKey(
  tx: Tx,
  input: { merchantId: string; key: MerchantKey; scopes: readonly KeyScope[]; expiresAt?: Date | null },
): Promise<Key> {
  const [row] = await tx
    .sql<KeyRow>('merchant_keys')
    .insert({
      environment_id: tx.environment.id,
      merchant_id: input.merchantId,
      kid: input.key.kid,
      jwk: JSON.stringify(input.key.jwk) as never,
      scopes: [...input.scopes],
      created_at: tx.wallNow,
      expires_at: input.expiresAt ?? null,
    })
    .returning('*');
  if (!row) throw new Error('the key was not stored');
  await logKeyChange(tx, {
    ownerId: input.merchantId,
    kid: row.kid,
    action: 'created',
    detail: { scopes: row.scopes, expires_at: row.expires_at?.toISOString() ?? null },
  });
  return toKey(row, tx.wallNow);
}

/**
 * A page of the keys that a merchant has and had, the oldest first, after the one named `after`.
 *
 * @throws GatewayError `cursor_invalid` when there is no key of that name.
 */
export async function listKeys(
  tx: Tx,
  input: { merchantId: string; after?: string | undefined; limit: number; active?: boolean | undefined },
): Promise<Key[]> {
  const rows = await keysOf(tx, input.merchantId).orderBy(['created_at', 'kid']);
  const from = input.after === undefined ? 0 : rows.findIndex(({ kid }) => kid === input.after) + 1;
  if (input.after !== undefined && from === 0) {
    throw new GatewayError('cursor_invalid', { detail: 'The cursor is not one of this list.' });
  }
  return rows
    .slice(from)
    .map((row) => toKey(row, tx.wallNow))
    .filter(({ status }) => input.active === undefined || (status === 'active') === input.active)
    .slice(0, input.limit);
}

/** The rows of a merchant's keys, to be narrowed down. */
export function keysOf(tx: Tx, merchantId: string) {
  return tx
    .sql<KeyRow>('merchant_keys')
    .where({ environment_id: tx.environment.id, merchant_id: merchantId });
}

/**
 * The key that `keyid` (`mer_…/<kid>`) names. Undefined alike for a malformed name, an unknown merchant or key, a key
 * that was revoked or is at its end, a suspended merchant and a sandbox that has ended, so that nothing can be learned by
 * trying.
 */
export async function findVerificationKey(
  host: { db: Knex; clock: Clock },
  keyid: string,
): Promise<RegisteredKey | undefined> {
  const [merchantId, kid, ...rest] = keyid.split('/');
  if (!merchantId || !kid || rest.length > 0) return undefined;
  const row = await host
    .db<KeyRow>('merchant_keys as k')
    .join('merchants as m', (join) =>
      join.on('m.environment_id', 'k.environment_id').andOn('m.id', 'k.merchant_id'),
    )
    .join('environments as e', 'e.id', 'k.environment_id')
    .where({ 'k.merchant_id': merchantId, 'k.kid': kid, 'm.status': 'active' })
    .whereNull('k.revoked_at')
    .whereRaw('(k.expires_at is null or k.expires_at > ?)', [host.clock.now()])
    .whereRaw('(e.expires_at is null or e.expires_at > ?)', [host.clock.now()])
    .select('k.*')
    .first<KeyRow | undefined>();
  if (!row) return undefined;
  const { algorithm, publicKey } = importMerchantKey(row.jwk);
  return {
    environmentId: row.environment_id,
    merchantId: row.merchant_id,
    kid: row.kid,
    scopes: row.scopes,
    algorithm,
    publicKey,
    sandbox: row.environment_id !== 'live',
  };
}
