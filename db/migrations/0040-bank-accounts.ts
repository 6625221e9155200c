import type { Migration } from './migration.ts';

export const bankAccounts: Migration = {
  name: '0040-bank-accounts',
  up: (db) =>
    db.raw(`
-- What kind of thing the processor has saved: a card, or a bank account that may be debited.
alter table payment_methods
  add column kind text not null default 'card' check (kind in ('card', 'us_bank_account'));

-- A debit of a bank account has no outcome for days, in which its plan is neither paid nor late.
alter table repayments add column by_debit boolean not null default false;

-- A bank account of a shopper whose holder is the person that the shopper was verified as. number_index is a keyed hash,
-- by which one account belongs to one shopper, and those who used the same one are found.
create table shopper_bank_accounts (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  status text not null check (status in ('active', 'removed')),
  bank_name text not null check (length(bank_name) between 1 and 100),
  bank_code text not null check (length(bank_code) between 1 and 34),
  last4 text not null check (last4 ~ '^[0-9]{4}$'),
  number_sealed text not null,
  number_index bytea not null,
  provider text not null,
  reference text not null,
  bound_at timestamptz not null,
  removed_at timestamptz,
  version integer not null default 1,
  primary key (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  check ((status = 'removed') = (removed_at is not null))
);
create unique index shopper_bank_accounts_number on shopper_bank_accounts (environment_id, number_index)
  where status = 'active';
create index shopper_bank_accounts_shopper on shopper_bank_accounts (environment_id, shopper_id);

-- What a shopper agreed to when they let us debit an account: which text, by its hash, and until when.
create table debit_mandates (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  bank_account_id text not null,
  payment_method_id text not null,
  locale text not null,
  version text not null,
  text_hash text not null check (text_hash ~ '^[0-9a-f]{64}$'),
  given_at timestamptz not null,
  ended_at timestamptz,
  ended_by text check (ended_by in ('shopper', 'bank')),
  primary key (environment_id, id),
  foreign key (environment_id, bank_account_id) references shopper_bank_accounts (environment_id, id) on delete cascade,
  foreign key (environment_id, payment_method_id) references payment_methods (environment_id, id) on delete cascade,
  check ((ended_at is null) = (ended_by is null))
);
create unique index debit_mandates_open on debit_mandates (environment_id, bank_account_id) where ended_at is null;
create unique index debit_mandates_method on debit_mandates (environment_id, payment_method_id);

-- Where a merchant is paid: entered by one and approved by another, or checked by a sandbox's provider. payout_account is
-- the processor's name for it.
create table merchant_bank_accounts (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  status text not null check (status in ('proposed', 'active', 'replaced', 'rejected')),
  holder text not null check (length(holder) between 1 and 200),
  bank_name text not null check (length(bank_name) between 1 and 100),
  last4 text not null check (last4 ~ '^[0-9]{4}$'),
  number_sealed text not null,
  number_index bytea not null,
  payout_account text not null check (length(payout_account) between 1 and 200),
  entered_by text not null,
  entered_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade,
  check ((status = 'proposed') = (decided_at is null)),
  check ((decided_at is null) = (decided_by is null)),
  -- Nobody approves what they have entered.
  check (status in ('proposed', 'rejected') or decided_by <> entered_by)
);
create unique index merchant_bank_accounts_active on merchant_bank_accounts (environment_id, merchant_id)
  where status = 'active';
create unique index merchant_bank_accounts_proposed on merchant_bank_accounts (environment_id, merchant_id)
  where status = 'proposed';

-- Debits that the mock processor has been asked for: what their bank is going to say, and on which business date.
create table mock_processor.debits (
  intent_id text primary key,
  environment_id text not null,
  attempt_id text not null,
  status text not null check (status in ('processing', 'settled', 'failed', 'returned')),
  answers_on date not null,
  returns_on date
);
create index debits_open on mock_processor.debits (environment_id) where status in ('processing', 'settled');
`),
};
