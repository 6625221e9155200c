import type { Migration } from './migration.ts';

export const givenBack: Migration = {
  name: '0041-given-back',
  up: (db) =>
    db.raw(`
-- A down payment may be taken back too: its chargeback is of an order, owed by nobody and so all lost. What a bank gives
-- back after all is given_back_amount, booked under given_back_id; what of that paid the plan again is restored_amount. lost_amount and
-- set_off_amount are then what is left of them.
alter table chargebacks
  alter column repayment_id drop not null,
  add column order_id text,
  add column given_back_amount bigint not null default 0 check (given_back_amount between 0 and amount),
  add column restored_amount bigint not null default 0,
  add column given_back_id text,
  add column given_back_at timestamptz,
  add foreign key (environment_id, order_id) references orders (environment_id, id) on delete cascade,
  add constraint chargebacks_of_one check (num_nonnulls(repayment_id, order_id) = 1),
  add constraint chargebacks_down_payment check (order_id is null or debt_amount = 0),
  add constraint chargebacks_given_back
    check ((given_back_at is null) = (given_back_amount = 0) and (given_back_at is null) = (given_back_id is null)),
  add constraint chargebacks_restored check (restored_amount between 0 and least(debt_amount, given_back_amount));
create index chargebacks_order on chargebacks (environment_id, order_id) where order_id is not null;
create unique index chargebacks_given_back_id on chargebacks (environment_id, given_back_id)
  where given_back_id is not null;

-- What was lost and recovered is little of all that is posted, and read without the rest.
create index ledger_transfers_losses on ledger_transfers (environment_id, event)
  where event in ('charge_off', 'recovery', 'charged_back');

-- An operator asks to give up what a merchant owes, and another one does it, or refuses.
create table merchant_write_offs (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount > 0),
  note text not null check (length(note) between 1 and 1000),
  status text not null check (status in ('asked', 'done', 'refused')),
  asked_by text not null,
  asked_at timestamptz not null,
  ended_by text,
  ended_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade,
  check ((status = 'asked') = (ended_at is null)),
  check ((ended_at is null) = (ended_by is null)),
  check (status <> 'done' or ended_by <> asked_by)
);
create unique index merchant_write_offs_asked on merchant_write_offs (environment_id, merchant_id, currency)
  where status = 'asked';
`),
};
