import type { Migration } from './migration.ts';

/** What shoppers do not want to be sent, by the names that messages are grouped by. */
export const notices: Migration = {
  name: '0061-notices',
  up: (db) => db.raw(`alter table shoppers add column muted_notices text[] not null default '{}'`),
};
