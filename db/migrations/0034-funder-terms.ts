import type { Migration } from './migration.ts';

export const funderTerms: Migration = {
  name: '0034-funder-terms',
  up: (db) =>
    db.raw(`
-- What a funder carries, and on which conditions. In force on a date is the highest version that has begun by then; what
-- was in force once stays readable, so that a decision can be made again.
create table funder_terms (
  environment_id text not null,
  funder_id text not null,
  version integer not null check (version >= 1),
  effective_on date not null,
  terms jsonb not null check (jsonb_typeof(terms) = 'object'),
  created_by text not null,
  created_at timestamptz not null,
  primary key (environment_id, funder_id, version),
  foreign key (environment_id, funder_id) references funders (environment_id, id) on delete cascade
);
create trigger funder_terms_append_only before update or delete on funder_terms
  for each row execute function refuse_change();

-- A funder that has to accept each plan itself. failures counts the asks in a row that had no answer; while it rests it is
-- not asked.
create table funder_desks (
  environment_id text not null,
  funder_id text not null,
  kind text not null check (kind in ('sandbox')),
  failures integer not null default 0 check (failures >= 0),
  resting_until timestamptz,
  primary key (environment_id, funder_id),
  foreign key (environment_id, funder_id) references funders (environment_id, id) on delete cascade
);

-- One question to one desk about one hold, however often it is sent. asked: the answer is awaited by whoever has the
-- lease; withdrawing: what it may have accepted is not wanted any more, and it has to be told so.
create table funder_asks (
  environment_id text not null,
  id text not null,
  checkout_session_id text not null,
  hold_id text not null,
  funder_id text not null,
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('asked', 'accepted', 'refused', 'unknown', 'withdrawn')),
  code text check (code ~ '^[a-z0-9_]{1,40}$'),
  tell_withdrawn boolean not null default false,
  tries integer not null default 0 check (tries >= 0),
  lease_until timestamptz,
  next_try_at timestamptz not null,
  asked_at timestamptz not null,
  answered_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, hold_id, funder_id),
  foreign key (environment_id, checkout_session_id) references checkout_sessions (environment_id, id) on delete cascade,
  foreign key (environment_id, hold_id) references holds (environment_id, id) on delete cascade,
  foreign key (environment_id, funder_id) references funders (environment_id, id) on delete cascade,
  check ((status = 'refused') = (code is not null)),
  check ((status = 'asked') = (answered_at is null)),
  check (not (tell_withdrawn and status in ('asked', 'accepted')))
);
create index funder_asks_session on funder_asks (environment_id, checkout_session_id, funder_id);
create index funder_asks_open on funder_asks (next_try_at) where status = 'asked' or tell_withdrawn;

-- Since when the desks of the funders are asked about what the shopper agreed to; null when nobody is.
alter table checkout_sessions
  add column funders_asked_at timestamptz,
  add constraint checkout_sessions_asking check (
    funders_asked_at is null or (hold_id is not null and confirmed_offer is not null));

-- The desk of a sandbox keeps what it has answered, because it is asked again under the same id.
create table sandbox_desk_answers (
  environment_id text not null references environments on delete cascade,
  ask_id text not null,
  funder_id text not null,
  answer text not null check (answer in ('accepted', 'refused', 'withdrawn')),
  code text,
  primary key (environment_id, ask_id)
);

alter table sandbox_faults
  drop constraint sandbox_faults_kind_check,
  add constraint sandbox_faults_kind_check check (kind in (
    'card_expires', 'card_declines', 'processor_timeout', 'processor_late_answer', 'funder_down', 'funder_refuses',
    'funder_hangs', 'funder_flaps', 'webhook_lost', 'double_webhook')),
  drop constraint sandbox_faults_check1,
  add constraint sandbox_faults_lasting check ((kind in ('card_expires', 'funder_down', 'funder_flaps')) = (times is null)),
  drop constraint sandbox_faults_check6,
  add constraint sandbox_faults_funder check (
    funder_id is null or kind in ('funder_down', 'funder_refuses', 'funder_hangs', 'funder_flaps'));

-- What a funder with caps on concentration carries, one row for each hold. owed is what was left of it when somebody last
-- summed; until then the whole amount counts.
create table funder_placements (
  environment_id text not null,
  hold_id text not null,
  funder_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  merchant_id text,
  category text not null,
  shopper_id text not null,
  basis_points integer not null check (basis_points between 1 and 10000),
  owed bigint not null check (owed >= 0),
  summed boolean not null default false,
  ended boolean not null default false,
  primary key (environment_id, hold_id, funder_id),
  foreign key (environment_id, hold_id) references holds (environment_id, id) on delete cascade,
  foreign key (environment_id, funder_id) references funders (environment_id, id) on delete cascade
);
create index funder_placements_new on funder_placements (environment_id, funder_id) where not summed;
create index funder_placements_shopper on funder_placements (environment_id, shopper_id, funder_id) where not ended;

-- What of it is bound to one merchant or one kind of purchase, as last summed.
create table funder_concentrations (
  environment_id text not null,
  funder_id text not null,
  currency text not null,
  kind text not null check (kind in ('merchant', 'category')),
  subject text not null,
  amount bigint not null check (amount >= 0),
  primary key (environment_id, funder_id, currency, kind, subject),
  foreign key (environment_id, funder_id) references funders (environment_id, id) on delete cascade
);

alter table funders
  -- Whether any of its terms caps a concentration, so that what it carries is kept by whom.
  add column keeps_placements boolean not null default false,
  add column placements_summed_at timestamptz;
`),
};
