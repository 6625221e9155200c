import type { Migration } from './migration.ts';

export const publishableKeys: Migration = {
  name: '0012-publishable-keys',
  up: (db) =>
    db.raw(`
-- Stands in the pages of a merchant's shop: it says which merchant asks and proves nothing, so it is not a secret.
alter table merchants
  add column publishable_key text not null unique
    default 'pub_' || replace(gen_random_uuid()::text, '-', '')
    check (publishable_key ~ '^pub_[0-9a-f]{32}$');
`),
};
