import type { Migration } from './migration.ts';

export const webhookSecrets: Migration = {
  name: '0038-webhook-secrets',
  up: (db) =>
    db.raw(`
alter table webhook_endpoints
  add column version integer not null default 1,
  -- The secret before the last rotation, which signs as well until then.
  add column previous_secret_sealed text,
  add column previous_secret_until timestamptz,
  -- When the merchant was told that it is failing: once a spell, as long as failing_since stands.
  add column warned_at timestamptz,
  add check ((previous_secret_sealed is null) = (previous_secret_until is null));

-- An event may be sent to an endpoint again; each time has attempts of its own. 0 is the first.
alter table deliveries
  add column redelivery integer not null default 0 check (redelivery >= 0),
  drop constraint deliveries_environment_id_endpoint_id_event_id_attempt_key,
  add unique (environment_id, endpoint_id, event_id, redelivery, attempt);

-- The log of what failed, without all that did not.
create index deliveries_not_succeeded on deliveries (environment_id, endpoint_id, id) where status <> 'succeeded';
`),
};
