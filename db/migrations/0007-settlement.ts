import type { Migration } from './migration.ts';

export const settlement: Migration = {
  name: '0007-settlement',
  up: (db) =>
    db.raw(`
create table settlements (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  business_date date not null,
  status text not null check (status in ('open', 'closed')),
  net bigint,
  lines_count integer,
  created_at timestamptz not null,
  closed_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, merchant_id, currency, business_date),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id),
  check ((status = 'closed') = (net is not null and lines_count is not null and closed_at is not null))
);

-- A line is written when its cause happens and waits; closing a settlement numbers the waiting lines as its own.
create table settlement_lines (
  environment_id text not null,
  id text not null,
  merchant_id text not null,
  currency text not null,
  business_date date not null,
  kind text not null check (kind in ('capture', 'capture_fee', 'refund', 'refund_fee', 'carried_over')),
  amount bigint not null check (amount <> 0),
  order_id text,
  source_id text not null,
  settlement_id text,
  number integer,
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, source_id, kind),
  unique (environment_id, settlement_id, number),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id),
  foreign key (environment_id, settlement_id) references settlements (environment_id, id),
  check ((settlement_id is null) = (number is null))
);
create index settlement_lines_waiting on settlement_lines (environment_id, merchant_id, currency, business_date)
  where settlement_id is null;

create table payouts (
  environment_id text not null,
  id text not null,
  settlement_id text not null,
  merchant_id text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  status text not null check (status in ('pending', 'paid', 'failed')),
  failure_code text,
  processor_reference text,
  version integer not null default 1,
  created_at timestamptz not null,
  paid_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, settlement_id) references settlements (environment_id, id),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id)
);
-- A retry is a new payout; at most one of a settlement can reach the merchant.
create unique index payouts_one_alive on payouts (environment_id, settlement_id) where status <> 'failed';

-- A line joins only a settlement that is still open; the lock keeps a closing one from missing it.
create function check_settlement_line() returns trigger language plpgsql as $$
declare owner settlements;
begin
  if tg_op <> 'INSERT' and old.settlement_id is not null then
    if tg_op = 'DELETE' and current_setting('morrow.purging', true) = old.environment_id then return old; end if;
    raise exception 'line % belongs to settlement % and cannot change', old.id, old.settlement_id using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  if new.settlement_id is not null then
    select * into owner from settlements where environment_id = new.environment_id and id = new.settlement_id for share;
    if owner.status <> 'open' then
      raise exception 'settlement % is closed', new.settlement_id using errcode = 'check_violation';
    end if;
    if (owner.merchant_id, owner.currency) <> (new.merchant_id, new.currency) then
      raise exception 'line % is of another merchant or currency', new.id using errcode = 'check_violation';
    end if;
  end if;
  return new;
end $$;
create trigger settlement_lines_owner before insert or update or delete on settlement_lines
  for each row execute function check_settlement_line();

create function check_settlement_sum() returns trigger language plpgsql as $$
declare total bigint; lines integer;
begin
  if tg_op = 'UPDATE' and old.status = 'closed' then
    raise exception 'settlement % is closed and cannot change', old.id using errcode = 'restrict_violation';
  end if;
  select coalesce(sum(amount), 0), count(*) into total, lines from settlement_lines
    where environment_id = new.environment_id and settlement_id = new.id;
  if new.status = 'closed' and (total <> new.net or lines <> new.lines_count) then
    raise exception 'settlement % says % but its % lines sum to %', new.id, new.net, lines, total using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger settlements_sum after insert or update on settlements
  deferrable initially deferred for each row execute function check_settlement_sum();

create function check_payout_amount() returns trigger language plpgsql as $$
declare owner settlements;
begin
  select * into owner from settlements where environment_id = new.environment_id and id = new.settlement_id;
  if owner.status <> 'closed' or owner.net <> new.amount or owner.currency <> new.currency
     or owner.merchant_id <> new.merchant_id then
    raise exception 'payout % of % is not the net of settlement %', new.id, new.amount, new.settlement_id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger payouts_amount after insert or update on payouts
  deferrable initially deferred for each row execute function check_payout_amount();
`),
};
