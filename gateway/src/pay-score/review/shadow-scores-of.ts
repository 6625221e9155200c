import type { Tx } from '../../lib/tx.ts';

/** What each challenger said of one decision. */
export type ShadowScoreOf = {
  name: string;
  hash: string;
  score: number | null;
  pd: number | null;
  refusal: string | null;
};

export async function shadowScoresOf(tx: Tx, assessmentId: string): Promise<ShadowScoreOf[]> {
  return tx
    .sql('shadow_scores')
    .join('challengers', {
      'challengers.environment_id': 'shadow_scores.environment_id',
      'challengers.hash': 'shadow_scores.challenger_hash',
    })
    .where({ 'shadow_scores.environment_id': tx.environment.id, assessment_id: assessmentId })
    .orderBy('challengers.name')
    .select<ShadowScoreOf[]>('challengers.name', 'challengers.hash', 'score', 'pd', 'refusal');
}
