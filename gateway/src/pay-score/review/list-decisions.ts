import type { Tx } from '../../lib/tx.ts';
import type { Assessment, DeclineCode } from '../assessments.ts';

/** One decision in a list: nothing personal but the shopper's id. */
export type ListedDecision = Pick<
  Assessment,
  'id' | 'shopperId' | 'score' | 'amount' | 'currency' | 'outcome' | 'declineCode' | 'createdAt'
> & { subject: 'checkout' | 'agreement' | 'draw' | 'appeal'; model: string };

type ListedRow = {
  id: Assessment['id'];
  shopper_id: string;
  score: number;
  amount: bigint;
  currency: string;
  outcome: Assessment['outcome'];
  decline_code: DeclineCode | null;
  created_at: Date;
  agreement_id: string | null;
  draw_id: string | null;
  appeal_id: string | null;
  model: string;
};

const columns = [
  'id',
  'shopper_id',
  'score',
  'amount',
  'currency',
  'outcome',
  'decline_code',
  'created_at',
  'agreement_id',
  'draw_id',
  'appeal_id',
  'model',
] as const satisfies readonly (keyof ListedRow)[];

/** The newest decisions, `limit` of them before the decision `before`; one shopper's, or those with one outcome. */
export async function listDecisions(
  tx: Tx,
  input: { limit: number; before?: string; shopperId?: string; outcome?: Assessment['outcome'] },
): Promise<ListedDecision[]> {
  const { limit, before, shopperId, outcome } = input;
  const rows = await tx
    .sql('assessments')
    .where({ environment_id: tx.environment.id })
    .modify((query) => {
      if (before !== undefined) void query.where('id', '<', before);
      if (shopperId !== undefined) void query.where({ shopper_id: shopperId });
      if (outcome !== undefined) void query.where({ outcome });
    })
    .orderBy('id', 'desc')
    .limit(limit)
    .select<ListedRow[]>([...columns]);
  return rows.map((row) => ({
    id: row.id,
    shopperId: row.shopper_id,
    subject: subjectOf(row),
    model: row.model,
    score: row.score,
    amount: row.amount,
    currency: row.currency,
    outcome: row.outcome,
    declineCode: row.decline_code,
    createdAt: row.created_at,
  }));
}

function subjectOf(row: ListedRow): ListedDecision['subject'] {
  if (row.agreement_id !== null) return 'agreement';
  if (row.draw_id !== null) return 'draw';
  return row.appeal_id === null ? 'checkout' : 'appeal';
}
