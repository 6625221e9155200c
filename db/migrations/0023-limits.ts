import type { Migration } from './migration.ts';

export const limits: Migration = {
  name: '0023-limits',
  up: (db) =>
    db.raw(`
-- What the line costs and carries follows from its reviews and not from each decision. next_review_on is the business
-- date of the next one; a line that nothing moves has none, and costs nothing until something does.
alter table credit_lines
  add column annual_rate_ppm integer check (annual_rate_ppm between 0 and 1000000),
  add column terms_since timestamptz,
  add column next_review_on date;
update credit_lines l
set annual_rate_ppm = coalesce(
      (select a.annual_rate_ppm from assessments a
       where a.environment_id = l.environment_id and a.shopper_id = l.shopper_id and a.currency = l.currency
         and a.annual_rate_ppm is not null
       order by a.id desc limit 1),
      144000),
    terms_since = l.created_at,
    next_review_on = case when l.held + l.used > 0 then
      (date_trunc('month', coalesce(e.clock_at, now()) at time zone e.time_zone) + interval '1 month')::date end
from environments e
where e.id = l.environment_id;
alter table credit_lines
  alter column annual_rate_ppm set not null,
  alter column terms_since set not null;
create index credit_lines_review on credit_lines (environment_id, next_review_on) where next_review_on is not null;

-- Every change of a line's terms with its reasons. What was decided never changes; only the answer to an offered raise
-- is written into its row, once, so that a line can never have two open offers and an offer never two answers.
create table limit_changes (
  environment_id text not null,
  id text not null,
  credit_line_id text not null,
  kind text not null check (kind in ('raise', 'cut', 'price')),
  from_limit bigint not null check (from_limit >= 0),
  to_limit bigint not null check (to_limit >= 0),
  from_rate_ppm integer not null check (from_rate_ppm between 0 and 1000000),
  to_rate_ppm integer not null check (to_rate_ppm between 0 and 1000000),
  reasons text[] not null check (cardinality(reasons) > 0),
  score integer not null,
  scored_by text not null check (scored_by in ('own_history', 'full_model')),
  policy_version text not null,
  decided_on date not null,
  status text not null check (status in ('applied', 'offered', 'accepted', 'declined', 'expired', 'withdrawn')),
  -- The first date on which an offer can no longer be accepted.
  expires_on date,
  answered_on date,
  created_at timestamptz not null,
  primary key (environment_id, id),
  foreign key (environment_id, credit_line_id) references credit_lines (environment_id, id) on delete cascade,
  check (case kind
    when 'raise' then to_limit > from_limit and to_rate_ppm = from_rate_ppm
    when 'cut' then to_limit < from_limit and to_rate_ppm = from_rate_ppm
    else to_limit = from_limit and to_rate_ppm <> from_rate_ppm end),
  check (status = 'applied' or kind = 'raise'),
  check ((status = 'applied') = (expires_on is null)),
  check ((status in ('applied', 'offered')) = (answered_on is null))
);
create index limit_changes_line on limit_changes (environment_id, credit_line_id, id);
create unique index limit_changes_one_offer on limit_changes (environment_id, credit_line_id) where status = 'offered';

create function keep_limit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('morrow.purging', true) = old.environment_id then return old; end if;
  if tg_op = 'UPDATE' and old.status = 'offered'
    and to_jsonb(new) - 'status' - 'answered_on' = to_jsonb(old) - 'status' - 'answered_on' then return new; end if;
  raise exception '% is append-only but for the answer to an offer', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger limit_changes_kept before update or delete on limit_changes
  for each row execute function keep_limit_change();
`),
};
