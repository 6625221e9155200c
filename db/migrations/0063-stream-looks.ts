import type { Migration } from './migration.ts';

export const streamLooks: Migration = {
  name: '0063-stream-looks',
  up: (db) =>
    db.raw(`
-- The streams whose followers have something to look at: who signs merchants' feeds, who tells shoppers. Each stream is
-- listed when its number moves, and taken off by its follower; so a look reads what has changed and not every stream
-- that there is.
create table stream_looks (
  environment_id text not null references environments on delete cascade,
  stream text not null,
  -- The stream's last number. In this row, so that whoever takes it off sees that it has moved meanwhile.
  number bigint not null,
  -- Wall time from which to look.
  look_at timestamptz not null,
  -- Or at once, when the stream's number comes to this.
  look_from bigint,
  primary key (environment_id, stream)
);
create index stream_looks_merchants on stream_looks (look_at) where starts_with(stream, 'mer_');
create index stream_looks_shoppers on stream_looks (look_at) where starts_with(stream, 'shp_');

-- By the table and not by who numbers, so that it holds also while processes of the release before still do.
create function list_moved_streams() returns trigger language plpgsql as $$
begin
  insert into stream_looks as l (environment_id, stream, number, look_at)
  select environment_id, stream, last_sequence, '-infinity' from moved
  where starts_with(stream, 'mer_') or starts_with(stream, 'shp_')
  on conflict (environment_id, stream) do update set number = excluded.number,
    look_at = case when l.look_from <= excluded.number then '-infinity' else l.look_at end;
  return null;
end $$;
create trigger event_streams_begun after insert on event_streams
  referencing new table as moved for each statement execute function list_moved_streams();
create trigger event_streams_moved after update on event_streams
  referencing new table as moved for each statement execute function list_moved_streams();

insert into stream_looks (environment_id, stream, number, look_at)
select s.environment_id, s.stream, s.last_sequence, '-infinity' from event_streams s
where starts_with(s.stream, 'mer_') and s.last_sequence > coalesce((
    select max(sequence) from event_checkpoints c
    where c.environment_id = s.environment_id and c.stream = s.stream), 0)
  or starts_with(s.stream, 'shp_') and s.last_sequence > coalesce((
    select last_sequence from notification_marks n
    where n.environment_id = s.environment_id and n.stream = s.stream), 0);
`),
};
