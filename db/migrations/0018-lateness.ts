import type { Migration } from './migration.ts';

export const lateness: Migration = {
  name: '0018-lateness',
  up: (db) =>
    db.raw(`
-- bucket is how late a plan was when somebody last looked; who finds another one tells of the change. late_installments
-- are the numbers of those that were ever late beyond the days of grace. covered_amount is what the platform bears of a
-- charged-off debt.
alter table plans
  add column bucket text not null default 'current'
    check (bucket in ('current', '1_3', '4_30', '31_60', '61_90', 'over_90')),
  add column late_installments integer[] not null default '{}',
  add column charge_off_notice_on date,
  add column covered_amount bigint not null default 0 check (covered_amount between 0 and recoverable_amount),
  add check (recovered_amount <= recoverable_amount);
create index plans_late on plans (environment_id, id) where bucket <> 'current' and status = 'active';

-- Whether the shopper asked for it there and then, or the calendar did.
alter table repayments add column by_shopper boolean not null default false;

-- What a line is suspended for. It is active again when nothing is left of it; a charge-off stays.
create table line_suspensions (
  environment_id text not null,
  credit_line_id text not null,
  reason text not null check (reason in ('late', 'hardship', 'charged_off')),
  plan_id text not null,
  since timestamptz not null,
  primary key (environment_id, credit_line_id, reason, plan_id),
  foreign key (environment_id, credit_line_id) references credit_lines (environment_id, id) on delete cascade
);
alter table credit_lines add column version integer not null default 1;

-- Of what a shopper was reminded: each installment once for each of the days counted from its due date.
create table reminders (
  environment_id text not null,
  plan_id text not null,
  on_date date not null,
  number integer not null,
  due_date date not null,
  days integer not null,
  primary key (environment_id, plan_id, number, due_date, days),
  foreign key (environment_id, plan_id) references plans (environment_id, id) on delete cascade
);

create index reminders_on on reminders (environment_id, plan_id, on_date);

-- A shopper says by when what is late will be paid; numbers are the installments that it is about.
create table promises (
  environment_id text not null,
  id text not null,
  plan_id text not null,
  shopper_id text not null,
  numbers integer[] not null check (cardinality(numbers) > 0),
  made_on date not null,
  promised_on date not null check (promised_on > made_on),
  status text not null check (status in ('open', 'kept', 'broken', 'replaced')),
  ended_on date,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, plan_id) references plans (environment_id, id) on delete cascade,
  check ((status = 'open') = (ended_on is null))
);
create unique index promises_one_open on promises (environment_id, plan_id) where status = 'open';
create index promises_shopper on promises (environment_id, shopper_id);

-- Easier terms for somebody in need: asked for, granted, over. While a pause of it is on, paused_until is its end.
create table hardships (
  environment_id text not null,
  id text not null,
  plan_id text not null,
  shopper_id text not null,
  reason text not null check (reason in ('income', 'family', 'disaster', 'other')),
  status text not null check (status in ('asked', 'granted', 'ended')),
  granted_by text check (granted_by in ('policy', 'operator')),
  paused_until date,
  periods integer check (periods between 1 and 36),
  shopper_rate_ppm integer check (shopper_rate_ppm >= 0),
  asked_on date not null,
  granted_on date,
  ended_on date,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, plan_id) references plans (environment_id, id) on delete cascade,
  check (case status when 'asked' then granted_on is null when 'granted' then granted_on is not null else true end),
  check ((granted_on is null) = (granted_by is null)),
  check (granted_on is null or paused_until is not null or periods is not null),
  check ((periods is null) = (shopper_rate_ppm is null)),
  check ((status = 'ended') = (ended_on is not null))
);
create unique index hardships_one_open on hardships (environment_id, plan_id) where status in ('asked', 'granted');
create index hardships_shopper on hardships (environment_id, shopper_id);

-- In which zone it is night for a shopper, and what was held back because of that until the morning. What is no longer
-- so when its time has come is dropped.
alter table shoppers add column time_zone text;
alter table messages
  add column quiet_zone text,
  add column not_before timestamptz,
  add check (not_before is null or quiet_zone is not null),
  drop constraint messages_status_check,
  add constraint messages_status_check check (status in ('queued', 'kept', 'sent', 'failed', 'dropped'));
`),
};
