import type { Migration } from './migration.ts';

export const codeSends: Migration = {
  name: '0066-code-sends',
  up: (db) =>
    db.raw(`
-- One row for each one-time code that was asked for, without whose it is; it goes when its challenge does. What is set
-- where the code was asked for in a merchant's session while nothing was paused counts for budgets and pauses.
create table code_asks (
  environment_id text not null,
  id text not null,
  device_hash bytea not null,
  -- A keyed hash of the number without its last four digits: of 10,000 numbers in a row.
  range_hash bytea,
  -- What the list of prefixes has for the number, such as +86.
  prefix text,
  merchant_id text,
  asked_at timestamptz not null,
  -- When the code was typed in.
  verified_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, id) references login_challenges (environment_id, id) on delete cascade,
  check ((range_hash is null) = (prefix is null) and (range_hash is null) = (merchant_id is null))
);
create index code_asks_device on code_asks (environment_id, device_hash, asked_at);
create index code_asks_range on code_asks (environment_id, range_hash, asked_at) where range_hash is not null;
create index code_asks_prefix on code_asks (environment_id, prefix, asked_at) where prefix is not null;
create index code_asks_merchant on code_asks (environment_id, merchant_id, asked_at) where merchant_id is not null;
create index code_asks_counted on code_asks (environment_id, asked_at) where range_hash is not null;

-- While numbers that nobody has signed in with are sent no codes, because too few of those that were sent were typed in.
create table code_pauses (
  environment_id text not null references environments on delete cascade,
  scope text not null check (scope in ('range', 'prefix', 'all')),
  -- The digits that the numbers begin with; empty for all of them.
  begins_with text not null check ((begins_with = '') = (scope = 'all')),
  started_at timestamptz not null,
  -- From then on some are sent to find out.
  until timestamptz not null check (until > started_at),
  -- How often it was paused anew, because those were not typed in either.
  repeats integer not null default 0 check (repeats >= 0),
  -- What it was paused for.
  asked integer not null,
  verified integer not null check (verified between 0 and asked),
  ended_at timestamptz,
  primary key (environment_id, scope, begins_with, started_at)
);
create unique index code_pauses_open on code_pauses (environment_id, scope, begins_with) where ended_at is null;
create index code_pauses_ended on code_pauses (environment_id, ended_at);

-- How many codes were sent on one day, by UTC.
create table code_days (
  environment_id text not null references environments on delete cascade,
  day date not null,
  sent integer not null default 0 check (sent >= 0),
  primary key (environment_id, day)
);
`),
};
