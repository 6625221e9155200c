import type { Migration } from './migration.ts';

export const offers: Migration = {
  name: '0017-offers',
  up: (db) =>
    db.raw(`
-- What of the interest a merchant pays for its shoppers: {plan code: percent}.
alter table merchants
  add column subsidies jsonb not null default '{}' check (jsonb_typeof(subsidies) = 'object');

-- How much cheaper (below zero) or dearer than the policy's rate a funder lends, in millionths a year.
alter table funders
  add column rate_adjustment_ppm integer not null default 0 check (rate_adjustment_ppm between -108000 and 108000);

-- What the merchant asked for as it opened the session; null where the programme decides.
alter table checkout_sessions
  add column channel text not null default 'online' check (channel in ('online', 'in_store')),
  add column pay_after_days integer check (pay_after_days in (0, 14, 30)),
  add column repayment_day integer check (repayment_day between 1 and 28);

-- The yearly rate that the score came to, in millionths, so that a decision can be replayed with its price. Decisions
-- that were made before there was interest have none.
alter table assessments
  add column annual_rate_ppm integer check (annual_rate_ppm between 0 and 1000000);
`),
};
