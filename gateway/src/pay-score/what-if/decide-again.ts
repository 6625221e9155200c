import { maxOf, minOf } from '../../lib/money.ts';
import type { DeclineCode } from '../assessments.ts';
import type { Decided, OtherPolicy, Steps } from './decided.ts';

/** The refusals that follow from score and limit; every other one would stand whatever these are. */
const follows: ReadonlySet<DeclineCode | null> = new Set<DeclineCode | null>([
  null,
  'score_too_low',
  'amount_above_available',
  'no_funder',
]);

/**
 * What the rules would have said of a past decision by another cut and other limits: first the score, then the amount,
 * then whatever else refused. Under the policy that decided it is what was decided. Pure.
 *
 * An order that was approved asked for no more than there was, though its amount may be more: a part is paid down. Of one
 * that was declined that part is not known, so it is approved only when the whole amount fits.
 */
export function decideAgain(decided: Decided, policy: OtherPolicy): DeclineCode | null {
  const { declineCode, score, available, amount } = decided;
  if (!follows.has(declineCode)) return declineCode;
  if (score < policy.cut) return 'score_too_low';
  const now = availableBy(decided, policy);
  const asked = declineCode === null || declineCode === 'no_funder' ? minOf(amount, available) : amount;
  if (now < asked) return 'amount_above_available';
  // A line that is as it was is as short as it was.
  if (declineCode === 'amount_above_available') return now > available ? null : declineCode;
  return declineCode === 'no_funder' ? declineCode : null;
}

/** What was available, moved by as much as the limit; what is used or held stays so. */
function availableBy({ limit, available, score }: Decided, { limitPercent }: OtherPolicy): bigint {
  if (!limitPercent) return available;
  const other = (limit * BigInt(figureAt(limitPercent, score))) / 100n;
  return maxOf(0n, available + other - limit);
}

/** The figure of the step that a score stands on. */
export function figureAt(steps: Steps, score: number): number {
  const step = steps.find(([from]) => score >= from) ?? steps.at(-1);
  if (!step) throw new RangeError('there are no steps');
  return step[1];
}
