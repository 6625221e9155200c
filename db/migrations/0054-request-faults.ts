import type { Migration } from './migration.ts';

export const requestFaults: Migration = {
  name: '0054-request-faults',
  up: (db) =>
    db.raw(`
-- What goes wrong with requests themselves, whatever they ask for.
alter table sandbox_faults
  drop constraint sandbox_faults_kind_check,
  add constraint sandbox_faults_kind_check check (kind in (
    'card_expires', 'card_declines', 'processor_timeout', 'processor_late_answer', 'funder_down', 'funder_refuses',
    'funder_hangs', 'funder_flaps', 'webhook_lost', 'double_webhook', 'api_unavailable', 'api_rate_limited',
    'api_answer_lost', 'api_slow_answer'));
`),
};
