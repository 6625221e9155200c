import { type Knex, strays } from '@morrow/db';
import type { Tx } from './tx.ts';

/** So many rows go at once: a transaction of a moment, however many there are. */
export const batchRows = 5000;

/**
 * Deletes up to `batchRows` rows of this environment that `which` narrows down; answers how many. Whoever wants all of them gone
 * asks again, in a transaction of its own, until fewer went. A row that is changed meanwhile is looked at again. Not for
 * tables with partitions: their rows are known by their place, which is one within a partition only.
 */
export function deleteSome(
  tx: Pick<Tx, 'sql' | 'environment'>,
  table: string,
  which: (query: Knex.QueryBuilder) => unknown,
): Promise<number> {
  const rows = () =>
    tx
      .sql(table)
      .where({ environment_id: tx.environment.id })
      .modify((query) => void which(query));
  return rows()
    .whereRaw('ctid = any(array(?))', [rows().select('ctid').limit(batchRows)])
    .delete();
}

/** The same of the rows of a partitioned table that no partition takes along: from before it had any, and of no range. */
export async function deleteStrays(
  tx: Pick<Tx, 'sql' | 'environment'>,
  table: string,
  which: (query: Knex.QueryBuilder) => unknown,
): Promise<number> {
  let deleted = 0;
  for (const name of strays(table)) {
    const { rows } = await tx.sql.raw<{ rows: { found: string | null }[] }>(
      'select to_regclass(?)::text as found',
      [name],
    );
    // The first one goes as a whole one day.
    if (rows[0]?.found) deleted += await deleteSome(tx, name, which);
  }
  return deleted;
}
