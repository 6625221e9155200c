import type { Migration } from './migration.ts';

export const returns: Migration = {
  name: '0019-returns',
  up: (db) =>
    db.raw(`
-- Goods are said to be on their way back. Until respond_by the merchant answers, and the dues of the order's plan stand
-- still. items are the lines of the cart that it is about, as far as the shopper named some.
create table returns (
  environment_id text not null,
  id text not null,
  order_id text not null,
  declared_by text not null check (declared_by in ('merchant', 'shopper')),
  reference text check (length(reference) between 1 and 100),
  amount bigint not null check (amount > 0),
  items jsonb not null default '[]' check (jsonb_typeof(items) = 'array'),
  reason text not null check (reason in (
    'changed_mind', 'wrong_item', 'damaged', 'not_as_described', 'late', 'other')),
  status text not null check (status in ('declared', 'accepted', 'rejected', 'withdrawn', 'released')),
  refund_id text,
  rejection text check (rejection in ('not_received', 'used_or_damaged', 'too_late', 'not_returnable', 'other')),
  respond_by timestamptz not null check (respond_by > created_at),
  version integer not null default 1,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, order_id, reference),
  foreign key (environment_id, order_id) references orders (environment_id, id) on delete cascade,
  foreign key (environment_id, refund_id) references refunds (environment_id, id) on delete cascade,
  check ((declared_by = 'merchant') = (reference is not null)),
  check ((status = 'declared') = (ended_at is null)),
  check ((status = 'accepted') = (refund_id is not null)),
  check ((status = 'rejected') = (rejection is not null))
);
create unique index returns_one_open on returns (environment_id, order_id) where status = 'declared';
create index returns_unanswered on returns (environment_id, respond_by) where status = 'declared';

-- What stops a plan's dues: each source for itself. They go on when the last one has ended.
create table plan_pauses (
  environment_id text not null,
  plan_id text not null,
  source_id text not null,
  started_on date not null,
  until date not null check (until >= started_on),
  ended_on date check (ended_on >= started_on),
  primary key (environment_id, plan_id, source_id),
  foreign key (environment_id, plan_id) references plans (environment_id, id) on delete cascade
);
create index plan_pauses_on on plan_pauses (environment_id, plan_id) where ended_on is null;

-- A source is entered once for each kind, but a pause again when another one of the plan ends before it.
alter table plan_entries drop constraint plan_entries_environment_id_plan_id_kind_source_id_key;
create unique index plan_entries_source on plan_entries (environment_id, plan_id, kind, source_id) where kind <> 'pause';
`),
};
