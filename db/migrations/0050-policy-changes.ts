import type { Migration } from './migration.ts';

export const policyChanges: Migration = {
  name: '0050-policy-changes',
  up: (db) =>
    db.raw(`
-- What turns scores into limits, prices and refusals, as one operator proposed it and another one approved it. base_id is
-- the change that was in force when it was proposed, null for the figures that come with the gateway.
create table policy_changes (
  environment_id text not null references environments on delete cascade,
  id text not null,
  number integer not null check (number >= 1),
  version text not null check (length(version) between 1 and 60),
  base_id text,
  policy jsonb not null check (policy ->> 'version' = version),
  note text not null check (length(note) between 1 and 1000),
  status text not null check (status in ('proposed', 'approved', 'refused', 'withdrawn', 'expired')),
  proposed_by text not null references operators,
  proposed_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > proposed_at),
  decided_by text references operators,
  decided_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, number),
  unique (environment_id, version),
  foreign key (environment_id, base_id) references policy_changes (environment_id, id),
  check ((status = 'proposed') = (decided_at is null)),
  check ((status in ('approved', 'refused', 'withdrawn')) = (decided_by is not null)),
  check (status not in ('approved', 'refused') or decided_by <> proposed_by),
  check (status <> 'withdrawn' or decided_by = proposed_by),
  check (status <> 'approved' or decided_at < expires_at)
);
create unique index policy_changes_open on policy_changes (environment_id) where status = 'proposed';

-- What was proposed never changes, and is decided once.
create function keep_policy_change() returns trigger language plpgsql as $$
begin
  if old.status <> 'proposed'
     or to_jsonb(new) - 'status' - 'decided_by' - 'decided_at' <> to_jsonb(old) - 'status' - 'decided_by' - 'decided_at' then
    raise exception 'policy change % is decided, or would say something else', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger policy_changes_kept before update on policy_changes
  for each row execute function keep_policy_change();
create trigger policy_changes_append_only before delete on policy_changes
  for each row execute function refuse_change();

-- The one in force. It stands here because every transaction reads its environment, so that no decision asks for it.
alter table environments
  add column policy_change_id text,
  add foreign key (id, policy_change_id) references policy_changes (environment_id, id);

create function check_policy_in_force() returns trigger language plpgsql as $$
begin
  if not exists (select from policy_changes
                 where environment_id = new.id and id = new.policy_change_id and status = 'approved') then
    raise exception 'policy change % is not approved', new.policy_change_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger environments_policy before insert or update of policy_change_id on environments
  for each row when (new.policy_change_id is not null) execute function check_policy_in_force();

-- The console lists messages that failed; those are few.
create index messages_failed on messages (environment_id, id) where status = 'failed';
`),
};
