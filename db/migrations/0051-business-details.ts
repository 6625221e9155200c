import type { Migration } from './migration.ts';

export const businessDetails: Migration = {
  name: '0051-business-details',
  up: (db) =>
    db.raw(`
-- A business that wants to sell for real money. It stands in live, beside the merchant that it becomes, because the
-- sandbox from which it asks ends; applicant_id is its merchant there. details and personal_sealed are what was written
-- last; version counts the times, so that nobody writes over what somebody else wrote meanwhile.
create table businesses (
  environment_id text not null references environments,
  id text not null,
  applicant_environment_id text not null,
  applicant_id text not null,
  status text not null check (status in ('draft', 'submitted', 'approved', 'more_needed', 'refused')),
  version integer not null check (version > 0),
  details jsonb not null,
  personal_sealed text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  live_merchant_id text,
  live_owner_id text,
  primary key (environment_id, id),
  foreign key (environment_id, live_merchant_id) references merchants (environment_id, id),
  check ((status = 'approved') = (live_merchant_id is not null)),
  check (live_owner_id is null or live_merchant_id is not null)
);
create unique index businesses_applicant on businesses (environment_id, applicant_id);
create unique index businesses_live on businesses (environment_id, live_merchant_id) where live_merchant_id is not null;
create index businesses_waiting on businesses (environment_id, status, changed_at);
-- One registered business is one live merchant.
create unique index businesses_registered
  on businesses (environment_id, (details ->> 'country'), (upper(details ->> 'registration_number')))
  where status = 'approved';

-- What was submitted each time, and what an operator said to it. A decision is about exactly one of them.
create table business_submissions (
  environment_id text not null,
  id text not null,
  business_id text not null,
  number integer not null check (number > 0),
  details jsonb not null,
  personal_sealed text not null,
  submitted_by text not null,
  submitted_at timestamptz not null,
  decision text check (decision in ('approved', 'more_needed', 'refused')),
  reason text check (length(reason) between 1 and 1000),
  decided_by text,
  decided_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, business_id, number),
  foreign key (environment_id, business_id) references businesses (environment_id, id) on delete cascade,
  check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null)),
  check (decision is null or decision = 'approved' or reason is not null)
);
create unique index business_submissions_open on business_submissions (environment_id, business_id)
  where decision is null;

-- Who stands at a counter opens sales and nothing else.
alter table members
  drop constraint members_role_check,
  add constraint members_role_check check (role in ('owner', 'finance', 'support', 'developer', 'counter'));

-- Sales at a counter. request is the form's own name: sent again, it leads to the same sale. The secret opens the hosted
-- page, whose address the counter shows until the shopper has it.
create table counter_sales (
  environment_id text not null,
  session_id text not null,
  merchant_id text not null,
  request text not null,
  member_id text not null,
  secret_sealed text not null,
  created_at timestamptz not null,
  primary key (environment_id, session_id),
  foreign key (environment_id, session_id) references checkout_sessions (environment_id, id) on delete cascade
);
create unique index counter_sales_request on counter_sales (environment_id, merchant_id, request);
create index counter_sales_newest on counter_sales (environment_id, merchant_id, created_at);

-- The history of one order is looked up by what it is about, among all that its merchant was ever told.
create index events_object on events (environment_id, object_id);
`),
};
