import { digitsOf, type Currency } from '../lib/money.ts';
import { graceDays } from './characteristics.ts';

/** The rules that turn a score into a limit, a rate and a refusal; stored with each assessment and each change of terms. */
export const policyVersion = '2026-11-3';

/** Below this score no new plan is made, where no other policy was approved. */
export const lowestScore = 480;

/** From this many days past due on, an open debt comes first; one to three days are grace. */
export const refusedFromDaysPastDue = graceDays + 1;

const representativeRatePpm = 144_000;

/** Target limits in whole units of the currency: about 20,000 yuan. */
const targetUnits: Record<Currency, bigint> = {
  CNY: 20_000n,
  EUR: 2_500n,
  GBP: 2_200n,
  USD: 2_800n,
  JPY: 400_000n,
  KWD: 850n,
};

/** Where a shopper's limit may grow to, in minor units. */
export function targetLimitOf(currency: Currency): bigint {
  return (targetUnits[currency] ?? 0n) * 10n ** BigInt(digitsOf(currency));
}

/**
 * How limits and prices follow score and behaviour. Good news comes a step at a time and with rests, so that nobody gets
 * a large limit by a short show of good manners; bad news comes at once.
 */
export type TermsPolicy = {
  version: string;
  /** Below this score no new plan is made. */
  lowestScore: number;
  /** The rate that a shopper begins with whom nobody knows: what examples for everybody are reckoned with. */
  representativeRatePpm: number;
  /** Percent of the target that a limit may stand at; each is at most half as much again as the one before. */
  ladder: readonly bigint[];
  /** The most, in percent of the target, that a file carries while it is thin, whatever its score. */
  thinFilePercent: bigint;
  /** The most, in percent of the target, from this score on, the best first; below them all the lowest of the ladder. */
  percentFrom: readonly (readonly [score: number, percent: bigint])[];
  /** The yearly rate, in millionths, from this score on, the best first; below them all the highest. */
  rateFrom: readonly (readonly [score: number, annualRatePpm: number])[];
  highestRatePpm: number;
  /** Terms get better only so many points beyond a border, and worse at the border: a score beside it moves nothing. */
  pointsBeyondBorder: number;
  /** The most that one raise adds, in percent of the limit. */
  mostRaisePercent: bigint;
  /** Days from one betterment to the next; days of rest after a change for the worse, and after a raise was declined. */
  daysBetween: number;
  daysAfterWorse: number;
  daysAfterDecline: number;
  /** Whole months without a late day before terms get better again. */
  cleanMonths: number;
  /** Whose line is used up to this part, in percent, is not lent more. */
  fullFromPercent: bigint;
  /** From so many days past due the limit falls a step, and another one each time so many more days have passed. */
  cutFromDaysPastDue: number;
  cutEveryDays: number;
};

/**
 * The policy that comes with the gateway, in force where no other was approved (`policyOf`). A change of any figure here is
 * a new version.
 */
export const termsPolicy: TermsPolicy = {
  version: policyVersion,
  lowestScore,
  representativeRatePpm,
  ladder: [10n, 15n, 20n, 30n, 40n, 55n, 75n, 100n],
  thinFilePercent: 10n,
  percentFrom: [
    [700, 100n],
    [660, 75n],
    [620, 55n],
    [580, 40n],
    [lowestScore, 20n],
  ],
  rateFrom: [
    [700, 72_000],
    [660, 90_000],
    [620, 108_000],
    [580, 126_000],
    [540, representativeRatePpm],
  ],
  highestRatePpm: 180_000,
  pointsBeyondBorder: 10,
  mostRaisePercent: 50n,
  daysBetween: 30,
  daysAfterWorse: 60,
  daysAfterDecline: 180,
  cleanMonths: 2,
  fullFromPercent: 90n,
  cutFromDaysPastDue: 31,
  cutEveryDays: 30,
};
