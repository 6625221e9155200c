import type { Migration } from './migration.ts';

const indexes = {
  messages_shopper: 'messages (environment_id, shopper_id, id) where shopper_id is not null',
  cases_waiting_for_shopper: `cases (environment_id, shopper_id)
    where with_shopper and status = 'waiting_for_shopper'`,
  cases_waiting_for_merchant: `cases (environment_id, merchant_id)
    where with_merchant and status = 'waiting_for_merchant'`,
};

/**
 * A shopper reads their own messages, and every page of the account and the dashboard counts the cases that wait for its
 * reader: of all the others, and of thousands that are over, none is read.
 */
export const accountLists: Migration = {
  name: '0065-account-lists',
  concurrently: true,
  async up(db) {
    for (const [name, on] of Object.entries(indexes)) {
      await db.raw(`drop index concurrently if exists ${name}`);
      await db.raw(`create index concurrently ${name} on ${on}`);
    }
  },
};
