import type { Migration } from './migration.ts';

export const requestLog: Migration = {
  name: '0046-request-log',
  up: (db) =>
    db.raw(`
-- What a merchant's servers and pages asked the API in the last days, for its developers: no bodies, no headers, no
-- queries. status is null where the connection ended before the answer; kid is the key that the request named, which it
-- proved only where status is not 401.
create table api_requests (
  environment_id text not null references environments on delete cascade,
  merchant_id text not null,
  id text not null,
  at timestamptz not null,
  method text not null,
  path text not null check (length(path) <= 300),
  operation text not null,
  status smallint check (status between 100 and 599),
  problem text,
  kid text,
  duration_ms integer not null check (duration_ms >= 0),
  primary key (environment_id, merchant_id, id)
);
-- What went wrong is looked for; what went well is only looked at.
create index api_requests_problem on api_requests (environment_id, merchant_id, problem, id) where problem is not null;
-- When a key was used last.
create index api_requests_kid on api_requests (environment_id, merchant_id, kid, id) where kid is not null;
create index api_requests_at on api_requests (environment_id, at);
`),
};
