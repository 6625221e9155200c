import type { Migration } from './migration.ts';

export const guarantees: Migration = {
  name: '0026-guarantees',
  up: (db) =>
    db.raw(`
-- Whoever stands in a guarantee that binds is on one side of all of theirs. The guarantees refer to the role, so the
-- database refuses a chain and a circle, whoever asks for them at the same moment.
create table guarantee_parties (
  environment_id text not null,
  shopper_id text not null,
  role text not null check (role in ('guarantor', 'debtor')),
  primary key (environment_id, shopper_id),
  unique (environment_id, shopper_id, role),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);

-- A shopper vouches for another. The invited phone is sealed for the one who typed it in, and nobody is a debtor before
-- they have accepted; browser_hash is that of the offer, until it is answered. pledged is what is set aside of the guarantor's limit: the cap until it ends for new orders, afterwards
-- what may still be asked for; while there is any, the guarantee binds. called_amount is all that was ever taken from the
-- guarantor and paid a debt, whatever of it came back.
create table guarantees (
  environment_id text not null,
  id text not null,
  reference text not null check (length(reference) between 1 and 100),
  guarantor_id text not null,
  debtor_id text check (debtor_id <> guarantor_id),
  phone_index bytea not null,
  phone_sealed text not null,
  browser_hash bytea,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  cap bigint not null check (cap > 0),
  offered_on date not null,
  expires_on date not null check (expires_on > offered_on and expires_on <= offered_on + interval '12 months'),
  payment_method_id text not null,
  terms jsonb not null,
  terms_hash text not null,
  guarantor_texts jsonb not null check (jsonb_typeof(guarantor_texts) = 'array'),
  debtor_texts jsonb not null default '[]' check (jsonb_typeof(debtor_texts) = 'array'),
  status text not null check (status in ('offered', 'accepted', 'active', 'called', 'ended', 'expired')),
  slot smallint check (slot in (1, 2)),
  pledged bigint not null default 0,
  called_amount bigint not null default 0 check (called_amount between 0 and cap),
  version integer not null default 1,
  created_at timestamptz not null,
  accepted_at timestamptz,
  active_at timestamptz,
  ended_at timestamptz,
  ended_by text check (ended_by in ('guarantor', 'debtor', 'time', 'review', 'call')),
  bound_guarantor text generated always as (case when pledged > 0 then guarantor_id end) stored,
  bound_debtor text generated always as (case when pledged > 0 then debtor_id end) stored,
  guarantor_role text not null generated always as ('guarantor') stored,
  debtor_role text not null generated always as ('debtor') stored,
  primary key (environment_id, id),
  unique (environment_id, guarantor_id, reference),
  foreign key (environment_id, guarantor_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, debtor_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, payment_method_id) references payment_methods (environment_id, id) on delete cascade,
  foreign key (environment_id, bound_guarantor, guarantor_role)
    references guarantee_parties (environment_id, shopper_id, role) on delete cascade,
  foreign key (environment_id, bound_debtor, debtor_role)
    references guarantee_parties (environment_id, shopper_id, role) on delete cascade,
  check ((status = 'offered') = (browser_hash is not null)),
  check ((debtor_id is null) = (accepted_at is null)),
  check ((accepted_at is null) = (slot is null)),
  check (case status
    when 'offered' then accepted_at is null and pledged = 0
    when 'accepted' then accepted_at is not null and active_at is null and pledged = cap
    when 'active' then active_at is not null and pledged = cap
    when 'ended' then pledged between 0 and cap - called_amount and (active_at is not null or pledged = 0)
    when 'expired' then active_at is not null and pledged between 0 and cap - called_amount
    else active_at is not null and called_amount > 0 and pledged between 0 and cap end),
  check (called_amount = 0 or status = 'called'),
  check ((status in ('offered', 'accepted', 'active')) = (ended_at is null)),
  check ((ended_at is null) = (ended_by is null))
);
create index guarantees_guarantor on guarantees (environment_id, guarantor_id, id);
create index guarantees_debtor on guarantees (environment_id, debtor_id, id) where debtor_id is not null;
create index guarantees_phone on guarantees (environment_id, phone_index) where status = 'offered';
create index guarantees_open on guarantees (environment_id, id)
  where status in ('offered', 'accepted', 'active') or pledged > 0;
create unique index guarantees_one_guarantor on guarantees (environment_id, bound_debtor)
  where bound_debtor is not null;
create unique index guarantees_two_debtors on guarantees (environment_id, bound_guarantor, slot)
  where bound_guarantor is not null;

-- What is available is the limit and what a friend guarantees, less what was pledged for others, used and held.
alter table credit_lines
  add column guaranteed bigint not null default 0 check (guaranteed >= 0),
  add column pledged bigint not null default 0 check (pledged >= 0);

-- By which guarantee a confirmed amount is covered, decided when it was confirmed.
alter table holds
  add column guarantee_id text,
  add foreign key (environment_id, guarantee_id) references guarantees (environment_id, id) on delete cascade;
create index holds_guarantee on holds (environment_id, guarantee_id) where guarantee_id is not null;
create index plans_hold on plans (environment_id, hold_id);

-- A repayment that was asked of the guarantor's card; then shopper_id is the guarantor. returned_amount is what of it is
-- on its way back to that card: what paid no debt, and what the debtor has paid back.
alter table repayments
  add column guarantee_id text,
  add column returned_amount bigint not null default 0 check (returned_amount between 0 and amount),
  add foreign key (environment_id, guarantee_id) references guarantees (environment_id, id) on delete cascade,
  add check (guarantee_id is not null or returned_amount = 0),
  add check (status = 'succeeded' or returned_amount = 0);
create index repayments_called on repayments (environment_id, guarantee_id) where guarantee_id is not null;

-- Of what a guarantor was warned: for the plan's oldest unpaid installment, in two stages, with the date from which their
-- card may be asked and the most that it will be asked for.
create table guarantee_warnings (
  environment_id text not null,
  plan_id text not null,
  due_date date not null,
  stage smallint not null check (stage in (1, 2)),
  guarantee_id text not null,
  on_date date not null,
  call_on date not null check (call_on > on_date),
  amount bigint not null check (amount > 0),
  primary key (environment_id, plan_id, due_date, stage),
  foreign key (environment_id, plan_id) references plans (environment_id, id) on delete cascade,
  foreign key (environment_id, guarantee_id) references guarantees (environment_id, id) on delete cascade
);
create trigger guarantee_warnings_append_only before update or delete on guarantee_warnings
  for each row execute function refuse_change();

-- Whose friend has paid for them begins nothing new until the friend has it back.
alter table line_suspensions
  drop constraint line_suspensions_reason_check,
  add constraint line_suspensions_reason_check check (reason in ('late', 'hardship', 'charged_off', 'friend_paid'));
`),
};
