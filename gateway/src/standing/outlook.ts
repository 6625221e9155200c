import { type TermsPolicy, termsPolicy } from '../pay-score/policy.ts';
import { type ReviewFacts, reviewTerms, type TermsReview } from './limit-policy.ts';

/** What would move a line's terms, as it is now. */
export type Outlook = Pick<TermsReview, 'obstacles'> & {
  /** What the next review would raise or cut the limit to, if it came now and nothing else changed; null for neither. */
  raiseTo: bigint | null;
  cutTo: bigint | null;
  /** The score from which on the limit may rise beyond what it is; null at the end of the ladder. */
  raiseFromScore: number | null;
  /** The next tier's price with the score that it asks for, and the one that follows below a score. */
  cheaper: { fromScore: number; annualRatePpm: number } | null;
  dearer: { belowScore: number; annualRatePpm: number } | null;
};

/** Says by which scores and for which reasons the terms would change; pure. */
export function outlookOf(facts: ReviewFacts, policy: TermsPolicy = termsPolicy): Outlook {
  const { now, targetLimit } = facts;
  const { obstacles, raise, limit } = reviewTerms(facts, policy);
  const { percentFrom, rateFrom, highestRatePpm, pointsBeyondBorder } = policy;
  const more = percentFrom.findLast(([, percent]) => (targetLimit * percent) / 100n > now.limit);
  const cheaper = rateFrom.findLast(([, rate]) => rate < now.annualRatePpm);
  const tier = rateFrom.findIndex(([, rate]) => rate === now.annualRatePpm);
  const [border] = rateFrom[tier] ?? [];
  return {
    obstacles,
    raiseTo: raise === null ? null : limit,
    cutTo: limit < now.limit ? limit : null,
    raiseFromScore: more ? more[0] + pointsBeyondBorder : null,
    cheaper: cheaper ? { fromScore: cheaper[0] + pointsBeyondBorder, annualRatePpm: cheaper[1] } : null,
    dearer:
      border === undefined
        ? null
        : { belowScore: border, annualRatePpm: rateFrom[tier + 1]?.[1] ?? highestRatePpm },
  };
}
