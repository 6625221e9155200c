import type { Migration } from './migration.ts';

/** Messages that are kept for their shopper's account only, because the shopper does not want them sent. */
export const mutedMessages: Migration = {
  name: '0064-muted-messages',
  up: (db) => db.raw('alter table messages add column muted boolean not null default false'),
};
