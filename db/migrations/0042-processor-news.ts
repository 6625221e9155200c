import type { Migration } from './migration.ts';

export const processorNews: Migration = {
  name: '0042-processor-news',
  up: (db) =>
    db.raw(`
-- What the processor has told us by itself, once by the id of its event, and what became of it. Bodies are not kept: news
-- is only a reason to look. What is about our books there is answered by reading them, at looked_at.
create table processor_news (
  environment_id text not null references environments on delete cascade,
  event_id text not null check (length(event_id) between 1 and 255),
  type text not null check (length(type) between 1 and 255),
  object_id text check (length(object_id) between 1 and 255),
  made_at timestamptz not null,
  received_at timestamptz not null,
  result text not null check (result in ('looked_up', 'known', 'returned', 'books', 'parked')),
  reason text,
  looked_at timestamptz,
  primary key (environment_id, event_id),
  check ((result = 'parked') = (reason is not null)),
  check (looked_at is null or result = 'books')
);
create index processor_news_books on processor_news (environment_id) where result = 'books' and looked_at is null;
create index processor_news_parked on processor_news (environment_id, received_at) where result = 'parked';
create index processor_news_over on processor_news (environment_id, received_at) where result <> 'parked';
`),
};
