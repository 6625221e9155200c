import type { Migration } from './migration.ts';

export const shopperSignIn: Migration = {
  name: '0048-shopper-sign-in',
  up: (db) =>
    db.raw(`
-- When, by the wall's clock, a shopper first proved who they are, in the sign-in in which they did.
alter table shopper_sessions add column identified_at timestamptz;

-- Shaped as those of operators and members are, inside one environment. What its owner calls a passkey is sealed for them.
create table shopper_passkeys (
  environment_id text not null,
  id text not null check (length(id) between 1 and 2000),
  shopper_id text not null,
  public_key bytea not null,
  counter bigint not null check (counter >= 0),
  transports text[] not null,
  name_sealed text,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);
create index shopper_passkeys_shopper on shopper_passkeys (environment_id, shopper_id);

create table shopper_sign_ins (
  environment_id text not null references environments on delete cascade,
  challenge_hash bytea not null,
  address_hash bytea not null,
  tried_at timestamptz not null,
  primary key (environment_id, challenge_hash)
);
create index shopper_sign_ins_address on shopper_sign_ins (environment_id, address_hash, tried_at);
create index shopper_sign_ins_tried on shopper_sign_ins (environment_id, tried_at);

-- Whoever an outside provider knows as this subject is this shopper; only a keyed hash of the subject is kept.
create table shopper_outside_accounts (
  environment_id text not null,
  subject_index bytea not null,
  shopper_id text not null,
  issuer text not null,
  linked_at timestamptz not null,
  used_at timestamptz,
  primary key (environment_id, subject_index),
  unique (environment_id, shopper_id, issuer),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);

-- One way to an outside provider and back, by one browser and once. held_sealed is what only we know of it, and whence it began.
create table outside_sign_ins (
  environment_id text not null references environments on delete cascade,
  state_hash text not null,
  browser_hash bytea not null,
  address_hash bytea not null,
  held_sealed text not null,
  started_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > started_at),
  primary key (environment_id, state_hash)
);
create index outside_sign_ins_address on outside_sign_ins (environment_id, address_hash, started_at);
create index outside_sign_ins_started on outside_sign_ins (environment_id, started_at);

-- Which ways of signing in a shopper added or removed, by business time: for a day no cash is drawn after.
create table sign_in_changes (
  environment_id text not null,
  id bigint generated always as identity,
  shopper_id text not null,
  kind text not null check (kind in ('passkey_added', 'passkey_removed', 'outside_linked', 'outside_removed')),
  at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);
create index sign_in_changes_shopper on sign_in_changes (environment_id, shopper_id, at desc);

-- A check of who somebody is that a provider does on pages of its own. reference is the provider's name of it, null until
-- the provider was asked; look_at is when we look next. session_id is only a name: the sign-in that the check raises may be over.
create table identity_checks (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  session_id text not null,
  provider text not null,
  reference text,
  back_to_sealed text not null,
  status text not null check (status in ('asked', 'open', 'verified', 'refused', 'ended')),
  code text check ((status = 'refused') = (code is not null)),
  started_at timestamptz not null,
  look_at timestamptz,
  settled_at timestamptz check ((settled_at is null) = (status in ('asked', 'open'))),
  primary key (environment_id, id),
  check (status in ('asked', 'ended') or reference is not null),
  check ((look_at is null) = (settled_at is not null)),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);
create unique index identity_checks_reference on identity_checks (environment_id, provider, reference);
create index identity_checks_shopper on identity_checks (environment_id, shopper_id, started_at desc);
create index identity_checks_open on identity_checks (look_at) where settled_at is null;
`),
};
