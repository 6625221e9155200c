import type { Migration } from './migration.ts';

/** Look-up hashes by versions of their key, column by column: docs/decisions/0013-versions-of-look-up-hashes.md. */
export const indexVersions: Migration = {
  name: '0067-index-versions',
  up: (db) =>
    db.raw(`
-- By which key the hashes of a column are made now. A hash says by which one it was made: '<version>.' and 32 bytes, or 32
-- bytes alone by the first, '-'. Whoever stores one shares the lock of its row, so that a change waits for them.
create table index_keys (
  name text primary key,
  version text not null default '-',
  -- The version that is being left: its hashes are made anew, and looked for as long.
  previous text,
  check (previous <> version)
);
insert into index_keys (name) values
  ('guarantees.phone'), ('merchant_bank_accounts.number'), ('shopper_bank_accounts.number'),
  ('shopper_identities.national_id'), ('shoppers.phone');

-- Of who comes while a version is being left: their hash by it, under which a fraud list may know them.
alter table shoppers
  add column phone_index_before bytea,
  add constraint shoppers_erased_before check (erased_at is null or phone_index_before is null) not valid;

-- What a decision saw is the same phone under another version of its hash.
create or replace function keep_as_seen() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'fraud_sightings' and to_jsonb(new) - 'phone' = to_jsonb(old) - 'phone' then return new; end if;
  raise exception 'what a decision saw is not changed, only forgotten' using errcode = 'restrict_violation';
end $$;
`),
};
