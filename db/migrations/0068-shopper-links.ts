import type { Migration } from './migration.ts';

/** Who a merchant belongs to, and which shoppers have something to do with a merchant: docs/fraud.md. */
export const shopperLinks: Migration = {
  name: '0068-shopper-links',
  up: (db) =>
    db.raw(`
-- The people to whom a merchant belongs. national_id_index is a keyed hash with a version of its own (index_keys).
create table merchant_owners (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  name_sealed text not null,
  national_id_sealed text not null,
  national_id_index bytea not null,
  named_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade
);
create index merchant_owners_merchant on merchant_owners (environment_id, merchant_id);
create index merchant_owners_national_id on merchant_owners (environment_id, national_id_index);
insert into index_keys (name) values ('merchant_owners.national_id');

-- Browsers in which somebody of a merchant's dashboard was signed in, and those in which a shopper was: keyed hashes, for
-- 90 days by the wall's clock.
create table merchant_devices (
  environment_id text not null,
  device bytea not null check (octet_length(device) = 32),
  merchant_id text not null,
  seen_at timestamptz not null,
  primary key (environment_id, device, merchant_id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade
);
create index merchant_devices_seen on merchant_devices (environment_id, seen_at);
create table shopper_devices (
  environment_id text not null,
  device bytea not null check (octet_length(device) = 32),
  shopper_id text not null,
  seen_at timestamptz not null,
  primary key (environment_id, device, shopper_id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);
create index shopper_devices_seen on shopper_devices (environment_id, seen_at);
create index shopper_devices_shopper on shopper_devices (environment_id, shopper_id);

-- That a shopper and a merchant are linked, and by what. Written when the evidence arrives; read at each purchase by its key.
-- Times are the wall's. seen_at is when the older half of the evidence was seen last. past_orders is how often this shopper had
-- bought there by then: where they had, somebody has to look at it.
create table shopper_links (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  merchant_id text not null,
  kind text not null check (kind in ('identity', 'bank_account', 'device')),
  first_seen_at timestamptz not null,
  seen_at timestamptz not null,
  past_orders integer not null check (past_orders >= 0),
  acknowledged_at timestamptz,
  acknowledged_by text,
  primary key (environment_id, id),
  unique (environment_id, shopper_id, merchant_id, kind),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade,
  check ((acknowledged_at is null) = (acknowledged_by is null))
);
create index shopper_links_merchant on shopper_links (environment_id, merchant_id);
create index shopper_links_device_seen on shopper_links (environment_id, seen_at) where kind = 'device';
create index shopper_links_open on shopper_links (environment_id, id)
  where past_orders > 0 and acknowledged_at is null;
`),
};
