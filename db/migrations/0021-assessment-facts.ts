import type { Migration } from './migration.ts';

export const assessmentFacts: Migration = {
  name: '0021-assessment-facts',
  up: (db) =>
    db.raw(`
-- model_hash names the tables that the score was made by, pd is what they said; guards holds what each guard of the
-- decision looked at and said, by its name. Earlier decisions had their own history as the only input.
alter table assessments
  add column model_hash text,
  add column pd double precision check (pd between 0 and 1),
  add column guards jsonb not null default '{}';
alter table assessments disable trigger assessments_append_only;
update assessments set inputs = jsonb_build_object('ownHistory', inputs);
alter table assessments enable trigger assessments_append_only;
create index assessments_shopper on assessments (environment_id, shopper_id, id);
`),
};
