import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { Characteristics } from './characteristics.ts';
import type { Reason } from './score.ts';

/** What the shopper is told of a refusal; the merchant sees only the code. */
export type DeclineCode =
  | 'identity_required'
  | 'overdue'
  | 'score_too_low'
  | 'line_suspended'
  | 'amount_above_available'
  | 'no_funder'
  | 'amount_too_small'
  /** The shopper could owe more, but not for this kind of purchase. */
  | 'amount_above_programme';

/** One stored run of the score: enough to show, explain and replay the decision. */
export type Assessment = {
  id: Id<'asm'>;
  shopperId: string;
  /** What was decided about: a checkout, an order by an agreement, or a cash draw. The others are null. */
  checkoutSessionId: string | null;
  agreementId: string | null;
  drawId: string | null;
  model: string;
  policyVersion: string;
  inputs: Characteristics;
  score: number;
  reasons: Reason[];
  limit: bigint;
  available: bigint;
  amount: bigint;
  currency: string;
  outcome: 'approved' | 'declined';
  declineCode: DeclineCode | null;
  /** The codes of the plans offered. */
  offers: string[];
  /** What the plans with interest cost a year at this score, in millionths; null where there can be none. */
  annualRatePpm: number | null;
  createdAt: Date;
};

type AssessmentRow = {
  environment_id: string;
  id: Id<'asm'>;
  shopper_id: string;
  checkout_session_id: string | null;
  agreement_id: string | null;
  draw_id: string | null;
  model: string;
  policy_version: string;
  inputs: Characteristics;
  score: number;
  reasons: Reason[];
  limit_amount: bigint;
  available_amount: bigint;
  amount: bigint;
  currency: string;
  outcome: Assessment['outcome'];
  decline_code: DeclineCode | null;
  offers: string[];
  annual_rate_ppm: number | null;
  created_at: Date;
};

/** Stores one decision; it never changes afterwards. */
export async function storeAssessment(
  tx: Tx,
  input: Omit<Assessment, 'id' | 'createdAt' | 'annualRatePpm' | 'drawId'> & {
    annualRatePpm?: number | null;
    drawId?: string;
  },
): Promise<Assessment> {
  const id = newId('asm');
  const { annualRatePpm = null, drawId = null } = input;
  await tx.sql('assessments').insert({
    environment_id: tx.environment.id,
    id,
    shopper_id: input.shopperId,
    checkout_session_id: input.checkoutSessionId,
    agreement_id: input.agreementId,
    draw_id: drawId,
    model: input.model,
    policy_version: input.policyVersion,
    inputs: JSON.stringify(input.inputs),
    score: input.score,
    reasons: JSON.stringify(input.reasons),
    limit_amount: input.limit,
    available_amount: input.available,
    amount: input.amount,
    currency: input.currency,
    outcome: input.outcome,
    decline_code: input.declineCode,
    offers: JSON.stringify(input.offers),
    annual_rate_ppm: annualRatePpm,
    created_at: tx.now,
  });
  return { ...input, id, annualRatePpm, drawId, createdAt: tx.now };
}

const subjectColumns: { [prefix: string]: 'agreement_id' | 'draw_id' } = {
  agr: 'agreement_id',
  drw: 'draw_id',
};

/** The latest decision about a checkout session, an agreement or a cash draw, if there was one. */
export async function latestAssessment(tx: Tx, subjectId: string): Promise<Assessment | undefined> {
  const column = subjectColumns[subjectId.split('_', 1)[0] ?? ''] ?? 'checkout_session_id';
  const row = await tx
    .sql<AssessmentRow>('assessments')
    .where({ environment_id: tx.environment.id, [column]: subjectId })
    .orderBy('id', 'desc')
    .first();
  return row && toAssessment(row);
}

function toAssessment(row: AssessmentRow): Assessment {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    checkoutSessionId: row.checkout_session_id,
    agreementId: row.agreement_id,
    drawId: row.draw_id,
    model: row.model,
    policyVersion: row.policy_version,
    inputs: row.inputs,
    score: row.score,
    reasons: row.reasons,
    limit: row.limit_amount,
    available: row.available_amount,
    amount: row.amount,
    currency: row.currency,
    outcome: row.outcome,
    declineCode: row.decline_code,
    offers: row.offers,
    annualRatePpm: row.annual_rate_ppm,
    createdAt: row.created_at,
  };
}
