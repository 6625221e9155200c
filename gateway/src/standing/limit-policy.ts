import { maxOf, minOf } from '../lib/money.ts';
import { refusedFromDaysPastDue, type TermsPolicy, termsPolicy } from '../pay-score/policy.ts';
import type { Market } from '../plans/market-rules.ts';

/** What a credit line costs and carries: the limit in minor units, the price of new plans in millionths a year. */
export type Terms = { limit: bigint; annualRatePpm: number };

/** Why a limit was raised. */
export type RaiseReason =
  /** Paid on time for a month, and the score carries more. */
  | 'repaid_on_time'
  /** The same for somebody who was late and cut: that is long paid, and nothing was late since. */
  | 'clean_again';

/** Why a limit was cut. */
export type CutReason =
  | 'score_fell'
  | 'long_overdue'
  /** The market's law allows no more on one line. */
  | 'legal_ceiling';

/** Why new plans cost less or more than before. */
export type PriceReason = 'score_rose' | 'score_fell';

export type ChangeReason = RaiseReason | CutReason | PriceReason;

/** What keeps a limit from being raised at this moment. */
export type RaiseObstacle =
  | 'late'
  | 'suspended'
  | 'thin_file'
  | 'at_target'
  | 'score'
  | 'clean_months'
  | 'no_repayment'
  | 'line_full'
  | 'just_changed'
  | 'declined';

/** Days since the line was opened and last changed in each way; null when it never did. A raise counts from its offer. */
export type DaysSince = {
  opened: number;
  raise: number | null;
  cut: number | null;
  cheaper: number | null;
  dearer: number | null;
  declined: number | null;
};

/** All that the terms of a line follow from. */
export type ReviewFacts = {
  now: Terms;
  /** Where the limit may grow to, and what the law of the market allows at most (null: no figure), in minor units. */
  targetLimit: bigint;
  ceiling: bigint | null;
  market: Market;
  /** Used and held together beyond what friends guarantee, in minor units. */
  taken: bigint;
  /** Whether the line promises nothing new at this moment: late, on easier terms, or charged off. */
  suspended: boolean;
  score: number;
  /** The full model judges from three repaid installments and two closed months on; before that a file is thin. */
  scoredBy: 'own_history' | 'full_model';
  /** Greatest days past due over what is unpaid now. */
  daysPastDue: number;
  /** Whole months since the last day on which something was late beyond its grace; null when nothing ever was. */
  cleanMonths: number | null;
  /** Installments paid on time within the last month. */
  paidOnTime: number;
  daysSince: DaysSince;
};

export type TermsReview = Terms & {
  /** In CN a raise is applied; elsewhere `limit` is offered, and holds when the shopper accepts. Null without a raise. */
  raise: 'applied' | 'offered' | null;
  /** Empty where that part of the terms stays as it is. */
  limitReasons: (RaiseReason | CutReason)[];
  priceReasons: PriceReason[];
  /** Why there is no raise; empty when there is one. */
  obstacles: RaiseObstacle[];
};

/** What a line begins with: a tenth of the target whatever the score, at the price of the score's tier. */
export function openingTerms(
  { targetLimit, ceiling, score }: Pick<ReviewFacts, 'targetLimit' | 'ceiling' | 'score'>,
  policy: TermsPolicy = termsPolicy,
): Terms {
  const limit = (targetLimit * policy.thinFilePercent) / 100n;
  return { limit: minOf(limit, ceiling ?? limit), annualRatePpm: rateAt(score, policy) };
}

/**
 * What the terms of a line shall be (docs/limits.md has the rules as a table). Pure; better scores never give worse terms,
 * no raise passes the target, the ceiling of the law or half as much again, and no cut goes below what is used and held.
 */
export function reviewTerms(facts: ReviewFacts, policy: TermsPolicy = termsPolicy): TermsReview {
  const { now, market } = facts;
  const cut = cutOf(facts, policy);
  const { to, obstacles } = cut.to < now.limit ? { to: now.limit, obstacles: [] } : raiseOf(facts, policy);
  const annualRatePpm = priceOf(facts, policy);
  const raised = to > now.limit;
  return {
    limit: raised ? to : cut.to,
    annualRatePpm,
    raise: raised ? (market === 'CN' ? 'applied' : 'offered') : null,
    limitReasons: raised ? raiseReasons(facts) : cut.reasons,
    priceReasons: priceReasons(now.annualRatePpm, annualRatePpm),
    obstacles,
  };
}

/** The tier's price at a score, in millionths a year. */
export function rateAt(score: number, policy: TermsPolicy): number {
  return policy.rateFrom.find(([from]) => score >= from)?.[1] ?? policy.highestRatePpm;
}

/** The most that a score carries, in percent of the target; a limit stands on a step of the ladder. */
export function percentAt(score: number, policy: TermsPolicy): bigint {
  const [lowest = 0n] = policy.ladder;
  return policy.percentFrom.find(([from]) => score >= from)?.[1] ?? lowest;
}

/** The same in minor units. */
function carriedBy(score: number, targetLimit: bigint, policy: TermsPolicy): bigint {
  return (targetLimit * percentAt(score, policy)) / 100n;
}

/** The steps of the ladder in minor units, the lowest first. */
function stepsOf(targetLimit: bigint, policy: TermsPolicy): bigint[] {
  return policy.ladder.map((percent) => (targetLimit * percent) / 100n);
}

/** Where the limit falls to, at once; where it stands when nothing speaks against it. */
function cutOf(facts: ReviewFacts, policy: TermsPolicy): { to: bigint; reasons: CutReason[] } {
  const { now, targetLimit, ceiling, taken, score } = facts;
  const steps = stepsOf(targetLimit, policy);
  const ends: [CutReason, bigint][] = [
    ['score_fell', carriedBy(score, targetLimit, policy)],
    ['legal_ceiling', ceiling ?? now.limit],
    ['long_overdue', isLongOverdue(facts, policy) ? stepBelow(now.limit, steps) : now.limit],
  ];
  // What was promised is not taken back: a limit never falls below it, and never rises by it.
  const to = minOf(now.limit, maxOf(taken, minOf(now.limit, ...ends.map(([, limit]) => limit))));
  const reasons = ends.flatMap(([reason, limit]) => (limit < now.limit ? [reason] : []));
  return to < now.limit ? { to, reasons } : { to, reasons: [] };
}

/** A long lateness costs a step when it becomes long, and another one each time so many more days have passed. */
function isLongOverdue({ daysPastDue, daysSince }: ReviewFacts, policy: TermsPolicy): boolean {
  return daysPastDue >= policy.cutFromDaysPastDue && hasRested(daysSince.cut, policy.cutEveryDays);
}

function stepBelow(limit: bigint, steps: readonly bigint[]): bigint {
  return steps.findLast((step) => step < limit) ?? limit;
}

/** One step up the ladder, if the score carries it and nothing stands against it. */
function raiseOf(facts: ReviewFacts, policy: TermsPolicy): { to: bigint; obstacles: RaiseObstacle[] } {
  const { now, targetLimit, ceiling, score, scoredBy } = facts;
  const thin = (targetLimit * policy.thinFilePercent) / 100n;
  const room = scoredBy === 'own_history' ? minOf(targetLimit, thin) : targetLimit;
  const most = minOf(room, ceiling ?? room);
  const carried = minOf(most, carriedBy(score - policy.pointsBeyondBorder, targetLimit, policy));
  const next = stepsOf(targetLimit, policy).find((step) => step > now.limit) ?? now.limit;
  const to = minOf(next, carried, now.limit + (now.limit * policy.mostRaisePercent) / 100n);
  const obstacles: RaiseObstacle[] = [...behaviourObstacles(facts, policy), ...restObstacles(facts, policy)];
  if (now.limit >= minOf(targetLimit, ceiling ?? targetLimit)) obstacles.push('at_target');
  else if (now.limit >= most) obstacles.push('thin_file');
  else if (to <= now.limit) obstacles.push('score');
  return { to: obstacles.length > 0 ? now.limit : to, obstacles };
}

function behaviourObstacles(facts: ReviewFacts, policy: TermsPolicy): RaiseObstacle[] {
  const { now, taken, daysPastDue, suspended, cleanMonths, paidOnTime } = facts;
  const obstacles: RaiseObstacle[] = [];
  if (daysPastDue >= refusedFromDaysPastDue) obstacles.push('late');
  else if (suspended) obstacles.push('suspended');
  else if (cleanMonths !== null && cleanMonths < policy.cleanMonths) obstacles.push('clean_months');
  if (paidOnTime === 0) obstacles.push('no_repayment');
  if (taken * 100n >= now.limit * policy.fullFromPercent) obstacles.push('line_full');
  return obstacles;
}

function restObstacles({ daysSince }: ReviewFacts, policy: TermsPolicy): RaiseObstacle[] {
  const { opened, raise, cut, declined } = daysSince;
  const obstacles: RaiseObstacle[] = [];
  const rested = hasRested(raise, policy.daysBetween) && hasRested(cut, policy.daysAfterWorse);
  if (opened < policy.daysBetween || !rested) obstacles.push('just_changed');
  if (!hasRested(declined, policy.daysAfterDecline)) obstacles.push('declined');
  return obstacles;
}

function hasRested(days: number | null, rest: number): boolean {
  return days === null || days >= rest;
}

function raiseReasons({ cleanMonths, daysSince }: ReviewFacts): RaiseReason[] {
  return [cleanMonths !== null && daysSince.cut !== null ? 'clean_again' : 'repaid_on_time'];
}

/** Dearer at once when the score falls below its tier; cheaper a tier at a time, beyond the border and after a rest. */
function priceOf(facts: ReviewFacts, policy: TermsPolicy): number {
  const { now, score, daysPastDue, suspended, cleanMonths, daysSince } = facts;
  const worst = rateAt(score, policy);
  if (worst > now.annualRatePpm) return worst;
  const best = rateAt(score - policy.pointsBeyondBorder, policy);
  const isClean = cleanMonths === null || cleanMonths >= policy.cleanMonths;
  const mayFall =
    best < now.annualRatePpm &&
    daysPastDue < refusedFromDaysPastDue &&
    !suspended &&
    isClean &&
    daysSince.opened >= policy.daysBetween &&
    hasRested(daysSince.cheaper, policy.daysBetween) &&
    hasRested(daysSince.dearer, policy.daysAfterWorse);
  return mayFall ? nextCheaper(now.annualRatePpm, best, policy) : now.annualRatePpm;
}

/** The tier after this price on the way to `best`. */
function nextCheaper(rate: number, best: number, policy: TermsPolicy): number {
  return policy.rateFrom.map(([, tier]) => tier).findLast((tier) => tier < rate && tier >= best) ?? best;
}

function priceReasons(before: number, after: number): PriceReason[] {
  if (after === before) return [];
  return [after < before ? 'score_rose' : 'score_fell'];
}
