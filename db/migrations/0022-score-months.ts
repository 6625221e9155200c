import type { Migration } from './migration.ts';

export const scoreMonths: Migration = {
  name: '0022-score-months',
  up: (db) =>
    db.raw(`
-- What a shopper's month was in one currency, read at the end of its last date from the logs of the plans; it never
-- changes. A month without a row between the first and the last that are over was an empty one: nothing was owed, bought
-- or paid. Months before the first are not known.
create table score_months (
  environment_id text not null,
  shopper_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  month_end date not null check (extract(day from month_end + 1) = 1),
  billed bigint not null check (billed >= 0),
  paid bigint not null check (paid >= 0),
  days_past_due integer not null check (days_past_due >= 0),
  paused boolean not null,
  captured boolean not null,
  paid_late boolean not null,
  primary key (environment_id, shopper_id, currency, month_end),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  check (days_past_due = 0 or billed > 0)
);
create index score_months_owing on score_months (environment_id, month_end) where billed > 0;
create trigger score_months_append_only before update or delete on score_months
  for each row execute function refuse_change();

-- Up to which month ends every row is there that there has to be, so that nobody looks farther back.
create table score_cutoffs (
  environment_id text not null references environments on delete cascade,
  month_end date not null,
  primary key (environment_id, month_end)
);

-- What happened to plans on which dates: whoever closes a month looks at the entries of that month only.
create index plan_entries_on on plan_entries (environment_id, on_date);

-- How the trained tables are carried over to one's own book: logit pd = a + b x logit pd(trained), and an amount of the
-- book times k is an amount of the training data. Fitted on so many months of shoppers, of which so many turned out bad.
create table score_bindings (
  environment_id text not null references environments on delete cascade,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  model_hash text not null check (model_hash ~ '^[0-9a-f]{64}$'),
  valid_from timestamptz not null,
  a double precision not null,
  b double precision not null check (b > 0),
  k double precision not null check (k > 0),
  observations integer not null check (observations > 0),
  bad integer not null check (bad between 1 and observations - 1),
  primary key (environment_id, currency, model_hash, valid_from)
);
create trigger score_bindings_append_only before update or delete on score_bindings
  for each row execute function refuse_change();
`),
};
