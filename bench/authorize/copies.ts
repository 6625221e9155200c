import type { IdPrefix } from '../../gateway/src/lib/ids.ts';
import type { Tx } from '../../gateway/src/lib/tx.ts';

/**
 * What belongs to one purchase and is copied for the others: the ids that differ between them, a query of the template's
 * row `t`, and the statements that copy, in which `b` is a copy's row of ids.
 */
export type CopiedRows = { ids: Record<string, IdPrefix>; template: string; sql: readonly string[] };

/** Copies the rows `x` of a table, with these fields changed. */
export function copyOf(table: string, join: string, changes: string): string {
  return `insert into ${table}
    select r.* from template t
      join ${table} x on x.environment_id = t.environment_id and ${join}
      cross join batch b
      cross join lateral jsonb_populate_record(x, jsonb_build_object(${changes})) r`;
}

/** As `newId` makes them. */
export function freshId(prefix: IdPrefix): string {
  return `'${prefix}_' || replace(cast(uuidv7() as text), '-', '')`;
}

/** Makes `count` copies, and answers with the ids of each. */
export async function copyRows(
  tx: Tx,
  { ids, template: query, sql }: CopiedRows,
  { template, count }: { template: string; count: number },
): Promise<Record<string, string>[]> {
  const columns = Object.entries(ids).map(([name, prefix]) => `${freshId(prefix)} as ${name}`);
  await tx.sql.raw(
    `create temporary table batch on commit drop as
     select ${columns.join(', ')} from generate_series(1, cast(:count as integer))`,
    { count },
  );
  await tx.sql.raw(`create temporary table template on commit drop as ${query}`, { template });
  for (const statement of sql)
    await (statement.includes(':count') ? tx.sql.raw(statement, { count }) : tx.sql.raw(statement));
  return tx.query('select * from batch', []);
}
