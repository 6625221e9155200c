import type { Migration } from './migration.ts';

export const deskAddresses: Migration = {
  name: '0043-desk-addresses',
  up: (db) =>
    db.raw(`
-- A funder's own service may lie at an address, where it is asked over HTTP.
alter table funder_desks
  drop constraint funder_desks_kind_check,
  add constraint funder_desks_kind_check check (kind in ('sandbox', 'http')),
  add column url text check (length(url) <= 2048),
  add constraint funder_desks_url check ((kind = 'http') = (url is not null));

-- plan: what the funder is told of the plan, the same each time it is asked; null in questions from before. reference: the
-- funder's own name for its answer. proof: what was signed by both, so that the answer can be proved later.
alter table funder_asks
  add column plan jsonb check (jsonb_typeof(plan) = 'object'),
  add column reference text check (reference ~ '^[!-~]{1,64}$'),
  add column proof jsonb check (jsonb_typeof(proof) = 'object');
`),
};
