-- Distributes a migrated, empty database over the nodes of a Citus cluster. Made from the catalog by
-- db/test/citus.test.ts; see README.md beside it, also for what the code needs before.
\set ON_ERROR_STOP on
create extension if not exists citus;
set citus.enable_unsafe_triggers = on;

-- 1. What stands in the way.
-- environments_id_policy_change_id_fkey: from the reference table environments to the distributed policy_changes
alter table environments drop constraint environments_id_policy_change_id_fkey;
-- member_invitations_member_id_fkey: from the local table member_invitations to the distributed members
alter table member_invitations drop constraint member_invitations_member_id_fkey;
-- member_passkeys_member_id_fkey: from the local table member_passkeys to the distributed members
alter table member_passkeys drop constraint member_passkeys_member_id_fkey;
-- member_sessions_member_id_fkey: from the local table member_sessions to the distributed members
alter table member_sessions drop constraint member_sessions_member_id_fkey;
-- agreements_secret_hash_key: agreements (secret_hash) without environment_id
alter table agreements drop constraint agreements_secret_hash_key, add constraint agreements_secret_hash_key unique (environment_id, secret_hash);
-- checkout_sessions_secret_hash_key: checkout_sessions (secret_hash) without environment_id
alter table checkout_sessions drop constraint checkout_sessions_secret_hash_key, add constraint checkout_sessions_secret_hash_key unique (environment_id, secret_hash);
-- dispute_evidence_stored_as_key: dispute_evidence (stored_as) without environment_id
alter table dispute_evidence drop constraint dispute_evidence_stored_as_key, add constraint dispute_evidence_stored_as_key unique (environment_id, stored_as);
-- funder_keys_pkey: funder_keys (funder_id, kid) without environment_id
alter table funder_keys drop constraint funder_keys_pkey, add constraint funder_keys_pkey primary key (environment_id, funder_id, kid);
-- idempotency_keys_pkey: idempotency_keys (merchant_id, key) without environment_id
alter table idempotency_keys drop constraint idempotency_keys_pkey, add constraint idempotency_keys_pkey primary key (environment_id, merchant_id, key);
-- key_sources_pkey: key_sources (merchant_id) without environment_id
alter table key_sources drop constraint key_sources_pkey, add constraint key_sources_pkey primary key (environment_id, merchant_id);
-- members_pkey: members (id) without environment_id
alter table members drop constraint members_pkey, add constraint members_pkey primary key (environment_id, id);
-- merchant_keys_pkey: merchant_keys (merchant_id, kid) without environment_id
alter table merchant_keys drop constraint merchant_keys_pkey, add constraint merchant_keys_pkey primary key (environment_id, merchant_id, kid);
-- merchants_id_key: merchants (id) without environment_id
alter table merchants drop constraint merchants_id_key, add constraint merchants_id_key unique (environment_id, id);
-- merchants_publishable_key_key: merchants (publishable_key) without environment_id
alter table merchants drop constraint merchants_publishable_key_key, add constraint merchants_publishable_key_key unique (environment_id, publishable_key);
-- shopper_sessions_token_hash_key: shopper_sessions (token_hash) without environment_id
alter table shopper_sessions drop constraint shopper_sessions_token_hash_key, add constraint shopper_sessions_token_hash_key unique (environment_id, token_hash);
-- signature_nonces_pkey: signature_nonces (owner_id, kid, nonce) without environment_id
alter table signature_nonces drop constraint signature_nonces_pkey, add constraint signature_nonces_pkey primary key (environment_id, owner_id, kid, nonce);
-- trigger environments_policy: the reference table environments
drop trigger environments_policy on environments;
-- trigger event_streams_begun: whole statements on the distributed table event_streams
drop trigger event_streams_begun on event_streams;
-- trigger event_streams_moved: whole statements on the distributed table event_streams
drop trigger event_streams_moved on event_streams;
-- trigger ledger_no_truncate: whole statements on the distributed table ledger_transfers
drop trigger ledger_no_truncate on ledger_transfers;
-- trigger ledger_takes_xid: whole statements on the distributed table ledger_transfers
drop trigger ledger_takes_xid on ledger_transfers;
-- trigger member_audit_kept: whole statements on the distributed table member_audit
drop trigger member_audit_kept on member_audit;
-- trigger settlement_lines_owner_of_new: whole statements on the distributed table settlement_lines
drop trigger settlement_lines_owner_of_new on settlement_lines;
-- trigger settlement_lines_owner_of_taken: whole statements on the distributed table settlement_lines
drop trigger settlement_lines_owner_of_taken on settlement_lines;
-- Of a circle of tables, one is distributed before another that it refers to.
alter table assessments drop constraint assessments_environment_id_appeal_id_fkey;
alter table cash_draws drop constraint cash_draws_environment_id_plan_id_fkey;

-- 2. Whole on every node.
select create_reference_table('environments');
select create_reference_table('operators');

-- 3. By environment_id: what others refer to before what refers to it.
select create_distributed_table('merchants', 'environment_id', colocate_with => 'none');
select create_distributed_table('agreed_texts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shoppers', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('payment_methods', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('agreements', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('api_requests', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('credit_lines', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('funders', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('funder_slots', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('guarantee_parties', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('guarantees', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('holds', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('checkout_sessions', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('assessments', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('appeals', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('bank_accounts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('reconciliation_imports', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('bank_statements', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('businesses', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('business_submissions', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ledger_transfers', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('cash_draws', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('plans', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('orders', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('captures', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('cases', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('case_messages', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('challengers', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('repayments', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('chargebacks', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('login_challenges', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('code_asks', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('code_days', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('code_pauses', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('consents', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('counter_sales', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('data_exports', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_bank_accounts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('debit_mandates', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('webhook_endpoints', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('events', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('deliveries', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('refunds', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('disputes', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('dispute_evidence', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('erasures', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('event_checkpoints', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('event_streams', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('fraud_alarms', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('fraud_day_counts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('fraud_list_entries', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('fraud_merchant_norms', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('fraud_passes', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('fraud_rule_sets', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('fraud_sightings', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('funder_asks', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('funder_concentrations', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('funder_desks', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('funder_keys', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('funder_placements', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('funder_terms', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('guarantee_warnings', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('hardships', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('hold_shares', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('idempotency_keys', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('identity_checks', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('installments', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('kept_warnings', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('key_log', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('key_sources', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ledger_alarms', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ledger_checkpoints', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ledger_checks', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ledger_seals', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ledger_leaves', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ledger_reversals', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ledger_totals', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('limit_changes', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('line_suspensions', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('member_audit', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('members', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('merchant_bank_accounts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('merchant_devices', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('merchant_keys', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('merchant_owners', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('merchant_write_offs', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('messages', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('notification_marks', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('order_extensions', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('order_reversals', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('outside_records', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('outside_sign_ins', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('own_limits', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('ownership_transfers', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('parked_payout_news', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('settlements', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('payouts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('plan_entries', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('plan_pauses', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('plan_receipts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('policy_changes', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('processor_attempts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('processor_news', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('promises', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('recent_declines', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('reconciliation_cursors', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('reconciliation_exceptions', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('reconciliation_matches', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('refund_releases', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('reminders', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('repayment_allocations', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('returns', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('sandbox_desk_answers', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('sandbox_faults', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('scenario_runs', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('score_bindings', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('score_cutoffs', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('score_grants', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('score_months', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('settlement_lines', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('settlement_reserves', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('settlement_terms', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shadow_scores', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_devices', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_evidence', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_identities', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_incomes', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_links', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_outside_accounts', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_passkeys', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_sessions', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('shopper_sign_ins', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('sign_in_changes', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('signature_nonces', 'environment_id', colocate_with => 'merchants');
select create_distributed_table('stream_looks', 'environment_id', colocate_with => 'merchants');

-- 4. The circles again.
alter table assessments add constraint assessments_environment_id_appeal_id_fkey FOREIGN KEY (environment_id, appeal_id) REFERENCES appeals(environment_id, id);
alter table cash_draws add constraint cash_draws_environment_id_plan_id_fkey FOREIGN KEY (environment_id, plan_id) REFERENCES plans(environment_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- 5. On the coordinator only, as they are:
--    index_keys
--    knex_migrations
--    knex_migrations_lock
--    ledger_checkpointing
--    ledger_sealing
--    member_invitations
--    member_passkeys
--    member_sessions
--    member_sign_ins
--    operator_audit
--    operator_invitations
--    operator_passkeys
--    operator_sessions
--    operator_sign_ins
--    rate_counts
--    sandbox_openings
