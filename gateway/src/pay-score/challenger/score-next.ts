import type { Tx } from '../../lib/tx.ts';
import type { History } from '../model/history.ts';
import { type LoadedModel, loadModel, ModelRefused } from '../model/load.ts';
import { type ChallengerRow, challengersOf } from './challengers.ts';
import { shadowScore } from './shadow-score.ts';

type ShadowRow = {
  environment_id: string;
  challenger_hash: string;
  assessment_id: string;
  score: number | null;
  pd: number | null;
  refusal: string | null;
};

/**
 * Scores up to `limit` past decisions with months of history that a challenger has not scored, the oldest first, and
 * returns how many; 0 when there are none left. The same decision may be scored twice at once, and is kept once. Reads
 * stored inputs only, so that nothing of it can reach a decision.
 */
export async function scoreNext(tx: Tx, input: { limit: number }): Promise<number> {
  const challengers = await challengersOf(tx).where({ retired_at: null }).orderBy('hash');
  for (const row of challengers) {
    const unscored = await findUnscored(tx, row.hash, input.limit);
    if (unscored.length === 0) continue;
    const model = modelOf(row);
    const scored = unscored.map(({ id, history }): ShadowRow => {
      const key = { environment_id: tx.environment.id, challenger_hash: row.hash, assessment_id: id };
      return { ...key, ...shadowScore(model, history) };
    });
    await tx
      .sql<ShadowRow>('shadow_scores')
      .insert(scored)
      .onConflict(['environment_id', 'challenger_hash', 'assessment_id'])
      .ignore();
    return scored.length;
  }
  return 0;
}

/** What was stored is checked again as a file is, and that it is what its row names. */
function modelOf({ hash, model: text }: ChallengerRow): LoadedModel {
  const model = loadModel(text);
  if (model.file.sha256 !== hash)
    throw new ModelRefused('hash', `it was stored as ${hash} and is ${model.file.sha256}`);
  return model;
}

async function findUnscored(
  tx: Tx,
  hash: string,
  limit: number,
): Promise<{ id: string; history: History }[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string; history: History }[] }>(
    `select a.id, a.inputs -> 'history' as history
     from assessments a
     where a.environment_id = ? and jsonb_typeof(a.inputs -> 'history') = 'object'
       and not exists (
         select from shadow_scores s
         where s.environment_id = a.environment_id and s.challenger_hash = ? and s.assessment_id = a.id)
     order by a.id
     limit ?`,
    [tx.environment.id, hash, limit],
  );
  return rows;
}
