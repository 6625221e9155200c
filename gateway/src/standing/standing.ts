import type { Funder } from '../credit/funders.ts';
import { type CreditLine, findLine, lockLine, openLine, setLimit } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import type { Characteristics } from '../pay-score/characteristics.ts';
import { limitOf, lowestScore, refusedFromDaysPastDue, targetLimitOf } from '../pay-score/policy.ts';
import { type PayScore, scoreNow } from '../pay-score/score-now.ts';

/** Where a shopper stands in one currency at this moment: what every decision begins with. */
export type Standing = { facts: Characteristics; score: PayScore; line: CreditLine };

/** Locks the shopper's line, which is opened for who has none, computes the score and reviews the limit by it. */
export async function reviewStanding(
  tx: Tx,
  input: { shopperId: string; currency: string },
): Promise<Standing> {
  const line = await lockOrOpenLine(tx, input);
  const score = await scoreNow(tx, { ...input, targetLimit: line.targetLimit });
  const facts = score.inputs.ownHistory;
  const limit = limitOf({ score: score.score, facts, targetLimit: line.targetLimit });
  return { facts, score, line: limit === line.limit ? line : await setLimit(tx, line, limit) };
}

/**
 * The same for a page that only shows it: nothing is locked and nothing written. Whoever has no line yet is shown what a
 * first decision would begin with.
 */
export async function standingNow(
  tx: Tx,
  { shopperId, currency }: { shopperId: string; currency: string },
): Promise<Pick<Standing, 'facts' | 'score'> & { line: Judged }> {
  const line = await findLine(tx, shopperId, currency);
  const targetLimit = line?.targetLimit ?? targetLimitOf(currency);
  const score = await scoreNow(tx, { shopperId, currency, targetLimit });
  const facts = score.inputs.ownHistory;
  const { held, used, status } = line ?? { held: 0n, used: 0n, status: 'active' as const };
  return {
    facts,
    score,
    line: { held, used, status, limit: limitOf({ score: score.score, facts, targetLimit }) },
  };
}

/** What of a line a decision looks at. */
type Judged = Pick<CreditLine, 'limit' | 'held' | 'used' | 'status'>;

async function lockOrOpenLine(
  tx: Tx,
  { shopperId, currency }: { shopperId: string; currency: string },
): Promise<CreditLine> {
  const targetLimit = targetLimitOf(currency);
  return (
    (await lockLine(tx, shopperId, currency)) ??
    (await openLine(tx, { shopperId, currency, targetLimit, limit: 0n }))
  );
}

/** Lateness refuses new orders and suspends agreements, whatever the score; undefined when nothing is late. */
export function latenessOf({
  facts,
  line,
}: Pick<Standing, 'facts'> & { line: Pick<CreditLine, 'status'> }): 'overdue' | 'line_suspended' | undefined {
  if (facts.daysPastDue >= refusedFromDaysPastDue) return 'overdue';
  if (line.status === 'suspended') return 'line_suspended';
  return undefined;
}

/** The first rule that refuses; each has a reason of its own that the shopper is told. */
export function declineOf(
  standing: Pick<Standing, 'facts' | 'score'> & {
    line: Pick<CreditLine, 'status'>;
    funder: Funder | undefined;
    offers: readonly unknown[];
  },
): DeclineCode | null {
  const late = latenessOf(standing);
  if (late) return late;
  if (standing.score.score < lowestScore) return 'score_too_low';
  if (standing.offers.length === 0) return 'amount_above_available';
  if (!standing.funder) return 'no_funder';
  return null;
}
