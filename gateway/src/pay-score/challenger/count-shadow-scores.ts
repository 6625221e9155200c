import type { Tx } from '../../lib/tx.ts';

/** How many decisions each challenger has looked at, by its hash. */
export async function countShadowScores(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx
    .sql('shadow_scores')
    .where({ environment_id: tx.environment.id })
    .groupBy('challenger_hash')
    .select<{ hash: string; count: number }[]>(
      'challenger_hash as hash',
      tx.sql.raw('count(*)::int as count'),
    );
  return new Map(rows.map(({ hash, count }) => [hash, count]));
}
