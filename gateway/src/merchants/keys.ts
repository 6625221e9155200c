import type { Knex } from '@morrow/db';
import { importMerchantKey, type MerchantKey, type PublicJwk, type SignatureAlgorithm } from '../lib/jwk.ts';
import type { Clock } from '../lib/clock.ts';
import type { KeyObject } from 'node:crypto';
import type { Tx } from '../lib/tx.ts';

export const keyScopes = ['read', 'orders', 'refunds', 'keys', 'sandbox'] as const;

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

type KeyRow = {
  environment_id: string;
  merchant_id: string;
  kid: string;
  jwk: PublicJwk;
  scopes: string[];
  created_at: Date;
};

/** Registers a public key for a merchant; the caller has checked that its holder signed for it. */
export async function registerKey(
  tx: Tx,
  input: { merchantId: string; key: MerchantKey; scopes: readonly (typeof keyScopes)[number][] },
): Promise<void> {
  await tx.sql('merchant_keys').insert({
    environment_id: tx.environment.id,
    merchant_id: input.merchantId,
    kid: input.key.kid,
    jwk: JSON.stringify(input.key.jwk),
    scopes: input.scopes,
    created_at: tx.wallNow,
  });
}

/**
 * The key that `keyid` (`mer_…/<kid>`) names. Undefined alike for a malformed name, an unknown merchant or key, a
 * suspended merchant and a sandbox that has ended, so that nothing can be learned by trying.
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
