import type { Migration } from './migration.ts';

export const operators: Migration = {
  name: '0028-operators',
  up: (db) =>
    db.raw(`
-- Operators belong to the installation and work in every environment, so these tables name none.
create table operators (
  id text primary key,
  name text not null check (length(name) between 1 and 100),
  mail_sealed text,
  roles text[] not null check (cardinality(roles) >= 1 and roles <@ array['support', 'risk', 'treasury', 'admin']),
  created_at timestamptz not null,
  disabled_at timestamptz
);

-- Whoever has the token makes a passkey, once. token_hash is all that is kept of it.
create table operator_invitations (
  id text primary key,
  operator_id text not null references operators,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  used_at timestamptz
);
create index operator_invitations_operator on operator_invitations (operator_id);

-- counter is what the authenticator said last; one that goes back may be a copy.
create table operator_passkeys (
  id text primary key check (length(id) between 1 and 2000),
  operator_id text not null references operators,
  public_key bytea not null,
  counter bigint not null check (counter >= 0),
  transports text[] not null,
  created_at timestamptz not null,
  used_at timestamptz
);
create index operator_passkeys_operator on operator_passkeys (operator_id);

-- Each try to sign in, for a day: nobody tries often, and no challenge is answered twice.
create table operator_sign_ins (
  challenge_hash bytea primary key,
  address_hash bytea not null,
  tried_at timestamptz not null
);
create index operator_sign_ins_address on operator_sign_ins (address_hash, tried_at);
create index operator_sign_ins_tried on operator_sign_ins (tried_at);

create table operator_sessions (
  id text primary key,
  operator_id text not null references operators,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null
);
create index operator_sessions_operator on operator_sessions (operator_id);

-- What every operator did, and whom they looked at. environment_id is only a name: this outlives sandboxes. operator_id is
-- whom an action of the command line was about, and who acted in all others.
create table operator_audit (
  id bigint generated always as identity primary key,
  actor text not null check (actor in ('operator', 'command_line')),
  operator_id text not null references operators,
  action text not null,
  environment_id text,
  object_id text,
  details jsonb not null,
  address_hash bytea,
  at timestamptz not null,
  check ((actor = 'operator') = (address_hash is not null))
);
create index operator_audit_operator on operator_audit (operator_id, id);
create index operator_audit_object on operator_audit (object_id, id) where object_id is not null;
create trigger operator_audit_append_only before update or delete on operator_audit
  for each row execute function refuse_truncate();
create trigger operator_audit_kept before truncate on operator_audit
  for each statement execute function refuse_truncate();

-- Models that score in shadow. model is the checked file's text; hash is the one that it carries.
create table challengers (
  environment_id text not null references environments on delete cascade,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  name text not null check (length(name) between 1 and 60),
  model text not null,
  added_at timestamptz not null,
  retired_at timestamptz,
  primary key (environment_id, hash)
);

-- What a challenger says of a stored assessment's inputs; refusal is why it says nothing. Nothing decides by these.
create table shadow_scores (
  environment_id text not null,
  challenger_hash text not null,
  assessment_id text not null,
  score integer check (score between 300 and 850),
  pd double precision check (pd between 0 and 1),
  refusal text,
  primary key (environment_id, challenger_hash, assessment_id),
  foreign key (environment_id, challenger_hash) references challengers (environment_id, hash) on delete cascade,
  foreign key (environment_id, assessment_id) references assessments (environment_id, id) on delete cascade,
  check ((score is null) = (pd is null) and (score is null) = (refusal is not null))
);
create index shadow_scores_assessment on shadow_scores (environment_id, assessment_id);
-- The assessments that a challenger can score: those with months of history.
create index assessments_with_months on assessments (environment_id, id)
  where jsonb_typeof(inputs -> 'history') = 'object';
`),
};
