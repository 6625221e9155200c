import { digitsOf, type Currency } from '../lib/money.ts';
import { type Characteristics, graceDays } from './characteristics.ts';

/** The rules that turn a score into a limit, a rate and a refusal; stored with each assessment. */
export const policyVersion = '2026-11-2';

/** Below this score no new plan is made. */
export const lowestScore = 480;

/** From this many days past due on, an open debt comes first; one to three days are grace. */
export const refusedFromDaysPastDue = graceDays + 1;

/** A file is thin until this many installments have been repaid. */
const fullFileInstallments = 3;

/** Part of the target limit, in percent, from this score on; a thin file has a tenth whatever its score. */
const limitSteps: readonly (readonly [fromScore: number, percent: bigint])[] = [
  [700, 100n],
  [660, 75n],
  [620, 55n],
  [580, 35n],
  [0, 20n],
];
const thinFilePercent = 10n;

/** Target limits in whole units of the currency: about 20,000 yuan. */
const targetUnits: Record<Currency, bigint> = {
  CNY: 20_000n,
  EUR: 2_500n,
  GBP: 2_200n,
  USD: 2_800n,
  JPY: 400_000n,
  KWD: 850n,
};

/** The yearly rate, in millionths, from this score on: the better the score, the cheaper. Below them all it is the highest. */
const rateSteps: readonly (readonly [fromScore: number, annualRatePpm: number])[] = [
  [700, 72_000],
  [660, 90_000],
  [620, 108_000],
  [580, 126_000],
  [540, 144_000],
];
const highestRatePpm = 180_000;

/** The rate that a shopper begins with whom nobody knows: what examples for everybody are reckoned with. */
export const representativeRatePpm = 144_000;

/** What a plan with interest costs a year at this score, in millionths, when the funder asks for no more and no less. */
export function annualRateOf(score: number): number {
  return rateSteps.find(([fromScore]) => score >= fromScore)?.[1] ?? highestRatePpm;
}

/** Where a shopper's limit may grow to, in minor units. */
export function targetLimitOf(currency: Currency): bigint {
  return (targetUnits[currency] ?? 0n) * 10n ** BigInt(digitsOf(currency));
}

/** The limit that this score and history carry, in minor units. */
export function limitOf(input: { score: number; facts: Characteristics; targetLimit: bigint }): bigint {
  if (input.facts.repaidInstallments < fullFileInstallments)
    return (input.targetLimit * thinFilePercent) / 100n;
  const [, percent] = limitSteps.find(([fromScore]) => input.score >= fromScore) ?? [0, thinFilePercent];
  return (input.targetLimit * percent) / 100n;
}
