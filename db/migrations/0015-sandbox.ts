import type { Migration } from './migration.ts';

export const sandbox: Migration = {
  name: '0015-sandbox',
  up: (db) =>
    db.raw(`
-- Whoever walks a sandbox's clock renews the lease; another process goes on when it has ended. clock_request is the
-- Idempotency-Key of the last advance, so that one sent twice moves the clock once.
alter table environments
  add column clock_lease_until timestamptz,
  add column clock_request text;
create index environments_moving on environments (clock_lease_until) where clock_target is not null;

-- What is to go wrong in a sandbox, and how often it has. What a fault does not name it does not ask for.
create table sandbox_faults (
  environment_id text not null references environments on delete cascade,
  id text not null,
  kind text not null check (kind in (
    'card_expires', 'card_declines', 'processor_timeout', 'processor_late_answer', 'funder_down', 'webhook_lost', 'double_webhook')),
  times integer check (times between 1 and 1000),
  used integer not null default 0 check (used >= 0),
  from_date date,
  decline_code text,
  plan_id text,
  processor_method text,
  funder_id text,
  created_at timestamptz not null,
  primary key (environment_id, id),
  check (times is null or used <= times),
  check ((kind in ('card_expires', 'funder_down')) = (times is null)),
  check ((kind = 'card_expires') = (from_date is not null)),
  check ((kind = 'card_declines') = (decline_code is not null)),
  check ((plan_id is null) = (processor_method is null)),
  check (kind <> 'card_expires' or plan_id is not null),
  check (funder_id is null or kind = 'funder_down')
);

-- One run of a scenario. state is how far it has come, so that another process can go on; report is what it came to.
-- request is the Idempotency-Key of who asked for it, so that one sent twice runs once.
create table scenario_runs (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  number integer not null check (number >= 1),
  request text not null,
  name text not null,
  document jsonb not null,
  status text not null check (status in ('running', 'passed', 'failed')),
  state jsonb not null,
  report jsonb,
  lease_until timestamptz,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, number),
  unique (environment_id, request),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade,
  check ((status = 'running') = (finished_at is null)),
  check (report is not null or status = 'running')
);
create index scenario_runs_running on scenario_runs (lease_until) where status = 'running';
`),
};
