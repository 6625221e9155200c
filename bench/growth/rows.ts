import type { Client } from 'pg';

export type Column = {
  name: string;
  type: string;
  /** The database itself numbers it. */
  isNumbered: boolean;
};

export type Row = Record<string, string | null>;

export type Table = { name: string; columns: readonly Column[]; rows: readonly Row[] };

const anyId = /[a-z]+_[0-9a-f]{32}/g;

/** Every table of the gateway with its columns, without those that PostgreSQL computes. */
async function tablesOf(client: Client): Promise<Map<string, Column[]>> {
  const { rows } = await client.query<Column & { table: string }>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       a.attidentity <> '' as "isNumbered"
     from pg_class c join pg_namespace s on s.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where s.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
       and not a.attisdropped and a.attgenerated = '' and c.relname not like 'knex%'
     order by c.relname, a.attnum`,
  );
  const tables = new Map<string, Column[]>();
  for (const { table, ...column } of rows) tables.set(table, [...(tables.get(table) ?? []), column]);
  return tables;
}

/** All that is stored, as text. Only for a database with next to nothing in it. */
export async function readAll(client: Client): Promise<Table[]> {
  const tables: Table[] = [];
  for (const [name, columns] of await tablesOf(client)) {
    const texts = columns.map((column) => `"${column.name}"::text`).join(', ');
    const { rows } = await client.query<Row>(`select ${texts} from "${name}"`);
    tables.push({ name, columns, rows });
  }
  return tables;
}

export const idsIn = (text: string | null): string[] => text?.match(anyId) ?? [];

/** What was stored between two readings and names something new: the rows of what was done, and nobody else's. */
export function addedBetween(before: readonly Table[], after: readonly Table[]) {
  const textsOf = (tables: readonly Table[]) =>
    tables.flatMap(({ rows }) => rows.flatMap((row) => Object.values(row)));
  const old = new Set(textsOf(before).flatMap(idsIn));
  const ids = [...new Set(textsOf(after).flatMap(idsIn))].filter((id) => !old.has(id));
  const isNew = new Set(ids);
  const tables = after
    .map((table) => ({
      ...table,
      rows: table.rows.filter((row) =>
        Object.values(row).some((text) => idsIn(text).some((id) => isNew.has(id))),
      ),
    }))
    .filter(({ rows }) => rows.length > 0);
  return { ids, tables };
}
