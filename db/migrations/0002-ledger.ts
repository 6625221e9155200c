import type { Migration } from './migration.ts';

export const ledger: Migration = {
  name: '0002-ledger',
  up: (db) =>
    db.raw(`
-- One row moves one positive amount from one account to another, so it balances by construction.
-- 'posted' moves money at once; 'pending' reserves; 'post' and 'void' resolve the pending row they name.
-- An account is a name such as principal:pln_…:fnd_…; it exists by being used, so no row of it can become hot.
create table ledger_transfers (
  environment_id text not null references environments,
  id bigint generated always as identity,
  posting_id text not null,
  event text not null,
  kind text not null check (kind in ('posted', 'pending', 'post', 'void')),
  pending_id bigint,
  debit text not null,
  credit text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount > 0),
  subject_id text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, pending_id) references ledger_transfers (environment_id, id),
  check (debit <> credit),
  check ((kind in ('post', 'void')) = (pending_id is not null))
);
-- Resolved once: a second post or void of the same pending transfer cannot be stored.
create unique index ledger_transfers_resolution on ledger_transfers (environment_id, pending_id) where pending_id is not null;
create index ledger_transfers_debit on ledger_transfers (environment_id, debit);
create index ledger_transfers_credit on ledger_transfers (environment_id, credit);
create index ledger_transfers_subject on ledger_transfers (environment_id, subject_id);

create function check_ledger_resolution() returns trigger language plpgsql as $$
declare pending ledger_transfers;
begin
  select * into pending from ledger_transfers where environment_id = new.environment_id and id = new.pending_id;
  if pending.kind <> 'pending' then
    raise exception 'transfer % is not pending', new.pending_id using errcode = 'check_violation';
  end if;
  if (new.debit, new.credit, new.currency) <> (pending.debit, pending.credit, pending.currency)
     or new.amount > pending.amount or (new.kind = 'void' and new.amount <> pending.amount) then
    raise exception 'transfer % does not resolve pending transfer %', new.id, new.pending_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger ledger_resolution before insert on ledger_transfers
  for each row when (new.pending_id is not null) execute function check_ledger_resolution();

-- The one way past an append-only table is to drop a whole sandbox with everything in it.
create function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('morrow.purging', true) = old.environment_id then return old; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create function refuse_truncate() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger ledger_no_truncate before truncate on ledger_transfers
  for each statement execute function refuse_truncate();
create trigger ledger_append_only before update or delete on ledger_transfers
  for each row execute function refuse_change();
`),
};
