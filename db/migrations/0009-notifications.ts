import type { Migration } from './migration.ts';

export const notifications: Migration = {
  name: '0009-notifications',
  up: (db) =>
    db.raw(`
-- A queued message is tried at next_try_at; whoever tries it moves that on first, so that nobody else does.
alter table messages
  add column tries integer not null default 0,
  add column next_try_at timestamptz,
  add column failure text,
  add check ((status = 'queued') = (next_try_at is not null)),
  add check ((status = 'failed') = (failure is not null));
create index messages_queued on messages (next_try_at) where status = 'queued';

-- Numbered events of a shopper's stream up to here have their messages.
create table notification_marks (
  environment_id text not null references environments,
  stream text not null,
  last_sequence bigint not null,
  primary key (environment_id, stream)
);
`),
};
