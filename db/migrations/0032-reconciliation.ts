import type { Migration } from './migration.ts';

export const reconciliation: Migration = {
  name: '0032-reconciliation',
  up: (db) =>
    db.raw(`
-- Our own accounts at banks, whose statements may be imported.
create table bank_accounts (
  environment_id text not null references environments on delete cascade,
  account text not null check (account ~ '^[A-Z0-9]{4,34}$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  name text not null check (length(name) between 1 and 100),
  created_at timestamptz not null,
  primary key (environment_id, account)
);

-- One pass over the processor's list, or one file of the bank. Of a refused file only the refusal is kept.
create table reconciliation_imports (
  environment_id text not null references environments on delete cascade,
  id text not null,
  source text not null check (source in ('balance', 'cash_account', 'bank')),
  format text not null check (format in ('list', 'csv', 'camt053')),
  status text not null check (status in ('running', 'done', 'refused')),
  file_name text,
  file_hash text check (file_hash ~ '^[0-9a-f]{64}$'),
  refusal jsonb,
  records integer not null default 0 check (records >= 0),
  imported_by text not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (environment_id, id),
  check ((source = 'bank') = (file_hash is not null)),
  check ((status = 'refused') = (refusal is not null)),
  check (status <> 'refused' or records = 0),
  check ((status = 'running') = (finished_at is null))
);
-- The same file is imported once; it may be refused often.
create unique index reconciliation_imports_file on reconciliation_imports (environment_id, file_hash) where status = 'done';
-- One pass over a list at a time.
create unique index reconciliation_imports_running on reconciliation_imports (environment_id, source) where status = 'running';

-- Where the reading of the processor's lists stands: complete_until is the instant up to which all is imported; while a
-- pass is under way, import_id is its import, and after names the last transaction that was read.
create table reconciliation_cursors (
  environment_id text not null references environments on delete cascade,
  source text not null check (source in ('balance', 'cash_account')),
  complete_until timestamptz,
  pass_started_at timestamptz,
  import_id text,
  after text,
  primary key (environment_id, source),
  foreign key (environment_id, import_id) references reconciliation_imports (environment_id, id) on delete cascade,
  check ((pass_started_at is null) = (import_id is null) and (import_id is not null or after is null))
);

create table bank_statements (
  environment_id text not null,
  account text not null,
  statement_id text not null check (length(statement_id) between 1 and 100),
  import_id text not null,
  currency text not null,
  opening bigint not null,
  closing bigint not null,
  opened_on date not null,
  closed_on date not null check (closed_on >= opened_on),
  lines integer not null check (lines >= 0),
  primary key (environment_id, account, statement_id),
  foreign key (environment_id, account) references bank_accounts (environment_id, account) on delete cascade,
  foreign key (environment_id, import_id) references reconciliation_imports (environment_id, id) on delete cascade
);

-- What somebody else's books say: one row per balance transaction of the processor or line of the bank. amount is
-- positive when money came to us, before the fee that was kept of it. What a record says never changes; state does.
create table outside_records (
  environment_id text not null,
  id text not null,
  import_id text not null,
  source text not null check (source in ('balance', 'cash_account', 'bank')),
  account text not null,
  source_id text not null check (length(source_id) between 1 and 200),
  kind text not null check (kind in ('charge', 'refund', 'transfer', 'transfer_back', 'draw', 'payout', 'payout_back',
    'topup', 'fee', 'dispute', 'dispute_won', 'line', 'other')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null,
  fee bigint not null default 0,
  happened_at timestamptz not null,
  refs text[] not null,
  attempt_id text,
  counterparty text,
  description text,
  place text,
  state text not null check (state in ('new', 'awaiting_outcome', 'awaiting_bank', 'exception', 'matched')),
  -- Whether an unmatched line of the bank was put into suspense; that stays so when it is matched later.
  suspended boolean not null default false,
  primary key (environment_id, id),
  unique (environment_id, source, account, source_id),
  foreign key (environment_id, import_id) references reconciliation_imports (environment_id, id) on delete cascade,
  check ((source = 'bank') = (kind = 'line')),
  check (not suspended or source = 'bank'),
  check (kind <> 'line' or (amount <> 0 and fee = 0))
);
create index outside_records_new on outside_records (environment_id, source, id) where state = 'new';
create index outside_records_unended on outside_records (environment_id, id) where state = 'awaiting_outcome';
create index outside_records_waiting on outside_records (environment_id, kind, currency, amount)
  where state in ('awaiting_bank', 'exception');
create index outside_records_attempt on outside_records (environment_id, attempt_id) where state = 'exception';
create index outside_records_refs on outside_records using gin (refs)
  where kind in ('transfer', 'transfer_back', 'payout', 'topup');
create index outside_records_import on outside_records (environment_id, import_id);

create function keep_outside_record() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - array['state', 'suspended'] <> to_jsonb(old) - array['state', 'suspended']
     or old.state = 'matched' or (old.suspended and not new.suspended) then
    raise exception 'outside record % is what was told and cannot change', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger outside_records_kept before update on outside_records
  for each row execute function keep_outside_record();

-- Each record is matched once, and so is each thing of ours; only a running account (what a funder or a merchant owes) is
-- met by many lines. What a match moves is posted because of its record.
create table reconciliation_matches (
  environment_id text not null,
  id text not null,
  record_id text not null,
  target_kind text not null check (target_kind in ('attempt', 'payout_return', 'payout_back', 'processor_payout', 'processor_fee',
    'chargeback', 'chargeback_won', 'funder_due', 'funder', 'merchant')),
  target_id text not null,
  how text not null check (how in ('id', 'reference', 'amount_and_date', 'operator')),
  matched_by text not null,
  matched_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, record_id),
  foreign key (environment_id, record_id) references outside_records (environment_id, id) on delete cascade
);
create unique index reconciliation_matches_target on reconciliation_matches (environment_id, target_kind, target_id)
  where target_kind not in ('funder_due', 'funder', 'merchant');
create trigger reconciliation_matches_kept before update on reconciliation_matches
  for each row execute function refuse_change();

-- What does not agree: an outside record, or an attempt of ours that the processor does not list.
create table reconciliation_exceptions (
  environment_id text not null references environments on delete cascade,
  id text not null,
  record_id text,
  attempt_id text,
  reason text not null check (reason in ('unknown', 'ambiguous', 'amount_differs', 'currency_differs', 'not_succeeded',
    'already_matched', 'more_than_owed', 'unsupported', 'missing_outside', 'missing_at_bank')),
  status text not null check (status in ('open', 'parked', 'resolved')),
  note text check (length(note) between 1 and 2000),
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by text,
  primary key (environment_id, id),
  foreign key (environment_id, record_id) references outside_records (environment_id, id) on delete cascade,
  check ((record_id is null) <> (attempt_id is null)),
  check ((status = 'open') = (closed_at is null)),
  check ((closed_at is null) = (closed_by is null)),
  check (status <> 'parked' or note is not null)
);
create unique index reconciliation_exceptions_record on reconciliation_exceptions (environment_id, record_id) where record_id is not null;
create unique index reconciliation_exceptions_attempt on reconciliation_exceptions (environment_id, attempt_id) where attempt_id is not null;
create index reconciliation_exceptions_open on reconciliation_exceptions (environment_id, id) where status = 'open';

create index processor_attempts_reference on processor_attempts (environment_id, processor_reference)
  where processor_reference is not null;
create index processor_attempts_finished on processor_attempts (environment_id, finished_at) where status = 'succeeded';
`),
};
