import type { Migration } from './migration.ts';

/** A decline that is the answer for ten minutes, and payouts that are held while too much is refunded. */
export const abuse: Migration = {
  name: '0069-abuse',
  accepted: {
    several_tables:
      'Terms, payouts and settlements are written a few times a day; each lock is held for a change of the catalogue only.',
  },
  up: (db) =>
    db.raw(`
-- The last decision that declined a shopper at a merchant, by which whoever asks again is answered for ten minutes; and what
-- of the shopper it rested on, so that what they change themselves is decided about anew.
create table recent_declines (
  environment_id text not null,
  shopper_id text not null,
  merchant_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  assessment_id text not null,
  code text not null,
  by_agreement boolean not null,
  declined_at timestamptz not null,
  amount bigint not null check (amount > 0),
  available bigint not null check (available >= 0),
  -- What the shopper was told would be approved: an amount, and a part in percent to be paid at once.
  advised_amount bigint check (advised_amount > 0),
  advised_down integer check (advised_down between 1 and 99),
  card_id text,
  has_identity boolean not null,
  income_version integer,
  primary key (environment_id, shopper_id, merchant_id, currency),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade
);

-- From which share of what was captured in 30 days on refunds hold payouts, in basis points; 0 for never.
alter table settlement_terms
  add column refund_hold_basis_points integer not null default 5000,
  add constraint settlement_terms_refund_hold
    check (refund_hold_basis_points between 0 and 10000) not valid;

alter table payouts
  drop constraint payouts_hold_reason_check,
  add constraint payouts_hold_reason_check check (hold_reason in ('books_alarm', 'merchant_suspended', 'refund_ratio',
    'bank_account_changed', 'first_payout', 'above_cap')) not valid;

-- What a settlement took in captures and refunds, and how many of each; null where it was closed before this was kept.
alter table settlements
  add column captured bigint,
  add column captures integer,
  add column refunded bigint,
  add column refunds integer;

-- An operator let a merchant's payouts go in spite of its refunds, and why: those until then hold nothing again.
create table refund_releases (
  environment_id text not null,
  merchant_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  number bigint generated always as identity,
  -- Of the merchant's calendar: what is refunded until its end is excused.
  released_on date not null,
  released_at timestamptz not null,
  released_by text not null,
  reason text not null check (length(reason) between 1 and 500),
  -- What was excused, of 30 days, in minor units.
  captured bigint not null check (captured >= 0),
  refunded bigint not null check (refunded > 0),
  primary key (environment_id, merchant_id, currency, number),
  foreign key (environment_id, merchant_id) references merchants (environment_id, id) on delete cascade
);
create trigger refund_releases_append_only before update or delete on refund_releases
  for each row execute function refuse_change();
`),
};
