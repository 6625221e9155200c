import { addMs, dayMs } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import { findAssessment, latestAssessment } from '../pay-score/assessments.ts';
import { giveGrant, grantable } from '../standing/grants.ts';
import { type Appeal, lockAppeal, sealText, updateAppeal } from './appeals.ts';

/** A grant holds for so many days unless the person says otherwise, and never longer than the most. */
export const grantDays = 14;
export const mostGrantDays = 90;
const longestNote = 2000;

/** A grant's amount is in minor units of the decision's currency; what was decided about unless the person says otherwise. */
export type DecideAppeal = {
  appealId: string;
  /** Who answers: an operator, or in a sandbox the merchant that plays one. */
  operatorId: string;
  outcome: 'upheld' | 'granted';
  /** Why, in words that the shopper reads. */
  note: string;
  grant?: { amount?: bigint | undefined; untilDays?: number | undefined } | undefined;
};

/**
 * A person answers an open appeal. Granted, one next decision of the shopper in this currency, up to the amount, is made
 * without asking for the score or for what looked wrong; every other rule holds. So only a decision that such a rule
 * declined can be granted.
 *
 * @throws GatewayError `not_found`; `state_conflict` when it is not open, or cannot be granted; `validation_failed` for a
 *   note that is empty or too long, and for a grant that is out of range.
 */
export async function decideAppeal(tx: Tx, input: DecideAppeal): Promise<Appeal> {
  const note = noteOf(input);
  const appeal = await lockAppeal(tx, input);
  if (appeal.status !== 'open') {
    throw new GatewayError('state_conflict', { detail: `This appeal is ${appeal.status}.` });
  }
  if (input.outcome === 'granted') await grant(tx, appeal, input);
  return updateAppeal(tx, appeal, {
    status: input.outcome,
    answer_sealed: await sealText(tx, appeal, 'answer', note),
    decided_by: input.operatorId,
    ended_at: tx.now,
  });
}

/** Whether a person may pass over what declined, then or when it was decided again. */
export async function canGrant(tx: Tx, appeal: Pick<Appeal, 'id' | 'assessmentId'>): Promise<boolean> {
  const decisions = [await findAssessment(tx, appeal), await latestAssessment(tx, appeal.id)];
  return decisions.some((decision) => decision?.declineCode && grantable.has(decision.declineCode));
}

async function grant(tx: Tx, appeal: Appeal, input: DecideAppeal): Promise<void> {
  if (!(await canGrant(tx, appeal))) {
    throw new GatewayError('state_conflict', {
      detail: 'What declined this decision is not for a person to pass over.',
      hint: 'Only a score that is too low, a history that contradicts itself, and what looked wrong can be.',
    });
  }
  const first = await findAssessment(tx, appeal);
  const { amount = first.amount, untilDays = grantDays } = input.grant ?? {};
  if (amount <= 0n || !Number.isInteger(untilDays) || untilDays < 1 || untilDays > mostGrantDays) {
    throw new GatewayError('validation_failed', {
      detail: `A grant is for more than nothing and holds for 1 to ${mostGrantDays} days.`,
    });
  }
  await giveGrant(tx, {
    appealId: appeal.id,
    shopperId: appeal.shopperId,
    currency: first.currency,
    amount,
    expiresAt: addMs(tx.now, untilDays * dayMs),
  });
}

function noteOf({ note }: DecideAppeal): string {
  const text = note.normalize('NFC').trim();
  if (text !== '' && text.length <= longestNote) return text;
  throw new GatewayError('validation_failed', {
    detail: `The shopper reads why: 1 to ${longestNote} characters.`,
    errors: [{ pointer: '/note', code: 'invalid_length' }],
  });
}
