import { decideOrderAgain } from '../agreements/decide-again.ts';
import { decidePurchaseAgain } from '../checkout/decide-again.ts';
import { lockLine } from '../credit/lines.ts';
import { decideDrawAgain } from '../draws/decide-again.ts';
import { addMs, addOffset, dateIn, dayMs, startOf } from '../lib/dates.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import {
  type Assessment,
  findAssessment,
  latestAssessment,
  storeAssessment,
} from '../pay-score/assessments.ts';
import { type Appeal, type AppealRow, appealsAgainst, appealsOf, toAppeal } from './appeals.ts';

/** Decisions are shown, and may be appealed against, for so many months. */
export const shownMonths = 13;

/** A shopper may appeal so often in so many days. */
const mostAppeals = 3;
const appealDays = 30;

export type AppealRefusal =
  /** It approved, so there is nothing to appeal against. */
  | 'approved'
  /** It is itself the answer to an appeal: the first decision is the one to appeal against. */
  | 'rescored'
  /** Longer ago than decisions are shown. */
  | 'too_old'
  /** A person looks at it already. */
  | 'under_way'
  | 'too_many';

export type AppealAnswer =
  | { outcome: 'rescored'; appeal: Appeal; assessment: Assessment }
  | { outcome: 'refused'; code: AppealRefusal };

/**
 * The first step of an appeal: the same thing is decided again at once, with today's facts. What it says is an assessment of
 * its own, about the appeal; a checkout that is over stays over, so who would be approved now starts again from the shop.
 * Asking twice on a date gives the same answer.
 *
 * @throws GatewayError `not_found` when the decision is not this shopper's.
 */
export async function appealAgainst(
  tx: Tx,
  input: { assessmentId: string; shopperId: string },
): Promise<AppealAnswer> {
  const { shopperId } = input;
  const first = await findAssessment(tx, input);
  // Two at once wait for each other here.
  await lockLine(tx, shopperId, first.currency);
  const [latest] = await appealsAgainst(tx, input);
  const repeated =
    latest?.status === 'rescored' && isToday(tx, latest) && (await latestAssessment(tx, latest.id));
  if (latest && repeated) return { outcome: 'rescored', appeal: latest, assessment: repeated };
  const refusal = await refusalOf(tx, first, latest);
  if (refusal) return { outcome: 'refused', code: refusal };
  const [row] = await tx
    .sql<AppealRow>('appeals')
    .insert({
      environment_id: tx.environment.id,
      id: newId('apl'),
      shopper_id: shopperId,
      assessment_id: first.id,
      status: 'rescored',
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the appeal was not stored');
  const subject = { appealId: row.id };
  const assessment = await storeAssessment(tx, { ...(await decideAgain(tx, first)), subject });
  return { outcome: 'rescored', appeal: toAppeal(row), assessment };
}

async function refusalOf(
  tx: Tx,
  first: Assessment,
  latest: Appeal | undefined,
): Promise<AppealRefusal | undefined> {
  if (first.outcome === 'approved') return 'approved';
  if (first.appealId !== null) return 'rescored';
  if (first.createdAt < shownSince(tx)) return 'too_old';
  if (latest?.status === 'open') return 'under_way';
  return (await appealsLeft(tx, first.shopperId)) === 0 ? 'too_many' : undefined;
}

/** How often a shopper may still appeal at this moment. */
export async function appealsLeft(tx: Tx, shopperId: string): Promise<number> {
  const [{ count } = { count: 0 }] = await appealsOf(tx)
    .where({ shopper_id: shopperId })
    .where('created_at', '>', addMs(tx.now, -appealDays * dayMs))
    .select<{ count: number }[]>(tx.sql.raw('count(*)::integer as count'));
  return Math.max(0, mostAppeals - count);
}

/** From when on decisions are shown: whole dates of the environment's calendar. */
export function shownSince(tx: Tx): Date {
  const { timeZone } = tx.environment;
  return startOf(addOffset(dateIn(timeZone, tx.now), { months: -shownMonths }), timeZone);
}

function isToday(tx: Tx, { createdAt }: Appeal): boolean {
  const { timeZone } = tx.environment;
  return dateIn(timeZone, createdAt) === dateIn(timeZone, tx.now);
}

/** What looked wrong about a visit cannot be looked at again without one. */
function decideAgain(tx: Tx, first: Assessment): ReturnType<typeof decidePurchaseAgain> {
  const { shopperId, declineCode, amount, checkoutSessionId, agreementId } = first;
  const screened = declineCode === 'suspicious' || declineCode === 'challenge_required' ? declineCode : null;
  if (checkoutSessionId !== null)
    return decidePurchaseAgain(tx, { sessionId: checkoutSessionId, shopperId, screened });
  return agreementId === null
    ? decideDrawAgain(tx, { shopperId, amount, currency: first.currency, screened })
    : decideOrderAgain(tx, { agreementId, shopperId, amount, screened });
}
