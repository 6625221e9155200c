import type { Migration } from './migration.ts';

export const settlementTerms: Migration = {
  name: '0031-settlement-terms',
  up: (db) =>
    db.raw(`
alter table settlement_lines
  drop constraint settlement_lines_kind_check,
  add constraint settlement_lines_kind_check check (kind in (
    'capture', 'capture_fee', 'refund', 'refund_fee', 'carried_over', 'subsidy', 'subsidy_returned',
    'reserve', 'reserve_released', 'early_payout_fee', 'dispute', 'dispute_won', 'debt_paid', 'debt_written_off'));

-- What a merchant and the platform agreed on, from a date of the merchant's calendar on; of several the latest holds.
-- A merchant without any has the flat fee of its own row, no reserve and no early payouts.
create table settlement_terms (
  environment_id text not null,
  merchant_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  number bigint generated always as identity,
  effective_from date not null,
  -- [{from, basis_points, fixed}] by the month's captured volume, the first from 0, rising.
  fee_tiers jsonb not null check (jsonb_array_length(fee_tiers) between 1 and 20),
  reserve_basis_points integer not null check (reserve_basis_points between 0 and 10000),
  reserve_days integer not null check (reserve_days between 0 and 365),
  first_payout_delay_days integer not null check (first_payout_delay_days between 0 and 90),
  payout_cap bigint check (payout_cap > 0),
  early_payout_basis_points integer check (early_payout_basis_points between 0 and 1000),
  early_payout_fixed bigint check (early_payout_fixed >= 0),
  created_at timestamptz not null,
  primary key (environment_id, merchant_id, currency, effective_from, number),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade,
  check ((reserve_basis_points > 0) = (reserve_days > 0)),
  check ((early_payout_basis_points is null) = (early_payout_fixed is null))
);
create trigger settlement_terms_append_only before update or delete on settlement_terms
  for each row execute function refuse_change();

-- By which terms each capture was charged; a refund gives back what is not the fixed part.
alter table captures
  add column fee_basis_points integer check (fee_basis_points between 0 and 10000),
  add column fee_fixed bigint not null default 0 check (fee_fixed >= 0 and fee_fixed <= merchant_fee),
  add column fee_volume bigint check (fee_volume >= 0);
update captures c set fee_fixed = least(m.fee_fixed, c.merchant_fee), fee_basis_points = m.fee_basis_points
  from orders o join merchants m on m.environment_id = o.environment_id and m.id = o.merchant_id
  where o.environment_id = c.environment_id and o.id = c.order_id;

-- The month's captured volume is what its settlements say and what still waits.
alter table settlements
  add column early boolean not null default false,
  add column captured_in_month bigint not null default 0 check (captured_in_month >= 0),
  drop constraint settlements_environment_id_merchant_id_currency_business_da_key;
alter table settlements disable trigger settlements_sum;
update settlements s set captured_in_month = l.captured
  from (select environment_id, settlement_id, sum(amount) as captured from settlement_lines
        where kind = 'capture' and settlement_id is not null group by 1, 2) l
  where l.environment_id = s.environment_id and l.settlement_id = s.id;
alter table settlements enable trigger settlements_sum;
-- A date is closed once when it is over; before that a merchant may ask for what waits.
create unique index settlements_date on settlements (environment_id, merchant_id, currency, business_date)
  where not early;
create index settlements_month on settlements (environment_id, merchant_id, currency, business_date)
  include (captured_in_month);
create index settlement_lines_waiting_captures
  on settlement_lines (environment_id, merchant_id, currency, business_date) include (amount)
  where settlement_id is null and kind = 'capture';

-- One check for all lines of a statement, where there was one for each: closing takes a hundred thousand at once.
drop trigger settlement_lines_owner on settlement_lines;
drop function check_settlement_line();
create function keep_settled_lines() returns trigger language plpgsql as $$
begin
  if old.settlement_id is null then return case when tg_op = 'DELETE' then old else new end; end if;
  if tg_op = 'DELETE' and current_setting('morrow.purging', true) = old.environment_id then return old; end if;
  raise exception 'line % belongs to settlement % and cannot change', old.id, old.settlement_id using errcode = 'restrict_violation';
end $$;
create trigger settlement_lines_kept before update or delete on settlement_lines
  for each row when (old.settlement_id is not null) execute function keep_settled_lines();
-- The lock keeps a closing settlement from missing a line.
create function check_settlement_lines() returns trigger language plpgsql as $$
declare fault text;
begin
  perform from settlements s
    where (s.environment_id, s.id) in (select distinct environment_id, settlement_id from joined where settlement_id is not null)
    for share;
  select case when s.status <> 'open' then 'settlement ' || s.id || ' is closed'
      else 'line ' || l.id || ' is of another merchant or currency' end into fault
    from joined l join settlements s on s.environment_id = l.environment_id and s.id = l.settlement_id
    where s.status <> 'open' or (s.merchant_id, s.currency) <> (l.merchant_id, l.currency) limit 1;
  if fault is not null then raise exception '%', fault using errcode = 'check_violation'; end if;
  return null;
end $$;
create trigger settlement_lines_owner_of_new after insert on settlement_lines
  referencing new table as joined for each statement execute function check_settlement_lines();
create trigger settlement_lines_owner_of_taken after update on settlement_lines
  referencing new table as joined for each statement execute function check_settlement_lines();

-- What was held back of a settlement, until its release.
create table settlement_reserves (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  currency text not null,
  settlement_id text not null,
  amount bigint not null check (amount > 0),
  release_on date not null,
  created_at timestamptz not null,
  released_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, settlement_id),
  foreign key (environment_id, settlement_id) references settlements (environment_id, id) on delete cascade
);
create index settlement_reserves_held on settlement_reserves (environment_id, release_on) where released_at is null;

alter table merchants add column payout_account_changed_at timestamptz;

alter table payouts
  drop constraint payouts_status_check,
  add constraint payouts_status_check check (status in ('pending', 'held', 'in_transit', 'paid', 'failed', 'returned')),
  add column hold_reason text check (hold_reason in (
    'books_alarm', 'merchant_suspended', 'bank_account_changed', 'first_payout', 'above_cap')),
  add column hold_until timestamptz,
  add column approved_by text,
  add column approved_at timestamptz,
  add column released_by text,
  add column released_at timestamptz,
  add column returned_at timestamptz,
  add check (status <> 'held' or hold_reason is not null),
  add check ((approved_by is null) = (approved_at is null)),
  add check ((released_by is null) = (released_at is null)),
  -- Two people let a held payout go, never one.
  add check (released_by is null or (approved_by is not null and approved_by <> released_by)),
  add check ((status = 'returned') = (returned_at is not null));
drop index payouts_one_alive;
create unique index payouts_one_alive on payouts (environment_id, settlement_id)
  where status not in ('failed', 'returned');
create index payouts_reference on payouts (environment_id, processor_reference) where processor_reference is not null;
create index payouts_held on payouts (environment_id, id) where status = 'held';

alter table processor_attempts
  drop constraint processor_attempts_purpose_check,
  add constraint processor_attempts_purpose_check check (purpose in (
    'repayment', 'down_hold', 'down_capture', 'down_release', 'money_back', 'payout', 'payout_recall', 'draw_payout'));

-- What the processor said of a payout that could not be booked, for somebody to look at.
create table parked_payout_news (
  environment_id text not null,
  id text not null,
  reference text not null check (length(reference) between 1 and 200),
  status text not null check (status in ('paid', 'failed')),
  code text,
  reason text not null check (reason in ('payout_unknown', 'payout_not_sent', 'payout_over', 'recall_failed')),
  received_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, reference, status),
  foreign key (environment_id) references environments (id) on delete cascade
);
`),
};
