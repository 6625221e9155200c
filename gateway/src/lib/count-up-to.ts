import type { Knex } from '@morrow/db';
import type { Tx } from './tx.ts';

/**
 * How many rows a query finds, as far as it is counted: `most + 1` says that there are more, and no more than those are
 * read. For pages that say how much waits: whoever has that many begins anywhere.
 */
export async function countUpTo(tx: Tx, rows: Knex.QueryBuilder, most: number): Promise<number> {
  const some = rows
    .clone()
    .clearSelect()
    .select(tx.sql.raw('1'))
    .limit(most + 1);
  const [found] = await tx.sql.from(some.as('some')).count<{ count: string | number }[]>('* as count');
  return Number(found?.count ?? 0);
}
