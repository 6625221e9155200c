import type { Migration } from './migration.ts';

/** Whoever decides a dispute sees how earlier ones of the same shopper ended. */
export const disputeHistory: Migration = {
  name: '0072-dispute-history',
  concurrently: true,
  async up(db) {
    await db.raw('drop index concurrently if exists disputes_shopper');
    await db.raw('create index concurrently disputes_shopper on disputes (environment_id, shopper_id, id)');
  },
};
