import type { Migration } from './migration.ts';

export const draws: Migration = {
  name: '0020-draws',
  up: (db) =>
    db.raw(`
-- Cash from a credit line to one of the shopper's own payment methods. What was agreed is kept here until the money is
-- there: then there is a plan. reference names the form that asked, so that one sent twice draws once. A draw goes with
-- its shopper, which only purge_sandbox deletes.
create table cash_draws (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  reference text not null check (length(reference) between 1 and 100),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount > 0),
  funder_id text not null,
  hold_id text not null,
  payment_method_id text not null,
  snapshot jsonb not null,
  agreed_texts jsonb not null check (jsonb_typeof(agreed_texts) = 'array'),
  status text not null check (status in ('requested', 'paid_out', 'failed')),
  plan_id text,
  failure_code text,
  version integer not null default 1,
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (environment_id, id),
  unique (environment_id, shopper_id, reference),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, funder_id) references funders (environment_id, id) on delete cascade,
  foreign key (environment_id, hold_id) references holds (environment_id, id) on delete cascade,
  foreign key (environment_id, payment_method_id) references payment_methods (environment_id, id) on delete cascade,
  foreign key (environment_id, plan_id) references plans (environment_id, id) on delete cascade
    deferrable initially deferred,
  check ((status = 'requested') = (finished_at is null)),
  check ((status = 'paid_out') = (plan_id is not null)),
  check ((status = 'failed') = (failure_code is not null))
);
-- Of two that are under way at once, the second may be one that the shopper thinks has failed.
create unique index cash_draws_one_requested on cash_draws (environment_id, shopper_id) where status = 'requested';

alter table plans add foreign key (environment_id, draw_id) references cash_draws (environment_id, id);

-- A decision about a draw is kept also when it was a refusal, and there is no draw of that id.
alter table assessments
  add column draw_id text,
  drop constraint assessments_one_subject,
  add constraint assessments_one_subject check (num_nonnulls(checkout_session_id, agreement_id, draw_id) = 1);
create index assessments_draw on assessments (environment_id, draw_id) where draw_id is not null;

alter table processor_attempts
  drop constraint processor_attempts_purpose_check,
  add constraint processor_attempts_purpose_check check (purpose in (
    'repayment', 'down_hold', 'down_capture', 'down_release', 'money_back', 'payout', 'draw_payout'));
`),
};
