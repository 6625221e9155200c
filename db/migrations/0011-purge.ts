import type { Migration } from './migration.ts';

/** Every table with rows of an environment, those that refer before those that are referred to. */
const tables = [
  'deliveries',
  'messages',
  'notification_marks',
  'webhook_endpoints',
  'events',
  'event_streams',
  'payouts',
  'settlement_lines',
  'settlements',
  'repayment_allocations',
  'repayments',
  'installments',
  'plan_entries',
  'refunds',
  'captures',
  'order_reversals',
  'orders',
  'plans',
  'assessments',
  'checkout_sessions',
  'processor_attempts',
  'payment_methods',
  'ledger_transfers',
  'holds',
  'credit_lines',
  'funder_slots',
  'funders',
  'shopper_sessions',
  'login_challenges',
  'consents',
  'shopper_identities',
  'shoppers',
  'idempotency_keys',
  'signature_nonces',
  'merchant_keys',
  'merchants',
] as const;

export const purge: Migration = {
  name: '0011-purge',
  up: (db) =>
    db.raw(`
-- The one way to delete from append-only tables: a whole sandbox, after it has ended.
create function purge_sandbox(ended text) returns void language plpgsql as $$
begin
  if not exists (select from environments where id = ended and kind = 'sandbox') then
    raise exception '% is not a sandbox', ended using errcode = 'restrict_violation';
  end if;
  perform set_config('morrow.purging', ended, true);
${tables.map((table) => `  delete from ${table} where environment_id = ended;`).join('\n')}
  delete from environments where id = ended;
end $$;
`),
};
