import type { TermsPolicy } from '../pay-score/policy.ts';
import type { Decided } from '../pay-score/what-if/decided.ts';
import { decideAgain } from '../pay-score/what-if/decide-again.ts';
import { percentAt, rateAt } from './limit-policy.ts';

/** How past decisions stand under another policy: how many of them. */
export type PolicyEffect = {
  decisions: number;
  /** By the cut alone: approved by one and not by the other. */
  newlyDeclined: number;
  newlyApproved: number;
  /** By the tier of their score: terms follow at the next review of a line, a step at a time where they get better. */
  dearer: number;
  cheaper: number;
  carryLess: number;
  carryMore: number;
};

/**
 * What another policy would do to past decisions, as far as stored decisions can say. The cut acts at once, so it is asked
 * of each decision; limits and prices belong to lines and move at reviews, so it is only counted whose score stands on
 * another tier. Pauses and borders between the tiers cannot be told from a decision and are left out. Pure.
 */
export function effectOf(decisions: readonly Decided[], from: TermsPolicy, to: TermsPolicy): PolicyEffect {
  const count = (isOne: (decided: Decided) => boolean) => decisions.filter(isOne).length;
  const approves = (decided: Decided, { lowestScore }: TermsPolicy) =>
    decideAgain(decided, { cut: lowestScore }) === null;
  return {
    decisions: decisions.length,
    newlyDeclined: count((decided) => approves(decided, from) && !approves(decided, to)),
    newlyApproved: count((decided) => !approves(decided, from) && approves(decided, to)),
    dearer: count(({ score }) => rateAt(score, to) > rateAt(score, from)),
    cheaper: count(({ score }) => rateAt(score, to) < rateAt(score, from)),
    carryLess: count(({ score }) => percentAt(score, to) < percentAt(score, from)),
    carryMore: count(({ score }) => percentAt(score, to) > percentAt(score, from)),
  };
}
