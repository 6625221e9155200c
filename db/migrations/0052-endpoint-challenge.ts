import type { Migration } from './migration.ts';

export const endpointChallenge: Migration = {
  name: '0052-endpoint-challenge',
  up: (db) =>
    db.raw(`
-- An address gets events once whoever runs it has answered a challenge. Those that were told of events before have shown
-- that they want them.
alter table webhook_endpoints
  add column proven_at timestamptz,
  -- How often this address was challenged, when it is next, and what became of the last time.
  add column challenges integer not null default 0 check (challenges >= 0),
  add column challenge_at timestamptz,
  add column challenge_failure text;
update webhook_endpoints set proven_at = created_at;
alter table webhook_endpoints
  add check (proven_at is null or (challenge_at is null and challenge_failure is null));
create index webhook_endpoints_challenged on webhook_endpoints (challenge_at)
  where proven_at is null and challenge_at is not null and status = 'enabled';
`),
};
