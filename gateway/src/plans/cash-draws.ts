import type { CalendarDate } from '../lib/dates.ts';
import { fitsRules } from './ceilings.ts';
import type { MarketRules } from './markets.ts';
import { monthlyPlans, offerByMonth, type PlanOffer } from './offers.ts';

/** Over how many months a cash draw is paid back: the same as a plan by the month. */
export const drawMonths: readonly number[] = Object.values(monthlyPlans);

/**
 * Cash of `amount` minor units on `startsOn`, paid back by the month at `annualRatePpm` millionths a year; undefined
 * where the market's rules do not let it be offered, in this amount, over so many months or at this rate.
 */
export function drawOffer(input: {
  amount: bigint;
  currency: string;
  startsOn: CalendarDate;
  months: number;
  annualRatePpm: number;
  rules: MarketRules;
}): PlanOffer | undefined {
  const { amount, currency, startsOn, months, annualRatePpm, rules } = input;
  const range = rules.cashDraw.value;
  if (range?.currency !== currency || amount < range.least || amount > range.most) return undefined;
  if (!drawMonths.includes(months)) return undefined;
  const offer = offerByMonth({
    code: 'cash_draw',
    amount,
    currency,
    startsOn,
    periods: months,
    terms: {
      annual_rate_ppm: annualRatePpm,
      shopper_rate_ppm: annualRatePpm,
      method: 'annuity',
      day_count: '30/360',
    },
  });
  return fitsRules(rules, offer, startsOn) ? offer : undefined;
}
