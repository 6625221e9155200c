import type { Migration } from './migration.ts';

export const seals: Migration = {
  name: '0029-seals',
  up: (db) =>
    db.raw(`
-- A range of transfers whose Merkle root the gateway signed; each names the hash of the one before.
create table ledger_seals (
  environment_id text not null references environments on delete cascade,
  number bigint not null check (number >= 1),
  size integer not null check (size between 1 and 4096),
  root text not null check (root ~ '^[0-9a-f]{64}$'),
  jws text not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  sealed_at timestamptz not null,
  primary key (environment_id, number)
);
create trigger ledger_seals_append_only before update or delete on ledger_seals
  for each row execute function refuse_change();

-- The place of each sealed transfer, and the hash of what it said then.
create table ledger_leaves (
  environment_id text not null,
  transfer_id bigint not null,
  seal bigint not null,
  place integer not null check (place >= 0),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (environment_id, transfer_id),
  unique (environment_id, seal, place),
  foreign key (environment_id, transfer_id) references ledger_transfers (environment_id, id) on delete cascade,
  foreign key (environment_id, seal) references ledger_seals (environment_id, number) on delete cascade
);
create trigger ledger_leaves_append_only before update or delete on ledger_leaves
  for each row execute function refuse_change();

-- How far everything is sealed. A transfer gets its id before its transaction ends, so what was read last counts as
-- settled only when every transaction that was under way then (below horizon) is over.
create table ledger_sealing (
  one_row boolean primary key default true check (one_row),
  settled_id bigint not null default 0,
  reached_id bigint not null default 0,
  horizon xid8 not null default '0'
);
insert into ledger_sealing default values;

-- Ids rise with the place in the file, so this finds the latest at next to no cost for whoever posts.
create index ledger_transfers_latest on ledger_transfers using brin (id) with (pages_per_range = 16);
`),
};
