import type { Migration } from './migration.ts';

export const agreements: Migration = {
  name: '0016-agreements',
  up: (db) =>
    db.raw(`
-- A shopper lets one merchant authorize orders without being asked each time, within ceilings, for as long as nobody ends
-- it. terms is what the shopper read and agreed to. What refers to agreements goes with what they refer to: nothing of
-- that is ever deleted but by purge_sandbox, which so takes them along.
create table agreements (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  merchant_reference text not null check (length(merchant_reference) between 1 and 100),
  description text not null check (length(description) between 1 and 200),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  order_ceiling bigint not null check (order_ceiling > 0),
  day_ceiling bigint not null check (day_ceiling >= order_ceiling),
  month_ceiling bigint not null check (month_ceiling >= day_ceiling),
  charge_after_days integer not null check (charge_after_days in (0, 14, 30)),
  return_url text not null,
  secret_hash bytea not null unique,
  status text not null check (status in ('pending', 'active', 'suspended', 'ended')),
  shopper_id text,
  payment_method_id text,
  terms jsonb,
  terms_hash text,
  agreed_texts jsonb not null default '[]' check (jsonb_typeof(agreed_texts) = 'array'),
  version integer not null default 1,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  agreed_at timestamptz,
  ended_at timestamptz,
  ended_by text check (ended_by in ('merchant', 'shopper', 'time')),
  primary key (environment_id, id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade,
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, payment_method_id) references payment_methods (environment_id, id) on delete cascade,
  check ((agreed_at is not null) = (payment_method_id is not null and terms is not null and terms_hash is not null)),
  check (agreed_at is null or shopper_id is not null),
  check (case status
    when 'pending' then agreed_at is null and ended_at is null
    when 'ended' then ended_at is not null
    else agreed_at is not null and ended_at is null end),
  check ((ended_at is null) = (ended_by is null))
);
create unique index agreements_live_reference on agreements (environment_id, merchant_id, merchant_reference)
  where status <> 'ended';
create index agreements_list on agreements (environment_id, merchant_id, id);
create index agreements_shopper on agreements (environment_id, shopper_id) where shopper_id is not null;
create index agreements_expiry on agreements (expires_at) where status = 'pending';

-- An order comes from one checkout, or from one agreement.
alter table orders
  alter column checkout_session_id drop not null,
  add column agreement_id text,
  add foreign key (environment_id, agreement_id) references agreements (environment_id, id),
  add constraint orders_one_origin check (num_nonnulls(checkout_session_id, agreement_id) = 1);
-- What an agreement's ceilings, and its shopper's, are reckoned on.
create index orders_agreement on orders (environment_id, agreement_id, created_at) where agreement_id is not null;
create index orders_agreed_shopper on orders (environment_id, shopper_id, created_at) where agreement_id is not null;

alter table assessments
  alter column checkout_session_id drop not null,
  add column agreement_id text,
  add foreign key (environment_id, agreement_id) references agreements (environment_id, id),
  add constraint assessments_one_subject check (num_nonnulls(checkout_session_id, agreement_id) = 1);
create index assessments_agreement on assessments (environment_id, agreement_id) where agreement_id is not null;

-- Until then, by the wall's clock, the session may do what needs an identity check. The check may fail so often.
alter table shopper_sessions
  add column level_three_until timestamptz,
  add column step_up_tries integer not null default 0 check (step_up_tries between 0 and 5);

create table order_extensions (
  environment_id text not null,
  order_id text not null,
  reference text not null check (length(reference) between 1 and 100),
  previous_expires_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > previous_expires_at),
  created_at timestamptz not null,
  primary key (environment_id, order_id, reference),
  foreign key (environment_id, order_id) references orders (environment_id, id) on delete cascade
);
`),
};
