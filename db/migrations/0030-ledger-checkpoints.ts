import type { Migration } from './migration.ts';

export const ledgerCheckpoints: Migration = {
  name: '0030-ledger-checkpoints',
  up: (db) =>
    db.raw(`
-- The balance of a busy account as of through_id, on its debit side, so that later ones need only what was posted since.
-- All currencies of an account have a row at the same through_id. earliest_at is of what was posted since from_id (the
-- row before), latest_at of all that the row covers.
create table ledger_checkpoints (
  environment_id text not null references environments on delete cascade,
  account text not null,
  through_id bigint not null,
  currency text not null,
  from_id bigint not null check (from_id between 0 and through_id - 1),
  posted bigint not null,
  pending bigint not null,
  earliest_at timestamptz,
  latest_at timestamptz not null,
  primary key (environment_id, account, through_id, currency)
);
create trigger ledger_checkpoints_append_only before update or delete on ledger_checkpoints
  for each row execute function refuse_change();

-- The trial balance as of ledger_checkpointing.through_id. Only whoever writes checkpoints changes it.
create table ledger_totals (
  environment_id text not null references environments on delete cascade,
  code text not null,
  currency text not null,
  debit bigint not null,
  credit bigint not null,
  primary key (environment_id, code, currency)
);
create table ledger_checkpointing (
  one_row boolean primary key default true check (one_row),
  through_id bigint not null default 0
);
insert into ledger_checkpointing default values;

-- What was posted to an account since its checkpoint is one range of these.
create index ledger_transfers_debit_since on ledger_transfers (environment_id, debit, id);
create index ledger_transfers_credit_since on ledger_transfers (environment_id, credit, id);
drop index ledger_transfers_debit;
drop index ledger_transfers_credit;

-- Settled are ids below which no transaction under way can still commit one. That holds only of transactions that can be
-- seen, and one can be seen from when it has an xid: so it gets it before its first transfer takes an id.
create function take_xid() returns trigger language plpgsql as $$
begin
  perform pg_current_xact_id();
  return null;
end $$;
create trigger ledger_takes_xid before insert on ledger_transfers
  for each statement execute function take_xid();

-- Ids of postings rise with the place in the file, as those of transfers do, so this finds one at next to no cost for
-- whoever posts. What such an index has not summarized yet is read whole, so it must not wait for the next vacuum.
create index ledger_transfers_posting on ledger_transfers using brin (posting_id)
  with (pages_per_range = 16, autosummarize = on);
alter index ledger_transfers_latest set (autosummarize = on);

-- A posting is reversed once: transfer_id is the first of the posting that took it back.
create table ledger_reversals (
  environment_id text not null references environments on delete cascade,
  posting_id text not null,
  transfer_id bigint not null,
  primary key (environment_id, posting_id),
  foreign key (environment_id, transfer_id) references ledger_transfers (environment_id, id) on delete cascade
);
create trigger ledger_reversals_append_only before update or delete on ledger_reversals
  for each row execute function refuse_change();

-- How far each environment was checked last: what was posted after through_id has not been seen by a check.
create table ledger_checks (
  environment_id text primary key references environments on delete cascade,
  through_id bigint not null,
  checked_at timestamptz not null
);

-- Something in the books is wrong: one row while it is. concerned_id is whose payouts wait; null is everybody's.
-- It ends when an operator has resolved it and a check has found that the invariant holds (cleared_at).
create table ledger_alarms (
  environment_id text not null references environments on delete cascade,
  id text not null,
  invariant text not null,
  subject text not null,
  finding text not null,
  concerned_id text,
  raised_at timestamptz not null,
  found_at timestamptz not null check (found_at >= raised_at),
  told_at timestamptz,
  cleared_at timestamptz,
  resolved_at timestamptz,
  resolved_by text,
  note text check (length(note) between 1 and 1000),
  ended_at timestamptz,
  primary key (environment_id, id),
  check ((resolved_at is null) = (resolved_by is null) and (resolved_at is null) = (note is null)),
  check ((ended_at is not null) = (cleared_at is not null and resolved_at is not null))
);
create unique index ledger_alarms_open on ledger_alarms (environment_id, invariant, subject) where ended_at is null;
`),
};
