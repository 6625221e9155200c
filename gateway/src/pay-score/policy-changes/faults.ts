import { refusedFromDaysPastDue, type TermsPolicy } from '../policy.ts';

/** The figures of a policy that an operator can propose to change. */
export type PolicyField = Exclude<keyof TermsPolicy, 'version'>;

/** No plan costs more a year than this, in millionths: a quarter less a little, wherever a market is. */
export const mostRatePpm = 240_000;

/** A raise adds at most half as much again, whatever is proposed. */
const mostRaise = 50n;

const between = (value: number | bigint, least: number, most: number) => value >= least && value <= most;

/** Whether each follows on the one before it, as `follows` says. */
function isOrdered<T>(values: readonly T[], follows: (before: T, after: T) => boolean): boolean {
  return values.slice(1).every((value, index) => follows(values[index] as T, value));
}

const rules: { [Field in PolicyField]: (policy: TermsPolicy) => boolean } = {
  lowestScore: ({ lowestScore }) => between(lowestScore, 300, 850),
  // Each step is one raise, and no raise is greater than half as much again.
  ladder: ({ ladder }) =>
    between(ladder.length, 2, 12) &&
    ladder.every((percent) => between(percent, 1, 100)) &&
    isOrdered(ladder, (before, after) => before < after && after * 2n <= before * 3n),
  thinFilePercent: ({ thinFilePercent, ladder }) => ladder.includes(thinFilePercent),
  // A better score never carries less, and a limit stands on a step.
  percentFrom: ({ percentFrom, ladder }) =>
    between(percentFrom.length, 1, 12) &&
    percentFrom.every(([score, percent]) => between(score, 300, 850) && ladder.includes(percent)) &&
    isOrdered(percentFrom, (better, worse) => better[0] > worse[0] && better[1] >= worse[1]),
  // A better score never costs more.
  rateFrom: ({ rateFrom }) =>
    between(rateFrom.length, 1, 12) &&
    rateFrom.every(([score, rate]) => between(score, 300, 850) && between(rate, 0, mostRatePpm)) &&
    isOrdered(rateFrom, (better, worse) => better[0] > worse[0] && better[1] < worse[1]),
  highestRatePpm: ({ highestRatePpm, rateFrom }) =>
    between(highestRatePpm, 0, mostRatePpm) && rateFrom.every(([, rate]) => rate < highestRatePpm),
  representativeRatePpm: ({ representativeRatePpm, rateFrom, highestRatePpm }) =>
    [...rateFrom.map(([, rate]) => rate), highestRatePpm].includes(representativeRatePpm),
  pointsBeyondBorder: ({ pointsBeyondBorder }) => between(pointsBeyondBorder, 0, 50),
  mostRaisePercent: ({ mostRaisePercent }) => mostRaisePercent >= 1n && mostRaisePercent <= mostRaise,
  daysBetween: ({ daysBetween }) => between(daysBetween, 1, 365),
  // What got worse rests at least as long as what got better.
  daysAfterWorse: ({ daysAfterWorse, daysBetween }) => between(daysAfterWorse, daysBetween, 730),
  daysAfterDecline: ({ daysAfterDecline }) => between(daysAfterDecline, 1, 730),
  cleanMonths: ({ cleanMonths }) => between(cleanMonths, 0, 24),
  fullFromPercent: ({ fullFromPercent }) => between(fullFromPercent, 1, 100),
  cutFromDaysPastDue: ({ cutFromDaysPastDue }) => between(cutFromDaysPastDue, refusedFromDaysPastDue, 120),
  cutEveryDays: ({ cutEveryDays }) => between(cutEveryDays, 1, 120),
};

export const policyFields = Object.keys(rules) as PolicyField[];

/** The figures that cannot hold; none of a policy by which better scores never get worse terms. Pure. */
export function policyFaults(policy: TermsPolicy): PolicyField[] {
  return policyFields.filter((name) => !rules[name](policy));
}
