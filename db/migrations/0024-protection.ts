import type { Migration } from './migration.ts';

export const protection: Migration = {
  name: '0024-protection',
  up: (db) =>
    db.raw(`
-- What a shopper says they earn in a month, sealed, the newest by its version. Who takes it back leaves only that
-- something was declared: how often that may be in a month is counted.
create table shopper_incomes (
  environment_id text not null,
  shopper_id text not null,
  version integer not null check (version >= 1),
  income_sealed text,
  declared_on date not null,
  created_at timestamptz not null,
  primary key (environment_id, shopper_id, version),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);

-- A consent that was taken back stays as what it was, and can be given anew.
alter table consents
  add column withdrawn_at timestamptz check (withdrawn_at >= given_at),
  drop constraint consents_environment_id_shopper_id_purpose_version_key;
create unique index consents_given on consents (environment_id, shopper_id, purpose, version)
  where withdrawn_at is null;

-- What outside parties answered about a shopper, sealed, until it expires. It hangs on the consent by which it was asked:
-- with that it goes. lease_until is wall time: until then an answer is awaited.
create table shopper_evidence (
  environment_id text not null,
  shopper_id text not null,
  item text not null check (item in ('bureau', 'income', 'phone_tenure')),
  consent_id text not null,
  provider text not null,
  status text not null check (status in ('asked', 'answered', 'not_found', 'unavailable')),
  answer_sealed text,
  asked_at timestamptz not null,
  lease_until timestamptz not null,
  expires_at timestamptz check (expires_at > asked_at),
  primary key (environment_id, shopper_id, item),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, consent_id) references consents (environment_id, id) on delete cascade,
  check ((status = 'answered') = (answer_sealed is not null)),
  check ((status = 'answered') = (expires_at is not null))
);

-- What shoppers hold themselves to: the newest row of a kind (and currency) whose time has come counts. A stricter one
-- counts at once, a looser one a day later; an amount of null is no ceiling.
create table own_limits (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  kind text not null check (kind in ('lock', 'purchase', 'total')),
  currency text check (currency ~ '^[A-Z]{3}$'),
  amount bigint check (amount > 0),
  locked boolean,
  asked_at timestamptz not null,
  from_at timestamptz not null check (from_at >= asked_at),
  primary key (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  check ((kind = 'lock') = (locked is not null)),
  check ((kind = 'lock') = (currency is null)),
  check (kind <> 'lock' or amount is null)
);
create index own_limits_shopper on own_limits (environment_id, shopper_id, id);
create trigger own_limits_append_only before update or delete on own_limits
  for each row execute function refuse_change();

-- Who bound a large share of their income was told so before they agreed: in these words, which name the income.
create table kept_warnings (
  environment_id text not null,
  hold_id text not null,
  shopper_id text not null,
  locale text not null check (locale in ('en', 'zh-CN')),
  rules text not null,
  words_sealed text not null,
  agreed_at timestamptz not null,
  primary key (environment_id, hold_id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, hold_id) references holds (environment_id, id) on delete cascade
);
create trigger kept_warnings_append_only before update or delete on kept_warnings
  for each row execute function refuse_change();

-- What is promised but not yet a debt, and what was confirmed lately, is looked at in every decision.
create index holds_recent on holds (environment_id, credit_line_id, created_at);
create index checkout_sessions_hold on checkout_sessions (environment_id, hold_id)
  where hold_id is not null and status in ('open', 'confirmed');
`),
};
