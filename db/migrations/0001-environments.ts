import type { Migration } from './migration.ts';

export const environments: Migration = {
  name: '0001-environments',
  up: (db) =>
    db.raw(`
-- Everything belongs to one environment; composite keys make it impossible that a row refers across.
create table environments (
  id text primary key,
  kind text not null check (kind in ('live', 'sandbox')),
  time_zone text not null,
  -- A sandbox's own clock stands still until it is advanced; live time is the wall's.
  clock_at timestamptz,
  clock_target timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null,
  check ((kind = 'sandbox') = (clock_at is not null)),
  check (clock_target is null or clock_target >= clock_at)
);

create table merchants (
  environment_id text not null references environments,
  id text not null,
  name text not null check (length(name) between 1 and 200),
  category text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  time_zone text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('active', 'suspended')),
  allowed_origins text[] not null,
  fee_basis_points integer not null check (fee_basis_points between 0 and 10000),
  fee_fixed bigint not null check (fee_fixed >= 0),
  first_part text not null check (first_part in ('capture', 'checkout')),
  payout_account text not null,
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (id)
);

create table merchant_keys (
  environment_id text not null,
  merchant_id text not null,
  kid text not null check (kid ~ '^[A-Za-z0-9._-]{1,64}$'),
  jwk jsonb not null,
  scopes text[] not null,
  created_at timestamptz not null,
  primary key (merchant_id, kid),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id)
);
create index merchant_keys_kid on merchant_keys (kid);

-- Who opened sandboxes lately, as a keyed hash of the network address.
create table sandbox_openings (
  address_hash bytea not null,
  opened_at timestamptz not null
);
create index sandbox_openings_address on sandbox_openings (address_hash, opened_at);

-- A nonce, where a client sends one, is good for one request.
create table signature_nonces (
  environment_id text not null,
  merchant_id text not null,
  kid text not null,
  nonce text not null,
  expires_at timestamptz not null,
  primary key (merchant_id, kid, nonce),
  foreign key (merchant_id, kid) references merchant_keys (merchant_id, kid),
  foreign key (environment_id) references environments
);

create table idempotency_keys (
  environment_id text not null,
  merchant_id text not null,
  key text not null check (length(key) between 1 and 255),
  fingerprint bytea not null,
  state text not null check (state in ('in_progress', 'done')),
  lease_until timestamptz,
  status integer,
  response_sealed text,
  expires_at timestamptz not null,
  primary key (merchant_id, key),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id),
  check ((state = 'done') = (status is not null and response_sealed is not null)),
  check ((state = 'in_progress') = (lease_until is not null))
);
create index idempotency_keys_expiry on idempotency_keys (expires_at);
`),
};
