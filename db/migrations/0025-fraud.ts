import type { Migration } from './migration.ts';

export const fraud: Migration = {
  name: '0025-fraud',
  up: (db) =>
    db.raw(`
-- What one decision saw of who asked, for 90 days of the wall's time. device, address, phone and card are keyed hashes.
-- purchase is what was decided about: a checkout, a draw, or an order of an agreement; a page that is loaded again sees
-- the same trace and adds nothing. number orders what was seen, so that a replay counts what had come before.
create table fraud_sightings (
  environment_id text not null references environments on delete cascade,
  number bigint generated always as identity,
  purchase text not null,
  trace bytea not null,
  kind text not null check (kind in ('checkout', 'agreement', 'draw')),
  shopper_id text not null,
  merchant_id text,
  device bytea,
  address bytea,
  phone bytea not null,
  card bytea,
  country text check (country ~ '^[A-Z]{2}$'),
  card_country text check (card_country ~ '^[A-Z]{2}$'),
  market text check (market ~ '^[A-Z]{2}$'),
  home text check (home ~ '^[A-Z]{2}$'),
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  hour smallint not null check (hour between 0 and 23),
  is_new_shopper boolean not null,
  use_before integer,
  use_after integer,
  seen_at timestamptz not null,
  seen_by_wall_at timestamptz not null,
  primary key (environment_id, number),
  unique (environment_id, purchase, trace)
);
create index fraud_sightings_shopper on fraud_sightings (environment_id, shopper_id, seen_at);
create index fraud_sightings_phone on fraud_sightings (environment_id, phone, seen_at);
create index fraud_sightings_device on fraud_sightings (environment_id, device, seen_at) where device is not null;
create index fraud_sightings_address on fraud_sightings (environment_id, address, seen_at) where address is not null;
create index fraud_sightings_card on fraud_sightings (environment_id, card, seen_at) where card is not null;
create index fraud_sightings_merchant on fraud_sightings (environment_id, merchant_id, seen_at) where merchant_id is not null;
create index fraud_sightings_time on fraud_sightings (environment_id, seen_at);
create index fraud_sightings_wall on fraud_sightings (environment_id, seen_by_wall_at);
create function keep_as_seen() returns trigger language plpgsql as $$
begin
  raise exception 'what a decision saw is not changed, only forgotten' using errcode = 'restrict_violation';
end $$;
create trigger fraud_sightings_kept before update on fraud_sightings for each row execute function keep_as_seen();

-- The rules in force are the active version; without one, version 1, which is in the code. Rules never change: a change
-- is a new version.
create table fraud_rule_sets (
  environment_id text not null references environments on delete cascade,
  version integer not null check (version >= 2),
  rules jsonb not null check (jsonb_typeof(rules) = 'object'),
  rules_hash text not null,
  status text not null check (status in ('draft', 'active', 'retired')),
  created_by text not null,
  created_at timestamptz not null,
  activated_by text,
  activated_at timestamptz,
  primary key (environment_id, version),
  check ((status = 'draft') = (activated_at is null)),
  check ((activated_at is null) = (activated_by is null))
);
create unique index fraud_rule_sets_one_active on fraud_rule_sets (environment_id) where status = 'active';
create trigger fraud_rule_sets_kept before update of rules, rules_hash, version on fraud_rule_sets
  for each row execute function keep_as_seen();

-- Who is let through or refused, by a keyed hash of what they are known by. Nothing is deleted: an entry ends.
create table fraud_list_entries (
  environment_id text not null references environments on delete cascade,
  id text not null,
  list text not null check (list in ('allow', 'deny')),
  of text not null check (of in ('device', 'address', 'phone', 'card', 'shopper')),
  value bytea not null,
  reason text not null check (length(reason) between 1 and 200),
  added_by text not null,
  added_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > added_at),
  ended_at timestamptz,
  ended_by text,
  primary key (environment_id, id),
  check ((ended_at is null) = (ended_by is null))
);
create unique index fraud_list_entries_one on fraud_list_entries (environment_id, list, of, value) where ended_at is null;
create index fraud_list_entries_value on fraud_list_entries (environment_id, value);

-- The signed-in session that answered a code for a purchase; by the wall's clock.
create table fraud_passes (
  environment_id text not null references environments on delete cascade,
  session_id text not null,
  passed_at timestamptz not null,
  until timestamptz not null check (until > passed_at),
  primary key (environment_id, session_id, passed_at)
);

-- What a merchant's orders of the last weeks come to: median and spread of the logarithm of their amounts.
create table fraud_merchant_norms (
  environment_id text not null references environments on delete cascade,
  merchant_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  business_date date not null,
  orders integer not null check (orders > 0),
  median double precision not null,
  spread double precision not null check (spread >= 0),
  primary key (environment_id, merchant_id, currency, business_date)
);

-- How much of what there was on a business date that is over; merchant_id is empty for the whole environment.
create table fraud_day_counts (
  environment_id text not null references environments on delete cascade,
  business_date date not null,
  merchant_id text not null,
  what text not null,
  count integer not null check (count >= 0),
  primary key (environment_id, business_date, merchant_id, what)
);
create index fraud_day_counts_subject on fraud_day_counts (environment_id, merchant_id, what, business_date);

create table fraud_alarms (
  environment_id text not null references environments on delete cascade,
  id text not null,
  business_date date not null,
  merchant_id text not null,
  what text not null,
  direction text not null check (direction in ('above', 'below')),
  count integer not null check (count >= 0),
  expected double precision not null,
  threshold double precision not null,
  raised_at timestamptz not null,
  told_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  primary key (environment_id, id),
  unique (environment_id, business_date, merchant_id, what, direction),
  check ((acknowledged_at is null) = (acknowledged_by is null))
);
create index fraud_alarms_untold on fraud_alarms (environment_id) where told_at is null;
create index fraud_alarms_open on fraud_alarms (environment_id, raised_at) where acknowledged_at is null;

-- What a business date's decisions are counted by.
create index assessments_time on assessments (environment_id, created_at);

-- fingerprint is a keyed hash of the processor's name for the card's number, the same whoever saved it.
alter table payment_methods
  add column fingerprint bytea,
  add column card_country text check (card_country ~ '^[A-Z]{2}$');
`),
};
