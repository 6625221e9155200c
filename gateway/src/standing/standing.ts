import type { Funder } from '../credit/funders.ts';
import { type CreditLine, findLine, lockLine, openLine } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import type { Characteristics } from '../pay-score/characteristics.ts';
import { refusedFromDaysPastDue, targetLimitOf, type TermsPolicy } from '../pay-score/policy.ts';
import { policyOf } from '../pay-score/policy-in-force.ts';
import { type PayScore, readThinFile, scoreNow, scoreOfFile } from '../pay-score/score-now.ts';
import { legalCeilingOf } from './ceiling.ts';
import type { Excused } from './grants.ts';
import { openingTerms } from './limit-policy.ts';

/** Where a shopper stands in one currency at this moment: what every decision begins with. */
export type Standing = { facts: Characteristics; score: PayScore; line: CreditLine; policy: TermsPolicy };

/**
 * Locks the shopper's line and computes the score. Who has no line is given one on opening terms; everybody else has the
 * limit and the price that the last review gave (standing/review.ts), so that asking often moves nothing. `locked` is the
 * line, where the caller has locked it already.
 */
export async function reviewStanding(
  tx: Tx,
  input: { shopperId: string; currency: string; locked?: CreditLine },
): Promise<Standing> {
  // In this order, in one round trip: what is read once the line is locked holds.
  const [known, file] = await Promise.all([
    input.locked ?? lockLine(tx, input.shopperId, input.currency),
    readThinFile(tx, input),
  ]);
  const targetLimit = known?.targetLimit ?? targetLimitOf(input.currency);
  const score = await scoreOfFile(tx, { ...input, targetLimit, file });
  const policy = await policyOf(tx);
  const line =
    known ?? (await openLine(tx, { ...input, ...openingOf(tx, { ...input, targetLimit, score, policy }) }));
  return { facts: score.inputs.ownHistory, score, line, policy };
}

/**
 * The same for a page that only shows it: nothing is locked and nothing written. Whoever has no line yet is shown what a
 * first decision would begin with.
 */
export async function standingNow(
  tx: Tx,
  { shopperId, currency }: { shopperId: string; currency: string },
): Promise<Omit<Standing, 'line'> & { line: Judged }> {
  const known = await findLine(tx, shopperId, currency);
  const targetLimit = known?.targetLimit ?? targetLimitOf(currency);
  const score = await scoreNow(tx, { shopperId, currency, targetLimit });
  const unused = { held: 0n, used: 0n, guaranteed: 0n, pledged: 0n, status: 'active' as const };
  const policy = await policyOf(tx);
  const line = known ?? { ...unused, ...openingOf(tx, { currency, targetLimit, score, policy }) };
  return { facts: score.inputs.ownHistory, score, line, policy };
}

/** What of a line a decision looks at. */
export type Judged = Pick<
  CreditLine,
  'targetLimit' | 'limit' | 'annualRatePpm' | 'held' | 'used' | 'guaranteed' | 'pledged' | 'status'
>;

function openingOf(
  tx: Tx,
  {
    currency,
    targetLimit,
    score,
    policy,
  }: { currency: string; targetLimit: bigint; score: PayScore; policy: TermsPolicy },
): Pick<CreditLine, 'targetLimit' | 'limit' | 'annualRatePpm'> {
  const ceiling = legalCeilingOf(tx, currency);
  return { targetLimit, ...openingTerms({ targetLimit, ceiling, score: score.score }, policy) };
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

/**
 * The first rule that refuses, but for those that a person has excused; each has a reason of its own that the shopper is
 * told.
 */
export function declineOf(
  standing: Pick<Standing, 'facts' | 'score' | 'policy'> & {
    line: Pick<CreditLine, 'status'>;
    funder: Funder | undefined;
    offers: readonly unknown[];
    excused?: Excused | undefined;
  },
): DeclineCode | null {
  const late = latenessOf(standing);
  if (late) return late;
  const { score, excused, policy } = standing;
  if (score.score < policy.lowestScore && !excused?.has('score_too_low')) return 'score_too_low';
  if (score.refused && !excused?.has('history_contradicts')) return 'history_contradicts';
  if (standing.offers.length === 0) return 'amount_above_available';
  if (!standing.funder) return 'no_funder';
  return null;
}
