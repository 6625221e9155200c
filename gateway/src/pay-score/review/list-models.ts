import type { Tx } from '../../lib/tx.ts';

/** Tables that decided, and how often; `isFull` says that they were the full model's. */
export type DecidingModel = { model: string; modelHash: string | null; decisions: number; isFull: boolean };

/** Every model that made decisions in this environment, the latest first. */
export async function listModels(tx: Tx): Promise<DecidingModel[]> {
  return tx
    .sql('assessments')
    .where({ environment_id: tx.environment.id })
    .groupBy('model', 'model_hash')
    .orderByRaw('max(id) desc')
    .select<DecidingModel[]>(
      'model',
      'model_hash as modelHash',
      tx.sql.raw('count(*)::int as decisions'),
      tx.sql.raw('bool_or(pd is not null) as "isFull"'),
    );
}
