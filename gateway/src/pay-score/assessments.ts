import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import { insertInto } from '../lib/insert-sql.ts';
import type { Tx } from '../lib/tx.ts';
import { policyOf } from './policy-in-force.ts';
import type { PayScore, ScoreInputs } from './score-now.ts';
import type { Reason } from './score.ts';

/** What the shopper is told of a refusal; the merchant sees only the code. */
export type DeclineCode =
  | 'identity_required'
  | 'underage'
  | 'overdue'
  | 'line_suspended'
  /** The shopper's own choice: they have locked paying later, or the purchase is above the ceiling they set. */
  | 'locked_by_shopper'
  | 'above_own_ceiling'
  /** Protection from owing too much. */
  | 'too_many_orders'
  | 'cooling_off'
  | 'unaffordable'
  /** Protection from fraud: it was tried too often or does not fit together; or it waits for a code to be answered. */
  | 'suspicious'
  | 'challenge_required'
  | 'score_too_low'
  /** What is stored about the shopper contradicts itself, so no score may be made of it. */
  | 'history_contradicts'
  | 'amount_above_available'
  | 'no_funder'
  | 'amount_too_small'
  /** The shopper could owe more, but not for this kind of purchase. */
  | 'amount_above_programme';

/** What was decided about: a checkout, an order by an agreement, a cash draw, or one of these once more on an appeal. */
export type AssessmentSubject =
  { checkoutSessionId: string } | { agreementId: string } | { drawId: string } | { appealId: string };

/** One stored run of the score: enough to show, explain and replay the decision. */
export type Assessment = {
  id: Id<'asm'>;
  shopperId: string;
  /** What was decided about; the others are null. */
  checkoutSessionId: string | null;
  agreementId: string | null;
  drawId: string | null;
  appealId: string | null;
  model: string;
  /** Sha256 of the model's tables; null for decisions from before it was kept. */
  modelHash: string | null;
  policyVersion: string;
  inputs: ScoreInputs;
  score: number;
  pd: number | null;
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
  /**
   * What each guard of this decision looked at and said, by its name, so that it can be explained later; `history` says
   * why no full score could be made, where the months contradicted each other.
   */
  guards: Readonly<Record<string, unknown>>;
  createdAt: Date;
};

type AssessmentRow = {
  environment_id: string;
  id: Id<'asm'>;
  shopper_id: string;
  checkout_session_id: string | null;
  agreement_id: string | null;
  draw_id: string | null;
  appeal_id: string | null;
  model: string;
  model_hash: string | null;
  policy_version: string;
  inputs: ScoreInputs;
  score: number;
  pd: number | null;
  reasons: Reason[];
  limit_amount: bigint;
  available_amount: bigint;
  amount: bigint;
  currency: string;
  outcome: Assessment['outcome'];
  decline_code: DeclineCode | null;
  offers: string[];
  annual_rate_ppm: number | null;
  guards: Record<string, unknown>;
  created_at: Date;
};

export type NewAssessment = {
  shopperId: string;
  subject: AssessmentSubject;
  score: PayScore;
  limit: bigint;
  available: bigint;
  amount: bigint;
  currency: string;
  declineCode: DeclineCode | null;
  /** The codes of the plans that could be chosen; kept only where nothing declines. */
  offers: string[];
  annualRatePpm: number | null;
  guards?: Readonly<Record<string, unknown>>;
};

/** Stores one decision; it never changes afterwards. */
export async function storeAssessment(tx: Tx, input: NewAssessment): Promise<Assessment> {
  const { score, subject, declineCode } = input;
  const row: AssessmentRow = {
    environment_id: tx.environment.id,
    id: newId('asm'),
    shopper_id: input.shopperId,
    checkout_session_id: 'checkoutSessionId' in subject ? subject.checkoutSessionId : null,
    agreement_id: 'agreementId' in subject ? subject.agreementId : null,
    draw_id: 'drawId' in subject ? subject.drawId : null,
    appeal_id: 'appealId' in subject ? subject.appealId : null,
    model: score.model,
    model_hash: score.modelHash,
    policy_version: (await policyOf(tx)).version,
    inputs: score.inputs,
    score: score.score,
    pd: score.pd,
    reasons: score.reasons,
    limit_amount: input.limit,
    available_amount: input.available,
    amount: input.amount,
    currency: input.currency,
    outcome: declineCode === null ? 'approved' : 'declined',
    decline_code: declineCode,
    offers: declineCode === null ? input.offers : [],
    annual_rate_ppm: input.annualRatePpm,
    guards: { ...input.guards, ...(score.refused && { history: score.refused }) },
    created_at: tx.now,
  };
  tx.later(
    insertRow([
      {
        ...row,
        inputs: JSON.stringify(row.inputs),
        reasons: JSON.stringify(row.reasons),
        offers: JSON.stringify(row.offers),
        guards: JSON.stringify(row.guards),
      },
    ]),
  );
  return toAssessment(row);
}

const insertRow = insertInto('assessments', [
  'environment_id',
  'id',
  'shopper_id',
  'checkout_session_id',
  'agreement_id',
  'draw_id',
  'appeal_id',
  'model',
  'model_hash',
  'policy_version',
  'inputs',
  'score',
  'pd',
  'reasons',
  'limit_amount',
  'available_amount',
  'amount',
  'currency',
  'outcome',
  'decline_code',
  'offers',
  'annual_rate_ppm',
  'guards',
  'created_at',
]);

const subjectColumns: { [prefix: string]: 'agreement_id' | 'draw_id' | 'appeal_id' } = {
  agr: 'agreement_id',
  drw: 'draw_id',
  apl: 'appeal_id',
};

/**
 * The latest decision about a checkout session, an agreement, a cash draw or an appeal, if there was one. That of a session
 * which an earlier decision answered is the earlier one.
 */
export async function latestAssessment(tx: Tx, subjectId: string): Promise<Assessment | undefined> {
  const column = subjectColumns[subjectId.split('_', 1)[0] ?? ''] ?? 'checkout_session_id';
  const row = await tx
    .sql<AssessmentRow>('assessments')
    .where({ environment_id: tx.environment.id })
    .modify((query) => {
      if (column === 'checkout_session_id') void query.whereRaw(ofSession(tx, subjectId));
      else void query.where({ [column]: subjectId });
    })
    .orderBy('id', 'desc')
    .first();
  return row && toAssessment(row);
}

function ofSession(tx: Tx, sessionId: string) {
  return tx.sql.raw(
    `id = coalesce(
       (select answered_by from checkout_sessions where environment_id = :environment and id = :session),
       (select max(id) from assessments where environment_id = :environment and checkout_session_id = :session))`,
    { environment: tx.environment.id, session: sessionId },
  );
}

/** The decision with this id, of this shopper where one is given; `not_found` otherwise. */
export async function findAssessment(
  tx: Tx,
  input: { assessmentId: string; shopperId?: string },
): Promise<Assessment> {
  const row = await tx
    .sql<AssessmentRow>('assessments')
    .where({ environment_id: tx.environment.id, id: input.assessmentId as Id<'asm'> })
    .modify((query) => {
      if (input.shopperId !== undefined) void query.where({ shopper_id: input.shopperId });
    })
    .first();
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such decision.' });
  return toAssessment(row);
}

/**
 * A shopper's decisions since an instant, the newest first: `limit` of them before the decision `before`. What was decided
 * once more on an appeal belongs to the decision that was appealed against, and is not among them.
 */
export async function listAssessmentsOf(
  tx: Tx,
  input: { shopperId: string; since: Date; before?: string | undefined; limit: number },
): Promise<Assessment[]> {
  const rows = await tx
    .sql<AssessmentRow>('assessments')
    .where({ environment_id: tx.environment.id, shopper_id: input.shopperId })
    .where('created_at', '>=', input.since)
    .whereNull('appeal_id')
    .modify((query) => {
      if (input.before !== undefined) void query.where('id', '<', input.before);
    })
    .orderBy('id', 'desc')
    .limit(input.limit);
  return rows.map(toAssessment);
}

function toAssessment(row: AssessmentRow): Assessment {
  return {
    id: row.id,
    shopperId: row.shopper_id,
    checkoutSessionId: row.checkout_session_id,
    agreementId: row.agreement_id,
    drawId: row.draw_id,
    appealId: row.appeal_id,
    model: row.model,
    modelHash: row.model_hash,
    policyVersion: row.policy_version,
    inputs: row.inputs,
    score: row.score,
    pd: row.pd,
    reasons: row.reasons,
    limit: row.limit_amount,
    available: row.available_amount,
    amount: row.amount,
    currency: row.currency,
    outcome: row.outcome,
    declineCode: row.decline_code,
    offers: row.offers,
    annualRatePpm: row.annual_rate_ppm,
    guards: row.guards,
    createdAt: row.created_at,
  };
}
