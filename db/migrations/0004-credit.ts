import type { Migration } from './migration.ts';

export const credit: Migration = {
  name: '0004-credit',
  up: (db) =>
    db.raw(`
create table funders (
  environment_id text not null references environments,
  id text not null,
  name text not null,
  priority integer not null,
  -- The funder's share of the merchant fee on interest-free plans, and Morrow's servicing fee on what it collects.
  fee_share_basis_points integer not null check (fee_share_basis_points between 0 and 10000),
  servicing_basis_points integer not null check (servicing_basis_points between 0 and 10000),
  status text not null check (status in ('active', 'paused')),
  created_at timestamptz not null,
  primary key (environment_id, id)
);

-- A funder's capacity lies in slots, so that concurrent confirmations seldom meet on one row.
create table funder_slots (
  environment_id text not null,
  funder_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  slot integer not null check (slot between 0 and 63),
  capacity bigint not null check (capacity >= 0),
  remaining bigint not null check (remaining between 0 and capacity),
  primary key (environment_id, funder_id, currency, slot),
  foreign key (environment_id, funder_id) references funders (environment_id, id)
);

create table credit_lines (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  target_limit bigint not null check (target_limit >= 0),
  limit_amount bigint not null check (limit_amount >= 0 and limit_amount <= target_limit),
  held bigint not null check (held >= 0),
  used bigint not null check (used >= 0),
  status text not null check (status in ('active', 'suspended')),
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, shopper_id, currency),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id)
);

-- amount is the financed principal still held; slots says which funder slot lent how much of it.
create table holds (
  environment_id text not null,
  id text not null,
  credit_line_id text not null,
  funder_id text not null,
  slot integer not null,
  currency text not null,
  amount bigint not null check (amount >= 0),
  original_amount bigint not null check (original_amount > 0),
  status text not null check (status in ('active', 'converted', 'released', 'expired')),
  created_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, credit_line_id) references credit_lines (environment_id, id),
  foreign key (environment_id, funder_id, currency, slot) references funder_slots (environment_id, funder_id, currency, slot),
  check (amount <= original_amount),
  check ((status = 'active') = (amount > 0))
);
create index holds_line on holds (environment_id, credit_line_id) where status = 'active';
`),
};
