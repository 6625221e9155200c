import type { CalendarDate } from '../lib/dates.ts';
import { isCurrency, maxOf, minOf, proportion } from '../lib/money.ts';
import type { Flow } from './apr.ts';
import { type LateFeeTerms, type Market, marketRules, type MarketRules } from './market-rules.ts';

export type { AprMethod, Figure, LateFeeTerms, Market, MarketRules } from './market-rules.ts';

/** Regulation Z counts Puerto Rico and the territories among the states (12 CFR 1026.2(a)(26)). */
const usCountries = new Set(['US', 'PR', 'GU', 'VI', 'AS', 'MP']);

/**
 * The market of a shopper in `country`, ISO 3166-1 alpha-2 in upper case. A country that has no rules here gets those of
 * the EU and its economic area: the only ones that grant, whatever the price of the credit, the form before consent, an
 * APR that leaves no cost out, and the rights to withdraw and to repay early. Whoever lends there has to look at its law
 * first; the strictest block is the safest start. Throws a RangeError for what is not a country code.
 */
export function marketOf(country: string): Market {
  if (!/^[A-Z]{2}$/.test(country)) throw new RangeError(`${country} is not a country code`);
  if (country === 'CN') return 'CN';
  if (country === 'GB' || country === 'UK') return 'UK';
  return usCountries.has(country) ? 'US' : 'EU';
}

/** Whose currency is whose: where nothing is bought, the money that is lent says which market's rules hold. */
const marketOfMoney: Readonly<Record<string, Market>> = { CNY: 'CN', GBP: 'UK', USD: 'US' };

/** The market of credit in `currency` that pays for no purchase. Other money follows the strictest block, the EU's. */
export function marketOfCurrency(currency: string): Market {
  return marketOfMoney[currency] ?? 'EU';
}

/** A yearly rate, in millionths, brought into the range that the market's rules allow to be asked. */
export function rateWithin(rules: MarketRules, annualRatePpm: number): number {
  const { least, most } = rules.nominalRatePpm.value;
  return Math.min(most, Math.max(least, annualRatePpm));
}

/** The rules of `market` that hold for what is agreed on `date`. */
export function rulesFor(market: Market, date: CalendarDate): MarketRules {
  const [first, ...later] = marketRules[market];
  return later.reduce((rules, next) => (next.from <= date ? next : rules), first);
}

/** What lateness costs in `currency`, in the form that a plan keeps. */
export function lateFeeTerms(rules: MarketRules, currency: string): LateFeeTerms {
  const { amounts, graceDays, mostPercent } = rules.lateFee.value;
  const amount = isCurrency(currency) ? amounts[currency] : undefined;
  if (amount === undefined) throw new RangeError(`no late fee is set for ${currency}`);
  return { amount, grace_days: graceDays, most_percent: mostPercent };
}

/**
 * The late fee for an installment of `installmentAmount` minor units: the agreed amount, at most the agreed part of the
 * installment (rounded half to even), and never so much that all costs together pass the market's ceiling. `flows` are
 * those of the plan so far and as it stands (amounts in minor units), `years` the time of the fee on their scale.
 * 0 when there is no room: then no fee is charged.
 */
export function lateFeeFor(input: {
  rules: MarketRules;
  terms: LateFeeTerms;
  installmentAmount: bigint;
  flows: readonly Flow[];
  years: number;
}): bigint {
  const { rules, terms, installmentAmount, flows, years } = input;
  const part = proportion(installmentAmount, BigInt(terms.most_percent), 100n);
  const agreed = minOf(BigInt(terms.amount), part);
  const ceiling = rules.allInCeilingPercent?.value;
  return ceiling === undefined ? agreed : minOf(agreed, roomUnder(ceiling, flows, years));
}

/** What may still be charged after `years` without the flows costing more than `ceilingPercent` a year, in whole minor units. */
export function roomUnder(ceilingPercent: number, flows: readonly Flow[], years: number): bigint {
  const growth = 1 + ceilingPercent / 100;
  const room = flows.reduce((total, flow) => total + Number(flow.amount) * growth ** (years - flow.years), 0);
  return maxOf(0n, BigInt(Math.floor(room)));
}

/**
 * The most installments that a plan may come to by later captures, or null when none is set: beyond it an
 * interest-free plan would need what was not shown before consent (US: the fifth one), or could not be offered (UK).
 */
export function mostInstallments(
  rules: MarketRules,
  plan: { installments: number; interestFree: boolean },
): number | null {
  const most = rules.interestFreeMost?.value;
  if (!most || !plan.interestFree) return null;
  return plan.installments > most.installments && most.beyond === 'disclosed' ? null : most.installments;
}
