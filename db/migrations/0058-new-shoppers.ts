import type { Migration } from './migration.ts';

/**
 * Rules that count what shoppers without an earlier plan buy of a merchant read the latest of those sightings only: without
 * this index they pass over those of everybody else, of which a busy merchant has any number.
 */
export const newShoppers: Migration = {
  name: '0058-new-shoppers',
  concurrently: true,
  async up(db) {
    await db.raw('drop index concurrently if exists fraud_sightings_new_shoppers');
    await db.raw(
      `create index concurrently fraud_sightings_new_shoppers
       on fraud_sightings (environment_id, merchant_id, seen_at) where is_new_shopper`,
    );
  },
};
