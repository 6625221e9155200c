import type { Migration } from './migration.ts';

export const repayments: Migration = {
  name: '0006-repayments',
  up: (db) =>
    db.raw(`
-- snapshot is what the shopper agreed to; it never changes. Today's schedule follows from it and plan_entries.
create table plans (
  environment_id text not null,
  id text not null,
  order_id text not null,
  shopper_id text not null,
  merchant_id text not null,
  funder_id text not null,
  hold_id text not null,
  payment_method_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  snapshot jsonb not null,
  snapshot_hash text not null,
  status text not null check (status in ('pending', 'active', 'paid', 'canceled', 'charged_off')),
  started_on date,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, order_id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id),
  foreign key (environment_id, funder_id) references funders (environment_id, id),
  foreign key (environment_id, hold_id) references holds (environment_id, id),
  foreign key (environment_id, payment_method_id) references payment_methods (environment_id, id),
  check (status in ('pending', 'canceled') or started_on is not null)
);
create index plans_shopper on plans (environment_id, shopper_id);
alter table orders add foreign key (environment_id, plan_id) references plans (environment_id, id) deferrable initially deferred;

create function keep_snapshot() returns trigger language plpgsql as $$
begin
  raise exception 'the snapshot of plan % is what was agreed and cannot change', old.id using errcode = 'restrict_violation';
end $$;
create trigger plans_snapshot before update of snapshot, snapshot_hash on plans
  for each row execute function keep_snapshot();

create table plan_entries (
  environment_id text not null,
  plan_id text not null,
  number integer not null,
  kind text not null check (kind in ('capture', 'refund', 'repayment')),
  amount bigint not null check (amount > 0),
  on_date date not null,
  source_id text not null,
  primary key (environment_id, plan_id, number),
  unique (environment_id, plan_id, kind, source_id),
  foreign key (environment_id, plan_id) references plans (environment_id, id)
);
create trigger plan_entries_append_only before update or delete on plan_entries
  for each row execute function refuse_change();

create table installments (
  environment_id text not null,
  plan_id text not null,
  number integer not null check (number >= 1),
  id text not null,
  due_date date not null,
  amount bigint not null check (amount >= 0),
  paid_amount bigint not null check (paid_amount >= 0),
  status text not null check (status in ('scheduled', 'due', 'overdue', 'paid', 'canceled', 'charged_off')),
  primary key (environment_id, plan_id, number),
  unique (environment_id, id),
  foreign key (environment_id, plan_id) references plans (environment_id, id),
  check (paid_amount <= amount),
  check ((status = 'paid') = (amount > 0 and paid_amount = amount)),
  check ((status = 'canceled') = (amount = 0))
);
create index installments_open on installments (environment_id, due_date) where status in ('scheduled', 'due', 'overdue');

create table repayments (
  environment_id text not null,
  id text not null,
  plan_id text not null,
  shopper_id text not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  failure_code text,
  version integer not null default 1,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, plan_id) references plans (environment_id, id),
  check ((status = 'pending') = (finished_at is null)),
  check ((status = 'failed') = (failure_code is not null))
);
-- Two tries at one debt at the same time could both succeed.
create unique index repayments_one_pending on repayments (environment_id, plan_id) where status = 'pending';
create index repayments_plan on repayments (environment_id, plan_id);

create table repayment_allocations (
  environment_id text not null,
  repayment_id text not null,
  plan_id text not null,
  installment_number integer not null,
  amount bigint not null check (amount > 0),
  primary key (environment_id, repayment_id, installment_number),
  foreign key (environment_id, repayment_id) references repayments (environment_id, id),
  foreign key (environment_id, plan_id, installment_number) references installments (environment_id, plan_id, number)
);
create index repayment_allocations_plan on repayment_allocations (environment_id, plan_id);
`),
};
