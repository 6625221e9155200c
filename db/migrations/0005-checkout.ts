import type { Migration } from './migration.ts';

export const checkout: Migration = {
  name: '0005-checkout',
  up: (db) =>
    db.raw(`
create table checkout_sessions (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  merchant_reference text not null check (length(merchant_reference) between 1 and 100),
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  lines jsonb not null,
  lines_hash text not null,
  return_url text not null,
  secret_hash bytea not null unique,
  status text not null check (status in ('open', 'confirmed', 'completed', 'canceled', 'expired')),
  shopper_id text,
  assessments_count integer not null default 0 check (assessments_count between 0 and 3),
  confirmed_offer jsonb,
  hold_id text,
  payment_method_id text,
  down_attempt_id text,
  confirmed_at timestamptz,
  token_expires_at timestamptz,
  order_id text,
  version integer not null default 1,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id),
  foreign key (environment_id, hold_id) references holds (environment_id, id),
  foreign key (environment_id, payment_method_id) references payment_methods (environment_id, id),
  check ((status in ('confirmed', 'completed')) <= (confirmed_offer is not null and hold_id is not null and shopper_id is not null)),
  check ((status = 'completed') = (order_id is not null))
);
-- A declined or expired cart may try again; a reference has at most one session that can still become an order.
create unique index checkout_sessions_live_reference on checkout_sessions (environment_id, merchant_id, merchant_reference)
  where status in ('open', 'confirmed');
create index checkout_sessions_list on checkout_sessions (environment_id, merchant_id, id);
create index checkout_sessions_expiry on checkout_sessions (expires_at) where status in ('open', 'confirmed');

-- One stored, replayable decision: what went in, the points, what came out.
create table assessments (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  checkout_session_id text not null,
  model text not null,
  policy_version text not null,
  inputs jsonb not null,
  score integer not null check (score between 300 and 850),
  reasons jsonb not null,
  limit_amount bigint not null,
  available_amount bigint not null,
  amount bigint not null,
  currency text not null,
  outcome text not null check (outcome in ('approved', 'declined')),
  decline_code text,
  offers jsonb not null,
  created_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id),
  foreign key (environment_id, checkout_session_id) references checkout_sessions (environment_id, id),
  check ((outcome = 'declined') = (decline_code is not null))
);
create index assessments_session on assessments (environment_id, checkout_session_id);
create trigger assessments_append_only before update or delete on assessments
  for each row execute function refuse_change();

create table orders (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  shopper_id text not null,
  checkout_session_id text not null,
  plan_id text not null,
  hold_id text not null,
  merchant_reference text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  authorized_amount bigint not null check (authorized_amount > 0),
  down_amount bigint not null check (down_amount >= 0 and down_amount < authorized_amount),
  captured_amount bigint not null default 0 check (captured_amount >= 0),
  captured_down bigint not null default 0 check (captured_down between 0 and down_amount),
  voided_amount bigint not null default 0 check (voided_amount >= 0),
  refunded_amount bigint not null default 0 check (refunded_amount >= 0),
  pending_transfer_id bigint,
  expiry_notices integer not null default 0 check (expiry_notices between 0 and 2),
  status text not null,
  version integer not null default 1,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, merchant_id, merchant_reference),
  unique (environment_id, checkout_session_id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id),
  foreign key (environment_id, checkout_session_id) references checkout_sessions (environment_id, id),
  foreign key (environment_id, hold_id) references holds (environment_id, id),
  foreign key (environment_id, pending_transfer_id) references ledger_transfers (environment_id, id),
  check (captured_amount + voided_amount <= authorized_amount),
  check (refunded_amount <= captured_amount),
  check (case status
    when 'authorized' then captured_amount = 0 and voided_amount = 0
    when 'partially_captured' then captured_amount > 0 and captured_amount < authorized_amount and voided_amount = 0
    when 'captured' then captured_amount > 0 and captured_amount + voided_amount = authorized_amount
    when 'voided' then captured_amount = 0 and voided_amount = authorized_amount
    when 'expired' then captured_amount = 0 and voided_amount = authorized_amount
    else false end)
);
create index orders_list on orders (environment_id, merchant_id, id);
create index orders_expiry on orders (expires_at) where status in ('authorized', 'partially_captured');

-- A reversal by reference must also stop an order that arrives after it.
create table order_reversals (
  environment_id text not null,
  merchant_id text not null,
  merchant_reference text not null,
  created_at timestamptz not null,
  primary key (environment_id, merchant_id, merchant_reference),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id)
);

create table captures (
  environment_id text not null,
  id text not null,
  order_id text not null,
  reference text not null check (length(reference) between 1 and 100),
  amount bigint not null check (amount > 0),
  down_amount bigint not null check (down_amount >= 0 and down_amount <= amount),
  merchant_fee bigint not null check (merchant_fee >= 0),
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, order_id, reference),
  foreign key (environment_id, order_id) references orders (environment_id, id)
);

create table refunds (
  environment_id text not null,
  id text not null,
  order_id text not null,
  reference text not null check (length(reference) between 1 and 100),
  amount bigint not null check (amount > 0),
  debt_amount bigint not null check (debt_amount >= 0),
  money_back_amount bigint not null check (money_back_amount >= 0),
  fee_returned bigint not null check (fee_returned >= 0),
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, order_id, reference),
  foreign key (environment_id, order_id) references orders (environment_id, id),
  check (debt_amount + money_back_amount = amount)
);
`),
};
