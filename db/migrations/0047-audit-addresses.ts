import type { Migration } from './migration.ts';

export const auditAddresses: Migration = {
  name: '0047-audit-addresses',
  up: (db) =>
    db.raw(`
-- Of what somebody did in the console or a dashboard nothing changes but that the network address is forgotten in time.
create function keep_audit() returns trigger language plpgsql as $$
begin
  if new.address_hash is null and to_jsonb(new) - 'address_hash' = to_jsonb(old) - 'address_hash' then return new; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

alter table operator_audit
  drop constraint operator_audit_check,
  add constraint operator_audit_address check (actor = 'operator' or address_hash is null);
drop trigger operator_audit_append_only on operator_audit;
create trigger operator_audit_append_only before delete on operator_audit
  for each row execute function refuse_truncate();
create trigger operator_audit_unchanged before update on operator_audit
  for each row execute function keep_audit();
create index operator_audit_addresses on operator_audit (at) where address_hash is not null;

alter table member_audit
  drop constraint member_audit_check,
  add constraint member_audit_address check (actor = 'member' or address_hash is null);
drop trigger member_audit_append_only on member_audit;
create trigger member_audit_append_only before delete on member_audit
  for each row execute function refuse_change();
create trigger member_audit_unchanged before update on member_audit
  for each row execute function keep_audit();
create index member_audit_addresses on member_audit (environment_id, at) where address_hash is not null;
`),
};
