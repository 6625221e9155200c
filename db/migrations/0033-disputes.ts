import type { Migration } from './migration.ts';

export const disputes: Migration = {
  name: '0033-disputes',
  up: (db) =>
    db.raw(`
-- The processor took a repayment back. debt_amount of it is owed again on the plan, lost_amount is ours to bear, and
-- what a later refund keeps back of that, because no card has paid for it, is set_off_amount.
create table chargebacks (
  environment_id text not null,
  id text not null,
  repayment_id text not null,
  reference text not null check (length(reference) between 1 and 200),
  reason text not null check (length(reason) between 1 and 200),
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  fee bigint not null check (fee >= 0),
  debt_amount bigint not null check (debt_amount between 0 and amount),
  lost_amount bigint not null check (lost_amount between 0 and amount - debt_amount),
  set_off_amount bigint not null default 0 check (set_off_amount between 0 and lost_amount),
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, repayment_id),
  unique (environment_id, reference)
);

alter table repayments
  drop constraint repayments_status_check,
  add constraint repayments_status_check check (status in ('pending', 'succeeded', 'failed', 'charged_back')),
  drop constraint repayments_check4,
  add constraint repayments_returned_status check (status in ('succeeded', 'charged_back') or returned_amount = 0);
alter table chargebacks
  add foreign key (environment_id, repayment_id) references repayments (environment_id, id) on delete cascade;

alter table plan_entries
  drop constraint plan_entries_kind_check,
  drop constraint plan_entries_amount_check,
  add constraint plan_entries_kind_check check (kind in (
    'capture', 'refund', 'repayment', 'charge_back', 'late_fee', 'fee_waived', 'pause', 'resume', 'reschedule',
    'hardship', 'charge_off')),
  add constraint plan_entries_amount_check check (
    case when kind in ('capture', 'refund', 'repayment', 'charge_back', 'late_fee', 'fee_waived')
      then amount > 0 else amount = 0 end);

-- A debt that a chargeback brings back is carried even where its funder has lent all that it could.
alter table funder_slots
  drop constraint funder_slots_check,
  add constraint funder_slots_remaining_check check (remaining <= capacity);

-- A shopper says that an order is not what was paid for. Until response_due_at the merchant answers; then an operator
-- decides. While it is open the dues of the order's plan stand still and its amount is set apart from what the merchant
-- gets. words are the shopper's, answer the merchant's, note is what the operator wrote to both; all three are sealed.
create table disputes (
  environment_id text not null,
  id text not null,
  order_id text not null,
  merchant_id text not null,
  shopper_id text not null,
  form_key text not null check (length(form_key) between 1 and 100),
  reason text not null check (reason in (
    'not_received', 'damaged', 'not_as_described', 'unknown_order', 'canceled', 'charged_twice')),
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('open', 'under_review', 'won', 'lost', 'partly_won', 'withdrawn')),
  words_sealed text not null,
  answer_sealed text,
  note_sealed text,
  refunded_amount bigint not null default 0 check (refunded_amount between 0 and amount),
  refund_id text,
  ended_by text check (ended_by in ('merchant', 'deadline', 'operator', 'shopper')),
  decided_by text,
  response_due_at timestamptz not null check (response_due_at > created_at),
  reminded_at timestamptz,
  answered_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, order_id, form_key),
  foreign key (environment_id, order_id) references orders (environment_id, id) on delete cascade,
  foreign key (environment_id, refund_id) references refunds (environment_id, id) on delete cascade,
  check ((status in ('open', 'under_review')) = (ended_at is null)),
  check ((ended_at is null) = (ended_by is null)),
  check (status not in ('open', 'under_review') or refund_id is null),
  check ((status in ('lost', 'partly_won')) = (refund_id is not null)),
  check ((refund_id is null) = (refunded_amount = 0)),
  check (case status when 'lost' then refunded_amount = amount when 'partly_won' then refunded_amount < amount else true end),
  check ((decided_by is not null) = (ended_by is not null and ended_by = 'operator')),
  check (status <> 'under_review' or answered_at is not null)
);
create unique index disputes_one_open on disputes (environment_id, order_id) where status in ('open', 'under_review');
create index disputes_merchant on disputes (environment_id, merchant_id, id);
create index disputes_unanswered on disputes (environment_id, response_due_at) where status = 'open';
create index disputes_waiting on disputes (environment_id, id) where status in ('open', 'under_review');

-- A file that one side gave. It lies outside the database under the name stored_as, sealed; name is what its giver called
-- it, sealed too.
create table dispute_evidence (
  environment_id text not null,
  id text not null,
  dispute_id text not null,
  given_by text not null check (given_by in ('shopper', 'merchant')),
  name_sealed text not null,
  content_type text not null check (content_type in (
    'application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'text/plain')),
  size integer not null check (size between 1 and 5242880),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  stored_as text not null check (stored_as ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, dispute_id, given_by, sha256),
  unique (stored_as),
  foreign key (environment_id, dispute_id) references disputes (environment_id, id) on delete cascade
);
`),
};
