import type { Migration } from './migration.ts';

export const shoppers: Migration = {
  name: '0003-shoppers',
  up: (db) =>
    db.raw(`
-- *_sealed columns hold AES-256-GCM text; *_index columns are keyed hashes for look-ups.
create table shoppers (
  environment_id text not null references environments,
  id text not null,
  data_key text not null,
  phone_index bytea not null,
  phone_sealed text not null,
  mail_sealed text,
  locale text not null check (locale in ('en', 'zh-CN')),
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, phone_index)
);

create table shopper_identities (
  environment_id text not null,
  shopper_id text not null,
  provider text not null,
  reference text not null,
  name_sealed text not null,
  birth_date_sealed text not null,
  national_id_sealed text not null,
  national_id_index bytea not null,
  verified_at timestamptz not null,
  primary key (environment_id, shopper_id),
  unique (environment_id, national_id_index),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id)
);

create table consents (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  purpose text not null,
  version text not null,
  text_hash text not null,
  given_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, shopper_id, purpose, version),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id)
);

create table login_challenges (
  environment_id text not null references environments,
  id text not null,
  phone_index bytea not null,
  phone_sealed text not null,
  address_hash bytea not null,
  browser_hash bytea not null,
  purpose text not null,
  code_hash bytea not null,
  tries integer not null default 0 check (tries between 0 and 5),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  primary key (environment_id, id)
);
create index login_challenges_phone on login_challenges (environment_id, phone_index, created_at);
create index login_challenges_address on login_challenges (address_hash, created_at);

create table shopper_sessions (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  token_hash bytea not null unique,
  level integer not null check (level between 1 and 3),
  created_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id)
);

create table payment_methods (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  processor_customer text not null,
  processor_method text not null,
  brand text not null,
  last4 text not null check (last4 ~ '^[0-9]{4}$'),
  status text not null check (status in ('active', 'removed')),
  created_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id)
);
create index payment_methods_shopper on payment_methods (environment_id, shopper_id);

-- One row per thing asked of the processor. Its id is the processor's idempotency key, so asking again is safe.
create table processor_attempts (
  environment_id text not null references environments,
  id text not null,
  purpose text not null check (purpose in ('repayment', 'down_hold', 'down_capture', 'down_release', 'money_back', 'payout')),
  subject_id text not null,
  payment_method_id text,
  target text,
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('pending', 'unknown', 'succeeded', 'failed')),
  processor_reference text,
  failure_code text,
  tries integer not null default 0,
  lease_until timestamptz,
  next_try_at timestamptz not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, payment_method_id) references payment_methods (environment_id, id),
  check ((status in ('succeeded', 'failed')) = (finished_at is not null)),
  check ((status = 'failed') = (failure_code is not null))
);
create index processor_attempts_open on processor_attempts (next_try_at) where status in ('pending', 'unknown');
create index processor_attempts_target on processor_attempts (environment_id, target) where purpose = 'money_back';
create index processor_attempts_subject on processor_attempts (environment_id, subject_id);
`),
};
