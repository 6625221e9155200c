import type { Tx } from '../lib/tx.ts';

/** The one row of a query that takes the environment and the object's id. */
export async function findFacts<Facts>(tx: Tx, query: string, id: string): Promise<Facts> {
  const result = await tx.sql.raw<{ rows: Facts[] }>(query, [tx.environment.id, id]);
  const [facts] = result.rows;
  if (!facts) throw new Error(`there is no ${id} to tell of`);
  return facts;
}
