import type { Migration } from './migration.ts';

export const members: Migration = {
  name: '0045-members',
  up: (db) =>
    db.raw(`
-- Who works for one merchant in one environment. The tables below are shaped as those of operators are, and end with
-- the merchant.
create table members (
  id text primary key,
  environment_id text not null,
  merchant_id text not null,
  name text not null check (length(name) between 1 and 100),
  mail_sealed text,
  role text not null check (role in ('owner', 'finance', 'support', 'developer')),
  created_at timestamptz not null,
  disabled_at timestamptz,
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade
);
create index members_merchant on members (environment_id, merchant_id, id);

-- Whoever has the token makes a passkey, once. token_hash is all that is kept of it.
create table member_invitations (
  id text primary key,
  member_id text not null references members on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  used_at timestamptz
);
create index member_invitations_member on member_invitations (member_id);

create table member_passkeys (
  id text primary key check (length(id) between 1 and 2000),
  member_id text not null references members on delete cascade,
  public_key bytea not null,
  counter bigint not null check (counter >= 0),
  transports text[] not null,
  created_at timestamptz not null,
  used_at timestamptz
);
create index member_passkeys_member on member_passkeys (member_id);

create table member_sign_ins (
  challenge_hash bytea primary key,
  address_hash bytea not null,
  tried_at timestamptz not null
);
create index member_sign_ins_address on member_sign_ins (address_hash, tried_at);
create index member_sign_ins_tried on member_sign_ins (tried_at);

create table member_sessions (
  id text primary key,
  member_id text not null references members on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null
);
create index member_sessions_member on member_sessions (member_id);

-- What every member did. member_id is whom an action of the command line was about, and who acted in all others; it is
-- only a name, because a sandbox's people go before its append-only rows do.
create table member_audit (
  environment_id text not null references environments on delete cascade,
  id bigint generated always as identity,
  merchant_id text not null,
  actor text not null check (actor in ('member', 'command_line')),
  member_id text not null,
  action text not null,
  object_id text,
  details jsonb not null,
  address_hash bytea,
  at timestamptz not null,
  primary key (environment_id, id),
  check ((actor = 'member') = (address_hash is not null))
);
create index member_audit_merchant on member_audit (environment_id, merchant_id, id);
create trigger member_audit_append_only before update or delete on member_audit
  for each row execute function refuse_change();
create trigger member_audit_kept before truncate on member_audit
  for each statement execute function refuse_truncate();
`),
};
