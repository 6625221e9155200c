import type { Migration } from './migration.ts';

export const cases: Migration = {
  name: '0049-cases',
  up: (db) =>
    db.raw(`
-- One conversation between a shopper, a merchant and operators. It is always about one shopper, under whose data key all of
-- its words are sealed; order_id and merchant_id are those of what it is about, where that is a purchase. Who is in it is
-- with_shopper and with_merchant; operators always are. subject_readers are those of the first message: whoever comes in
-- later does not read a subject that was not written to them. waiting_since is when the status began.
create table cases (
  environment_id text not null,
  id text not null,
  opened_by text not null check (opened_by in ('shopper', 'merchant', 'operator')),
  opener_id text not null,
  form_key text not null check (length(form_key) between 1 and 100),
  shopper_id text not null,
  merchant_id text,
  order_id text,
  about_kind text not null check (about_kind in ('general', 'order', 'plan', 'payment', 'dispute')),
  about_id text,
  subject_sealed text not null,
  subject_readers text not null check (subject_readers in ('internal', 'shopper', 'merchant', 'all')),
  with_shopper boolean not null,
  with_merchant boolean not null,
  status text not null check (status in (
    'open', 'waiting_for_shopper', 'waiting_for_merchant', 'waiting_for_operator', 'closed')),
  assigned_to text,
  version integer not null default 1,
  waiting_since timestamptz not null,
  created_at timestamptz not null,
  closed_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, opener_id, form_key),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, order_id) references orders (environment_id, id) on delete cascade,
  check ((about_kind = 'general') = (about_id is null)),
  check ((order_id is null) = (merchant_id is null)),
  check (not with_merchant or merchant_id is not null),
  check (opened_by <> 'merchant' or with_merchant),
  check (opened_by <> 'shopper' or with_shopper),
  check (status <> 'waiting_for_shopper' or with_shopper),
  check (status <> 'waiting_for_merchant' or with_merchant),
  check ((status = 'closed') = (closed_at is not null))
);
create index cases_shopper on cases (environment_id, shopper_id, id);
create index cases_merchant on cases (environment_id, merchant_id, id) where with_merchant;
create index cases_waiting on cases (environment_id, status, waiting_since, id);

-- What somebody wrote in a case, and who reads it besides operators. help_article names the article that an operator sent
-- with it.
create table case_messages (
  environment_id text not null,
  id text not null,
  case_id text not null,
  author text not null check (author in ('shopper', 'merchant', 'operator')),
  author_id text not null,
  form_key text not null check (length(form_key) between 1 and 100),
  readers text not null check (readers in ('internal', 'shopper', 'merchant', 'all')),
  text_sealed text not null,
  help_article text check (help_article ~ '^[a-z0-9-]{1,60}$'),
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, case_id, author_id, form_key),
  foreign key (environment_id, case_id) references cases (environment_id, id) on delete cascade,
  check (readers <> 'internal' or author = 'operator'),
  check (readers <> 'shopper' or author <> 'merchant'),
  check (readers <> 'merchant' or author <> 'shopper'),
  check (help_article is null or author = 'operator')
);
create index case_messages_case on case_messages (environment_id, case_id, id);
`),
};
