import type { Knex } from '@morrow/db';
import type { Clock } from '../lib/clock.ts';
import { type Merchant, type MerchantRow, toMerchant } from './merchants.ts';

/**
 * The merchant whose shop's pages carry this key, with the environment that it is in. Undefined alike for an unknown
 * key, a suspended merchant and a sandbox that has ended.
 */
export async function findByPublishableKey(
  host: { db: Knex; clock: Clock },
  key: string,
): Promise<{ environmentId: string; merchant: Merchant } | undefined> {
  const row = await host
    .db<MerchantRow>('merchants as m')
    .join('environments as e', 'e.id', 'm.environment_id')
    .where({ 'm.publishable_key': key, 'm.status': 'active' })
    .whereRaw('(e.expires_at is null or e.expires_at > ?)', [host.clock.now()])
    .select('m.*')
    .first<MerchantRow | undefined>();
  return row && { environmentId: row.environment_id, merchant: toMerchant(row) };
}
