import type { Migration } from './migration.ts';

export const hotPath: Migration = {
  name: '0053-hot-path',
  up: (db) =>
    db.raw(`
-- Every order by agreement reads what its shopper agreed to, also what was taken back; without it, everybody's is read.
create index consents_shopper on consents (environment_id, shopper_id);
`),
};
