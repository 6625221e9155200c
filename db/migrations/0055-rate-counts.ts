import type { Migration } from './migration.ts';

export const rateCounts: Migration = {
  name: '0055-rate-counts',
  up: (db) =>
    db.raw(`
-- What all processes counted of one caller in one minute. Unlogged: after a crash of the database the limits begin anew,
-- which costs less than writing to the log each second what is worth nothing a minute later.
create unlogged table rate_counts (
  -- A keyed hash of the limit, the minute and the key or network address.
  caller bytea not null check (length(caller) = 32),
  ends_at timestamptz not null,
  requests integer not null check (requests > 0),
  primary key (caller, ends_at)
);
create index rate_counts_ends_at on rate_counts (ends_at);
`),
};
