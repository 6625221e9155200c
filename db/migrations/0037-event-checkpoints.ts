import type { Migration } from './migration.ts';

export const eventCheckpoints: Migration = {
  name: '0037-event-checkpoints',
  up: (db) =>
    db.raw(`
-- The gateway's signature under a stream of events up to a number; each names the one before. docs/events.md has the
-- form of the hash.
create table event_checkpoints (
  environment_id text not null references environments on delete cascade,
  stream text not null,
  sequence bigint not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  previous_sequence bigint not null check (previous_sequence >= 0),
  previous_hash text not null check (previous_hash ~ '^[0-9a-f]{64}$'),
  jws text not null,
  created_at timestamptz not null,
  primary key (environment_id, stream, sequence),
  -- A chain does not fork.
  unique (environment_id, stream, previous_sequence),
  check (sequence - previous_sequence between 1 and 100)
);
create trigger event_checkpoints_append_only before update or delete on event_checkpoints
  for each row execute function refuse_change();

-- There are far more streams of shoppers, and only merchants' have checkpoints. Without its numbers, so that
-- numbering stays a change within one page.
create index event_streams_merchants on event_streams (environment_id, stream) where starts_with(stream, 'mer_');
`),
};
