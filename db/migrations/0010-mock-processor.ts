import type { Migration } from './migration.ts';

export const mockProcessor: Migration = {
  name: '0010-mock-processor',
  up: (db) =>
    db.raw(`
-- The memory of the sandboxes' mock processor, which stands for a system that is not ours: no table of ours refers
-- to it, and nothing else in the gateway reads it.
create schema mock_processor;

create table mock_processor.objects (
  kind text not null,
  id text not null,
  number bigint generated always as identity,
  object jsonb not null,
  primary key (kind, id)
);
create index objects_fields on mock_processor.objects using gin (object jsonb_path_ops);

-- status and body are the stored answer; a row without them is a request that arrived and was not answered.
create table mock_processor.requests (
  key text primary key,
  fingerprint text not null,
  status integer,
  body jsonb,
  lost boolean not null,
  check ((status is null) = (body is null))
);
`),
};
