import type { Migration } from './migration.ts';

export const receipts: Migration = {
  name: '0014-receipts',
  up: (db) =>
    db.raw(`
-- What was signed about a plan: the agreement is number 0, each change of its terms the next. hash is the SHA-256 of
-- jws, which names the hash before it. The disclosures (RFC 9901) open what is signed only as a salted hash: they are
-- the shopper's alone. Both tables go with what they belong to when an ended sandbox is purged, and never otherwise.
create table plan_receipts (
  environment_id text not null,
  plan_id text not null,
  sequence integer not null check (sequence >= 0),
  jws text not null check (jws ~ '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]{86}$'),
  disclosures text[] not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null,
  primary key (environment_id, plan_id, sequence),
  foreign key (environment_id, plan_id) references plans (environment_id, id) on delete cascade
);
create trigger plan_receipts_append_only before update or delete on plan_receipts
  for each row execute function refuse_change();

-- The words that shoppers agreed to, as they were shown, by their SHA-256: texts change, agreements do not.
create table agreed_texts (
  environment_id text not null references environments on delete cascade,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  text text not null,
  primary key (environment_id, hash)
);
create trigger agreed_texts_append_only before update or delete on agreed_texts
  for each row execute function refuse_change();

-- When, and to which texts, the shopper agreed; kept until the order exists, whose receipt says so for good.
alter table checkout_sessions
  add column agreed_at timestamptz,
  add column agreed_texts jsonb not null default '[]' check (jsonb_typeof(agreed_texts) = 'array');
`),
};
