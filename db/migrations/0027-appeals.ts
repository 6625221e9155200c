import type { Migration } from './migration.ts';

export const appeals: Migration = {
  name: '0027-appeals',
  up: (db) =>
    db.raw(`
-- After a decline, a shopper may choose to pay so many percent of the purchase at once.
alter table checkout_sessions add column down_percent integer check (down_percent between 5 and 90);

-- A shopper does not agree with a decision: it is made again with today's facts, and a person looks at it when they ask
-- for one. words are the shopper's own, answer is what the person wrote back; both are sealed.
create table appeals (
  environment_id text not null,
  id text not null,
  shopper_id text not null,
  assessment_id text not null,
  status text not null check (status in ('rescored', 'open', 'upheld', 'granted', 'withdrawn')),
  words_sealed text,
  answer_sealed text,
  decided_by text,
  version integer not null default 1,
  created_at timestamptz not null,
  asked_at timestamptz,
  ended_at timestamptz,
  primary key (environment_id, id),
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  foreign key (environment_id, assessment_id) references assessments (environment_id, id) on delete cascade,
  check ((status = 'rescored') = (asked_at is null)),
  check ((asked_at is null) = (words_sealed is null)),
  check ((status in ('rescored', 'open')) = (ended_at is null)),
  check ((status in ('upheld', 'granted')) = (answer_sealed is not null)),
  check ((status in ('upheld', 'granted')) = (decided_by is not null))
);
create unique index appeals_one_open on appeals (environment_id, assessment_id) where status = 'open';
create index appeals_shopper on appeals (environment_id, shopper_id, id);
create index appeals_waiting on appeals (environment_id, id) where status = 'open';

-- The decision that was made again names the appeal as what it is about.
alter table assessments
  add column appeal_id text,
  add foreign key (environment_id, appeal_id) references appeals (environment_id, id),
  drop constraint assessments_one_subject,
  add constraint assessments_one_subject
    check (num_nonnulls(checkout_session_id, agreement_id, draw_id, appeal_id) = 1);
create unique index assessments_appeal on assessments (environment_id, appeal_id) where appeal_id is not null;

-- What a person granted: one decision up to this amount does not ask for the score. used_for is what was decided then: the
-- same checkout is decided again whenever its page is loaded.
create table score_grants (
  environment_id text not null,
  appeal_id text not null,
  shopper_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount > 0),
  given_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > given_at),
  used_for text,
  used_at timestamptz,
  primary key (environment_id, appeal_id),
  foreign key (environment_id, appeal_id) references appeals (environment_id, id) on delete cascade,
  foreign key (environment_id, shopper_id) references shoppers (environment_id, id) on delete cascade,
  check ((used_for is null) = (used_at is null))
);
create index score_grants_shopper on score_grants (environment_id, shopper_id, currency);
`),
};
