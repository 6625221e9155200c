import type { Knex } from '@morrow/db';
import type { RegisteredKey } from '../../src/http/key-cache.ts';
import { newId } from '../../src/lib/ids.ts';
import { importMerchantKey } from '../../src/lib/jwk.ts';
import { generateKey, type SigningKey } from './sign.ts';

/** A key of a merchant, to sign with. */
export type DemoKey = SigningKey & { merchantId: string; environmentId: string };

/** A merchant in a sandbox of its own, with a registered key. */
export async function addMerchant(
  db: Knex,
  now: Date,
  scopes = ['read', 'orders', 'refunds', 'keys', 'sandbox'],
): Promise<DemoKey> {
  const { algorithm, privateKey, jwk } = generateKey('ed25519');
  const environmentId = newId('sbx');
  const merchantId = newId('mer');
  const key = importMerchantKey(jwk);
  await insertMerchant(db, { environmentId, merchantId, now, jwk: key.jwk, scopes });
  return { keyid: `${merchantId}/${key.kid}`, algorithm, privateKey, merchantId, environmentId };
}

/** The rows that a signed request needs: an environment, a merchant and its key. */
export async function insertMerchant(
  db: Knex,
  input: { environmentId: string; merchantId: string; now: Date; jwk: { kid: string }; scopes: string[] },
): Promise<void> {
  const { environmentId, merchantId, now, jwk, scopes } = input;
  const owned = { environment_id: environmentId, created_at: now };
  await db('environments').insert({
    id: environmentId,
    kind: 'sandbox',
    time_zone: 'Asia/Shanghai',
    clock_at: now,
    created_at: now,
  });
  await db('merchants').insert({
    ...owned,
    id: merchantId,
    name: 'Demo',
    category: 'books',
    country: 'CN',
    time_zone: 'Asia/Shanghai',
    currency: 'CNY',
    status: 'active',
    allowed_origins: [],
    fee_basis_points: 290,
    fee_fixed: 30n,
    first_part: 'capture',
    payout_account: 'acct_demo',
  });
  await db('merchant_keys').insert({ ...owned, merchant_id: merchantId, kid: jwk.kid, jwk, scopes });
}

/** The registered key with this keyid. */
export async function findKey(db: Knex, keyid: string): Promise<RegisteredKey | undefined> {
  const [merchantId = '', kid = ''] = keyid.split('/');
  const row = await db('merchant_keys').where({ merchant_id: merchantId, kid }).first();
  if (!row) return undefined;
  const { algorithm, publicKey } = importMerchantKey(row.jwk);
  return {
    ownerId: merchantId,
    kid,
    algorithm,
    publicKey,
    sandbox: true,
    environmentId: row.environment_id,
    scopes: row.scopes,
  };
}
