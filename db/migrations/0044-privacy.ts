import type { Migration } from './migration.ts';

export const privacy: Migration = {
  name: '0044-privacy',
  up: (db) =>
    db.raw(`
-- A shopper who was erased leaves an id: what was sealed under their data key opens no more, and no look-up hash finds
-- them, so whoever comes back with the same phone is somebody new.
alter table shoppers
  alter column data_key drop not null,
  alter column phone_index drop not null,
  alter column phone_sealed drop not null,
  add column erased_at timestamptz,
  add constraint shoppers_erased check (
    case when erased_at is null then num_nulls(data_key, phone_index, phone_sealed) = 0
    else num_nonnulls(data_key, phone_index, phone_sealed, mail_sealed, time_zone) = 0 end);
create function keep_erased() returns trigger language plpgsql as $$
begin
  raise exception 'shopper % was erased for good', old.id using errcode = 'restrict_violation';
end $$;
create trigger shoppers_stay_erased before update on shoppers
  for each row when (old.erased_at is not null) execute function keep_erased();

-- Whoever was read before they were erased begins nothing afterwards: this waits for an erasure that is under way.
create function refuse_erased_shopper() returns trigger language plpgsql as $$
begin
  perform from shoppers s where s.environment_id = new.environment_id and s.erased_at is null
    and s.id = (select l.shopper_id from credit_lines l
      where l.environment_id = new.environment_id and l.id = new.credit_line_id)
  for key share of s;
  if not found then raise exception 'the shopper was erased' using errcode = 'restrict_violation'; end if;
  return new;
end $$;
create trigger holds_of_somebody before insert on holds for each row execute function refuse_erased_shopper();

-- The look-up hashes of whoever is erased go, the facts stay.
alter table shopper_bank_accounts
  alter column number_index drop not null,
  add check (status = 'removed' or number_index is not null);
alter table guarantees
  alter column phone_index drop not null,
  alter column phone_sealed drop not null,
  add check (status <> 'offered' or num_nulls(phone_index, phone_sealed) = 0);

-- Who was erased and when, so that it can be done again after a backup was restored. An id means nothing by itself.
create table erasures (
  environment_id text not null references environments on delete cascade,
  shopper_id text not null,
  erased_at timestamptz not null,
  primary key (environment_id, shopper_id)
);
create trigger erasures_append_only before update or delete on erasures
  for each row execute function refuse_change();

-- Messages are kept for a while only.
create index messages_age on messages (environment_id, created_at);

-- When a shopper took a file with everything that is kept of them.
create table data_exports (
  environment_id text not null,
  shopper_id text not null,
  taken_at timestamptz not null,
  primary key (environment_id, shopper_id, taken_at),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);
`),
};
