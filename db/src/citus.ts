import type { Knex } from 'knex';

/** The one distribution column: every domain row carries it, and every key and foreign key of domain rows includes it. */
export const distributionColumn = 'environment_id';

/** The table with which all others are co-located. */
const first = 'merchants';

/**
 * How Citus would keep a table: its rows by the environment; whole on every node; or on the coordinator only. A table is
 * distributed when each of its rows has an environment, a reference table when distributed ones refer to it without.
 */
export type Kind = 'distributed' | 'reference' | 'local';

type Table = { name: string; kind: Kind };

type ForeignKey = {
  table: string;
  name: string;
  to: string;
  /** Pairs of columns, in order. */
  columns: string[];
  referred: string[];
  onDelete: string;
  onUpdate: string;
  definition: string;
};

type Unique = {
  table: string;
  name: string;
  columns: string[];
  constraint: 'p' | 'u' | 'x' | null;
  where: string | null;
};
type Trigger = { table: string; name: string; isRow: boolean };

/** What the catalog says of the tables of the schema `public`, as far as Citus has rules for it. */
export type Schema = {
  tables: Table[];
  foreignKeys: ForeignKey[];
  uniques: Unique[];
  triggers: Trigger[];
  /** Tables with what Citus does not distribute at all, each with what it is. */
  unfit: { table: string; what: string }[];
};

/** A rule that the schema breaks, and the statement that would mend it for Citus. */
export type Violation = { rule: string; mend: string };

const tablesSql = `
  select c.relname as name, exists (select from pg_attribute a
    where a.attrelid = c.oid and a.attname = '${distributionColumn}' and a.attnotnull and not a.attisdropped) as carries
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`;

const foreignKeysSql = `
  select c.relname as "table", k.conname as name, r.relname as "to", k.confdeltype::text as "onDelete",
    k.confupdtype::text as "onUpdate", pg_get_constraintdef(k.oid) as definition,
    array(select a.attname::text from unnest(k.conkey) with ordinality as n (num, place)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.num order by n.place) as columns,
    array(select a.attname::text from unnest(k.confkey) with ordinality as n (num, place)
      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n.num order by n.place) as referred
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class r on r.oid = k.confrelid
  where k.contype = 'f' and c.relnamespace = 'public'::regnamespace and not c.relispartition order by 1, 2`;

const uniquesSql = `
  select c.relname as "table", n.relname as name, k.contype::text as constraint, pg_get_expr(i.indpred, i.indrelid) as "where",
    array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality as p (num, place)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = p.num
      where p.place <= i.indnkeyatts order by p.place) as columns
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_class n on n.oid = i.indexrelid
    left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
  where (i.indisunique or i.indisexclusion) and c.relnamespace = 'public'::regnamespace and not c.relispartition order by 1, 2`;

const triggersSql = `
  select c.relname as "table", t.tgname as name, (t.tgtype & 1) = 1 as "isRow"
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where not t.tgisinternal and t.tgparentid = 0 and c.relnamespace = 'public'::regnamespace order by 1, 2`;

const unfitSql = `
  select c.relname as "table", 'a sequence that is smaller than bigint' as what from pg_attribute a
    join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and a.atttypid <> 'bigint'::regtype and not a.attisdropped
      and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval%')
  union all select pg_partition_root(c.oid)::text, 'partitions below partitions' from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'p' and c.relispartition
  union all select c.relname, 'inheritance' from pg_inherits i join pg_class c on c.oid = i.inhparent
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  union all select c.relname, 'a rule' from pg_rewrite w join pg_class c on c.oid = w.ev_class
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  union all select c.relname, 'no primary key' from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
  order by 1, 2`;

/** Reads the schema of a migrated database. */
export async function readSchema(db: Knex): Promise<Schema> {
  const ask = async <Row>(sql: string): Promise<Row[]> => (await db.raw<{ rows: Row[] }>(sql)).rows;
  const found = await ask<{ name: string; carries: boolean }>(tablesSql);
  const foreignKeys = await ask<ForeignKey>(foreignKeysSql);
  const carrying = new Set(found.filter(({ carries }) => carries).map(({ name }) => name));
  const referred = new Set(foreignKeys.filter(({ table }) => carrying.has(table)).map(({ to }) => to));
  const tables = found.map(({ name, carries }): Table => ({
    name,
    kind: carries ? 'distributed' : referred.has(name) ? 'reference' : 'local',
  }));
  return {
    tables,
    foreignKeys,
    uniques: await ask<Unique>(uniquesSql),
    triggers: await ask<Trigger>(triggersSql),
    unfit: await ask<{ table: string; what: string }>(unfitSql),
  };
}

/**
 * What in the schema breaks a rule of Citus. docs/operations/citus/README.md names the rules and where Citus states them.
 * Triggers for each row of a distributed table are no violation: Citus allows them by a setting, see `rowTriggers`.
 */
export function violationsOf(schema: Schema): Violation[] {
  const kinds = new Map(schema.tables.map(({ name, kind }) => [name, kind]));
  return [
    ...schema.foreignKeys.flatMap((key) => ofForeignKey(key, kinds)),
    ...schema.uniques.filter(({ table }) => kinds.get(table) === 'distributed').flatMap(ofUnique),
    ...schema.triggers.flatMap((trigger) => ofTrigger(trigger, kinds)),
    ...schema.unfit
      .filter(({ table }) => kinds.get(table) === 'distributed')
      .map(({ table, what }) => ({ rule: `${table} has ${what}`, mend: `-- ${table}: ${what}` })),
  ];
}

function ofForeignKey(key: ForeignKey, kinds: ReadonlyMap<string, Kind>): Violation[] {
  const { table, name, to, columns, referred } = key;
  const [from = 'local', into = 'local'] = [kinds.get(table), kinds.get(to)];
  const mend = `alter table ${table} drop constraint ${name};`;
  const refused = (why: string): Violation[] => [{ rule: `${name}: ${why}`, mend }];
  if (into === 'distributed' && from !== 'distributed')
    return refused(`from the ${from} table ${table} to the distributed ${to}`);
  if (into === 'local' && from === 'distributed')
    return refused(`from the distributed table ${table} to the local ${to}`);
  if (into === 'local' && from === 'reference' && (key.onDelete !== 'a' || key.onUpdate !== 'a'))
    return refused(`from the reference table ${table} to the local ${to} with an action`);
  if (into !== 'distributed') return [];
  const place = columns.indexOf(distributionColumn);
  if (place === -1 || referred[place] !== distributionColumn)
    return refused(`${table} and ${to} are not joined by ${distributionColumn}`);
  // Setting the column of the rows' place to null or its default would move them.
  if ([key.onDelete, key.onUpdate].some((action) => action === 'n' || action === 'd'))
    return refused(`sets ${distributionColumn} of ${table}`);
  return [];
}

function ofUnique({ table, name, columns, constraint, where }: Unique): Violation[] {
  if (columns.includes(distributionColumn)) return [];
  const list = [distributionColumn, ...columns].join(', ');
  const rule = `${name}: ${table} (${columns.join(', ')}) without ${distributionColumn}`;
  if (constraint === null) {
    const index = `create unique index ${name} on ${table} (${list})${where === null ? '' : ` where ${where}`}`;
    return [{ rule, mend: `drop index ${name}; ${index};` }];
  }
  const what = constraint === 'p' ? 'primary key' : 'unique';
  return [
    {
      rule,
      mend: `alter table ${table} drop constraint ${name}, add constraint ${name} ${what} (${list});`,
    },
  ];
}

function ofTrigger({ table, name, isRow }: Trigger, kinds: ReadonlyMap<string, Kind>): Violation[] {
  const kind = kinds.get(table);
  if (kind === 'local' || (kind === 'distributed' && isRow)) return [];
  const why = isRow ? `the ${kind} table` : `whole statements on the ${kind} table`;
  return [{ rule: `trigger ${name}: ${why} ${table}`, mend: `drop trigger ${name} on ${table};` }];
}

/** The triggers for each row of distributed tables; with `citus.enable_unsafe_triggers` they run on the node that has the row. */
export function rowTriggers({ tables, triggers }: Schema): string[] {
  const distributed = new Set(tables.filter(({ kind }) => kind === 'distributed').map(({ name }) => name));
  return triggers
    .filter(({ table, isRow }) => isRow && distributed.has(table))
    .map(({ table, name }) => `${table}.${name}`);
}

/** The statements that distribute a migrated database, for `psql` on the coordinator. */
export function distributeSql(schema: Schema): string {
  const { tables } = schema;
  const named = (kind: Kind): string[] =>
    tables.filter((table) => table.kind === kind).map(({ name }) => name);
  const distribute = (table: string): string =>
    `select create_distributed_table('${table}', '${distributionColumn}', colocate_with => '${
      table === first ? 'none' : first
    }');`;
  const violations = violationsOf(schema);
  const order = inOrder(named('distributed'), schema.foreignKeys);
  const circular = laterThan(order, schema.foreignKeys);
  return [
    '-- Distributes a migrated, empty database over the nodes of a Citus cluster. Made from the catalog by',
    '-- db/test/citus.test.ts; see README.md beside it, also for what the code needs before.',
    '\\set ON_ERROR_STOP on',
    'create extension if not exists citus;',
    'set citus.enable_unsafe_triggers = on;',
    '',
    '-- 1. What stands in the way.',
    ...violations.map(({ rule, mend }) => `-- ${rule}\n${mend}`),
    '-- Of a circle of tables, one is distributed before another that it refers to.',
    ...circular.map(({ table, name }) => `alter table ${table} drop constraint ${name};`),
    '',
    '-- 2. Whole on every node.',
    ...named('reference').map((table) => `select create_reference_table('${table}');`),
    '',
    `-- 3. By ${distributionColumn}: what others refer to before what refers to it.`,
    ...order.map(distribute),
    '',
    '-- 4. The circles again.',
    ...circular.map(
      ({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition};`,
    ),
    '',
    '-- 5. On the coordinator only, as they are:',
    ...named('local').map((table) => `--    ${table}`),
    '',
  ].join('\n');
}

/** Tables after those that they refer to, but where they refer to each other in a circle. */
function inOrder(tables: readonly string[], foreignKeys: readonly ForeignKey[]): string[] {
  const ordered = new Set<string>();
  const visiting = new Set<string>();
  const visit = (table: string): void => {
    if (ordered.has(table) || visiting.has(table) || !tables.includes(table)) return;
    visiting.add(table);
    for (const key of foreignKeys) if (key.table === table) visit(key.to);
    ordered.add(table);
  };
  for (const table of [first, ...tables]) visit(table);
  return [...ordered];
}

/** The foreign keys to tables that come later in this order. */
function laterThan(order: readonly string[], foreignKeys: readonly ForeignKey[]): ForeignKey[] {
  const place = new Map(order.map((table, index) => [table, index]));
  return foreignKeys.filter(({ table, to }) => (place.get(table) ?? Infinity) < (place.get(to) ?? -1));
}
