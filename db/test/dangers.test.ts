import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { type Danger, dangers, dangersOf } from '../src/dangers.ts';
import { migrate } from '../src/index.ts';
import { emptyDatabase, type TestDatabase } from '../src/testing.ts';

/** Those before it ran while nobody had data; whoever installs the gateway runs them on an empty database. */
const firstChecked = '0056';

const found = (sql: string, concurrently = false): Danger[] =>
  dangersOf({ sql, concurrently }).map(({ danger }) => danger);

const refused: [Danger, string][] = [
  ['index_not_concurrent', 'create index on orders (plan_id)'],
  ['index_not_concurrent', 'create unique index orders_x on public."orders" (x) where y'],
  ['index_not_concurrent', 'drop index orders_x'],
  ['column_type', 'alter table orders alter column amount type numeric'],
  ['column_type', 'alter table orders alter amount set data type numeric'],
  ['set_not_null', 'alter table orders alter column note set not null'],
  ['constraint_not_valid', 'alter table orders add constraint a check (amount > 0)'],
  ['constraint_not_valid', 'alter table orders add foreign key (plan_id) references plans (id)'],
  ['constraint_not_valid', 'alter table orders add unique (reference)'],
  ['validate_in_transaction', 'alter table orders validate constraint a'],
  ['column_rewrites', 'alter table orders add column token uuid default gen_random_uuid()'],
  ['column_rewrites', 'alter table orders add number bigint generated always as identity'],
  ['column_rewrites', 'alter table orders add column half bigint generated always as (amount / 2) stored'],
  ['column_checked', 'alter table orders add column kind text not null'],
  ['column_checked', "alter table orders add column kind text default 'a' check (kind <> '')"],
  ['column_checked', 'alter table orders add column plan text references plans (id)'],
  ['table_rewritten', 'lock table orders in exclusive mode'],
  ['table_rewritten', 'alter table orders set unlogged'],
  ['table_rewritten', 'truncate orders'],
  ['backfill', 'update orders set kind = 1'],
  ['backfill', 'delete from orders where old'],
  ['several_tables', 'alter table orders add column a text; alter table plans add column a text'],
  ['hidden', "do $$ begin execute 'drop index a'; end $$"],
];

describe('the check of migrations', () => {
  it.each(refused)('refuses %s: %s', (danger, sql) => {
    expect(found(sql)).toEqual([danger]);
  });

  it('has an example of each form that it refuses', () => {
    const shown = new Set<string>([...refused.map(([danger]) => danger), 'not_concurrent']);
    expect(shown).toEqual(new Set(Object.keys(dangers)));
  });

  it.each([
    'alter table orders add column kind text not null default $$a$$',
    'alter table orders add column a text, add column at timestamptz not null default now()',
    'alter table orders add constraint a check (amount in (1, 2)) not valid',
    'alter table orders add constraint a not null kind not valid',
    'alter table orders add constraint a unique using index orders_a',
    'alter table orders drop column kind',
    "comment on table orders is 'update orders; lock table orders'",
    'create table notes (id text primary key, kind text not null); create index on notes (kind)',
    'create table notes (id text); alter table notes alter column id set not null; update notes set id = 1',
    'create function f() returns trigger language plpgsql as $$ begin update orders set a = 1; end $$',
  ])('lets pass: %s', (sql) => {
    expect(found(sql)).toEqual([]);
  });

  it('lets a migration outside a transaction do only what needs none', () => {
    const sql = [
      'drop index concurrently if exists a',
      'create unique index concurrently a on orders (x)',
      'alter table orders validate constraint a',
      'update orders set a = 1 where id in (select id from orders where a is null limit 1000)',
    ].join(';');
    expect(found(sql, true)).toEqual([]);
    expect(found('alter table orders add column a text', true)).toEqual(['not_concurrent']);
    expect(found('create index a on orders (x)', true)).toEqual(['not_concurrent']);
    expect(found('update orders set a = 1', true)).toEqual(['not_concurrent']);
  });
});

describe(`the migrations from ${firstChecked} on`, () => {
  let database: TestDatabase;
  const sent = new Map<string, string[]>();

  beforeAll(async () => {
    database = await emptyDatabase();
    const watched = migrations.map((migration) => ({
      ...migration,
      up: async (db: Parameters<typeof migration.up>[0]) => {
        const statements: string[] = [];
        sent.set(migration.name, statements);
        const note = ({ sql }: { sql: string }): void => void statements.push(sql);
        db.on('query', note);
        await migration.up(db);
        db.off('query', note);
      },
    }));
    await migrate(database.db, { migrations: watched });
  });
  afterAll(() => database.drop());

  it('are seen as they are sent', () => {
    expect([...sent.keys()]).toEqual(migrations.map(({ name }) => name));
    expect(sent.get('0010-mock-processor')?.join()).toContain('create table mock_processor.objects');
  });

  it('hold up nobody who writes, or say why a form that could does not', () => {
    const checked = migrations.filter(({ name }) => name >= firstChecked);
    const faults = checked.flatMap(({ name, accepted = {}, concurrently = false }) =>
      dangersOf({ sql: sent.get(name)?.join(';') ?? '', concurrently })
        .filter(({ danger }) => !accepted[danger])
        .map(({ danger, statement }) => `${name}: ${statement.slice(0, 200)}\n  ${dangers[danger]}`),
    );
    expect(faults).toEqual([]);
  });

  it('are checked by what finds such forms in earlier ones', () => {
    const earlier = migrations.filter(({ name }) => name < firstChecked);
    const seen = earlier.flatMap(({ name }) => found(sent.get(name)?.join(';') ?? ''));
    expect([...new Set(seen)]).toEqual(
      expect.arrayContaining(['index_not_concurrent', 'constraint_not_valid']),
    );
  });
});
