import type { Migration } from './migration.ts';

/** Which sessions an earlier decline answers. */
export const answeredSessions: Migration = {
  name: '0070-answered-sessions',
  up: (db) =>
    db.raw(`
-- The earlier decision that answered a session; not bound by a key, because decisions are bound to sessions.
alter table checkout_sessions add column answered_by text;
`),
};
