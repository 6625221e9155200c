import { afterMonthOf } from '../credit/lines.ts';
import { addDays, type CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { startOfTomorrow, type UpcomingSql } from '../lib/upcoming.ts';
import { type TermsPolicy, termsPolicy } from '../pay-score/policy.ts';
import type { ReviewFacts, TermsReview } from './limit-policy.ts';

/**
 * When a line that was reviewed `today` is looked at again by itself: when the month is over while something is used or
 * held; when the rest after a change is over, if only that stood in the way; when a lateness becomes long or still
 * longer; when an offer ends. Null for a line that nothing moves: whatever moves it sets a date.
 */
export function nextReviewOf(input: {
  today: CalendarDate;
  facts: ReviewFacts;
  review: TermsReview;
  offerEndsOn: CalendarDate | null;
  policy?: TermsPolicy;
}): CalendarDate | null {
  const { today, facts, review, offerEndsOn, policy = termsPolicy } = input;
  const since = sinceAfter(facts, review);
  const dates: CalendarDate[] = [];
  // A raise may be due a day or two after a short month: the review waits for that.
  const rested = laterOf(
    restEnd(today, facts.daysSince.opened, policy.daysBetween),
    restEnd(today, since.raise, policy.daysBetween),
  );
  if (facts.taken > 0n) dates.push(laterOf(afterMonthOf(today), rested));
  else if (review.obstacles.length === 1 && review.obstacles[0] === 'just_changed')
    dates.push(laterOf(rested, restEnd(today, since.cut, policy.daysAfterWorse)));
  if (facts.daysPastDue > 0)
    dates.push(addDays(today, daysToLongerLate(facts.daysPastDue, since.cut, policy)));
  if (offerEndsOn !== null) dates.push(offerEndsOn);
  return dates.toSorted()[0] ?? null;
}

/** Days since the last raise and the last cut, the one that was decided just now among them. */
function sinceAfter({ now, daysSince }: ReviewFacts, { limit }: TermsReview) {
  return {
    raise: limit > now.limit ? 0 : daysSince.raise,
    cut: limit < now.limit ? 0 : daysSince.cut,
  };
}

/** The date on which a rest of so many days is over; today where there is none. */
function restEnd(today: CalendarDate, since: number | null, restDays: number): CalendarDate {
  return since === null || since >= restDays ? today : addDays(today, restDays - since);
}

function daysToLongerLate(daysPastDue: number, sinceCut: number | null, policy: TermsPolicy): number {
  const { cutFromDaysPastDue, cutEveryDays } = policy;
  if (daysPastDue < cutFromDaysPastDue) return cutFromDaysPastDue - daysPastDue;
  return sinceCut === null || sinceCut >= cutEveryDays ? cutEveryDays : cutEveryDays - sinceCut;
}

/** The start of the date, after `tx.now`, on which a line is reviewed next; null when none is to be. */
export function nextLimitReviewAt(tx: Tx): UpcomingSql {
  // What was set for today after the sweep had passed is found by tomorrow's.
  return tx.sql.raw(
    `select greatest(next_review_on::timestamp at time zone ?, ?) from credit_lines
     where environment_id = ? and next_review_on is not null order by next_review_on limit 1`,
    [tx.environment.timeZone, startOfTomorrow(tx), tx.environment.id],
  );
}

function laterOf(one: CalendarDate, other: CalendarDate): CalendarDate {
  return one > other ? one : other;
}
