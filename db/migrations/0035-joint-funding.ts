import type { Migration } from './migration.ts';

export const jointFunding: Migration = {
  name: '0035-joint-funding',
  up: (db) =>
    db.raw(`
-- Several funders carry what is held; funder_id and slot of the hold are the lead's.
alter table holds add column joint boolean not null default false;

-- Who carries a joint hold and the plan that comes of it, the lead first. amount is what is still held with this funder.
-- interest, subsidised and fee are what was ever charged for it; lost is its part of a debt that was charged off, less
-- what we bore of it, and recovered what came in of that.
create table hold_shares (
  environment_id text not null,
  hold_id text not null,
  position integer not null check (position between 0 and 2),
  funder_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  slot integer not null,
  basis_points integer not null check (basis_points between 1 and 9999),
  amount bigint not null check (amount >= 0),
  interest bigint not null default 0 check (interest >= 0),
  subsidised bigint not null default 0 check (subsidised >= 0),
  fee bigint not null default 0 check (fee >= 0),
  lost bigint not null default 0 check (lost >= 0),
  recovered bigint not null default 0 check (recovered between 0 and lost),
  primary key (environment_id, hold_id, position),
  unique (environment_id, hold_id, funder_id),
  foreign key (environment_id, hold_id) references holds (environment_id, id) on delete cascade,
  foreign key (environment_id, funder_id, currency, slot)
    references funder_slots (environment_id, funder_id, currency, slot) on delete cascade
);

-- Who carries a joint plan beside its funder, which is the lead.
alter table plans add column co_funders text[] not null default '{}' check (cardinality(co_funders) <= 2);

-- What a funder carried of a plan is another's from then on; principal, interest and fee are what was owed of it then, and
-- price what the new owner pays for them.
create table ownership_transfers (
  environment_id text not null,
  id text not null,
  reference text not null check (length(reference) between 1 and 100),
  plan_id text not null,
  from_funder_id text not null,
  to_funder_id text not null check (to_funder_id <> from_funder_id),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  price_basis_points integer not null check (price_basis_points between 0 and 20000),
  reserved bigint not null check (reserved >= 0),
  principal bigint not null check (principal >= 0),
  interest bigint not null check (interest >= 0),
  fee bigint not null check (fee >= 0),
  price bigint not null check (price >= 0),
  -- How long the plan's log was: what it says up to there happened under the owner before.
  log_length integer not null check (log_length >= 0),
  created_at timestamptz not null,
  primary key (environment_id, id),
  unique (environment_id, reference, plan_id),
  foreign key (environment_id, plan_id) references plans (environment_id, id) on delete cascade,
  foreign key (environment_id, from_funder_id) references funders (environment_id, id) on delete cascade,
  foreign key (environment_id, to_funder_id) references funders (environment_id, id) on delete cascade
);
create index ownership_transfers_plan on ownership_transfers (environment_id, plan_id);
create trigger ownership_transfers_append_only before update or delete on ownership_transfers
  for each row execute function refuse_change();
`),
};
