import type { Migration } from './migration.ts';

export const keys: Migration = {
  name: '0036-keys',
  up: (db) =>
    db.raw(`
-- A key that was revoked stays, so that its name never means another key. version counts its changes.
alter table merchant_keys
  add column version integer not null default 1 check (version >= 1),
  add column expires_at timestamptz,
  add column revoked_at timestamptz;

-- Where a merchant publishes keys of its own (RFC 7517), and what all of them may be used for.
create table key_sources (
  environment_id text not null,
  merchant_id text not null,
  jwks_url text not null check (length(jwks_url) between 1 and 2048),
  scopes text[] not null check (cardinality(scopes) > 0),
  version integer not null default 1 check (version >= 1),
  set_at timestamptz not null,
  primary key (merchant_id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade
);

create table funder_keys (
  environment_id text not null,
  funder_id text not null,
  kid text not null check (kid ~ '^[A-Za-z0-9._-]{1,64}$'),
  jwk jsonb not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (funder_id, kid),
  foreign key (environment_id, funder_id) references funders (environment_id, id) on delete cascade
);

-- Who changed which key, and when. owner_id is a merchant or a funder; kid is null where its source of keys changed.
create table key_log (
  environment_id text not null references environments on delete cascade,
  id bigint generated always as identity,
  owner_id text not null,
  kid text,
  action text not null check (action in ('created', 'expiring', 'revoked', 'source_set', 'source_removed')),
  detail jsonb not null,
  actor_kind text not null,
  actor_id text not null,
  actor_kid text,
  at timestamptz not null,
  primary key (environment_id, id),
  check ((kid is null) = (action in ('source_set', 'source_removed')))
);
create index key_log_owner on key_log (environment_id, owner_id, id);
create trigger key_log_append_only before update or delete on key_log
  for each row execute function refuse_change();

-- Funders sign, too, and a key of a source has no row.
alter table signature_nonces drop constraint signature_nonces_merchant_id_kid_fkey;
alter table signature_nonces rename column merchant_id to owner_id;
`),
};
