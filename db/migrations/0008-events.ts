import type { Migration } from './migration.ts';

export const events: Migration = {
  name: '0008-events',
  up: (db) =>
    db.raw(`
-- A fact is recorded in the transaction that made it true, without a number; the sequencer numbers it per stream
-- after the commit, so nothing on the way of an order waits for a neighbour.
create table events (
  environment_id text not null references environments,
  id text not null,
  recorded bigint generated always as identity,
  stream text not null,
  sequence bigint,
  type text not null,
  object_id text not null,
  object_version integer not null,
  data jsonb not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, stream, sequence)
);
create index events_unnumbered on events (recorded) where sequence is null;

create table event_streams (
  environment_id text not null references environments,
  stream text not null,
  last_sequence bigint not null,
  primary key (environment_id, stream)
);

create table webhook_endpoints (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  url text not null,
  event_types text[] not null,
  secret_sealed text not null,
  status text not null check (status in ('enabled', 'disabled')),
  disabled_reason text,
  -- Numbered events up to here have their deliveries.
  last_sequence bigint not null,
  failing_since timestamptz,
  created_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id)
);
create index webhook_endpoints_merchant on webhook_endpoints (environment_id, merchant_id);

-- One attempt to send one event to one endpoint.
create table deliveries (
  environment_id text not null,
  id text not null,
  endpoint_id text not null,
  event_id text not null,
  attempt integer not null check (attempt >= 1),
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  response_status integer,
  failure text,
  scheduled_at timestamptz not null,
  lease_until timestamptz,
  finished_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, endpoint_id, event_id, attempt),
  foreign key (environment_id, endpoint_id) references webhook_endpoints (environment_id, id),
  foreign key (environment_id, event_id) references events (environment_id, id)
);
create index deliveries_list on deliveries (environment_id, endpoint_id, id);
create index deliveries_pending on deliveries (scheduled_at) where status = 'pending';

-- What left for a person. In a sandbox it is kept here instead of being sent.
create table messages (
  environment_id text not null references environments,
  id text not null,
  shopper_id text,
  event_id text,
  channel text not null check (channel in ('sms', 'mail')),
  template text not null,
  recipient_sealed text not null,
  subject text,
  body_sealed text not null,
  status text not null check (status in ('queued', 'kept', 'sent', 'failed')),
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, event_id, channel),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id),
  foreign key (environment_id, event_id) references events (environment_id, id)
);
create index messages_list on messages (environment_id, id);
`),
};
