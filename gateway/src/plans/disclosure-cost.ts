import type { CalendarDate, Offset } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import { actuarialApr, effectiveApr, type Flow } from './apr.ts';
import {
  euInterval,
  euPeriodOf,
  singlePaymentPeriods,
  unitPeriodOf,
  unitPeriodsBetween,
  unitPeriodsPerYear,
} from './intervals.ts';
import type { AprMethod } from './markets.ts';

export type DisclosedInstallment = {
  number: number;
  dueDate: CalendarDate;
  amount: bigint;
  principal: bigint;
  interest: bigint;
};

/** What the shopper pays beside interest, such as for a guarantee. */
export type Charge = { amount: bigint; onDate: CalendarDate };

/** What a plan takes and gives, in minor units; a `PlanOffer` is one. */
export type OfferFacts = {
  currency: string;
  amount: bigint;
  downPayment: bigint;
  financed: bigint;
  installments: readonly DisclosedInstallment[];
  cadence: Offset;
  interest?: { annual_rate_ppm: number; shopper_rate_ppm: number };
  /** What of the interest the merchant pays. */
  subsidy?: bigint;
};

/** An offer whose credit is drawn on `startsOn`, with the charges beside its interest. */
export type DrawnOffer = { offer: OfferFacts; startsOn: CalendarDate; charges: readonly Charge[] };

export type Cost = {
  interest: bigint;
  charges: bigint;
  /** Interest and charges. */
  total: bigint;
  /** What is paid back in all: the credit and its cost. */
  payable: bigint;
};

export function costOf({ offer, charges }: DrawnOffer): Cost {
  const interest = sum(offer.installments.map((installment) => installment.interest));
  const charged = sum(charges.map(({ amount }) => amount));
  return {
    interest,
    charges: charged,
    total: interest + charged,
    payable: offer.financed + interest + charged,
  };
}

/** The offer's money over time, in minor units, with the intervals of Annex III counted from the drawdown. */
export function flowsOf({ offer, startsOn, charges }: DrawnOffer): Flow[] {
  const yearsTo = yearsFrom(startsOn, offer.cadence);
  return [
    { amount: offer.financed, years: 0 },
    ...offer.installments.map(({ amount, dueDate }) => ({ amount: -amount, years: yearsTo(dueDate) })),
    ...charges.map(({ amount, onDate }) => ({ amount: -amount, years: yearsTo(onDate) })),
  ];
}

/** What was found of an offer without charges: the rules of its market ask for it, and then what is shown of it. */
const found = new WeakMap<OfferFacts, { startsOn: CalendarDate; method: AprMethod; apr: number }>();

/**
 * The APR of an offer by the method of its market, in percent, not rounded. Without any cost it is 0. The offer may not be
 * changed afterwards.
 */
export function aprOf(drawn: DrawnOffer, method: AprMethod): number {
  const { offer, startsOn, charges } = drawn;
  const known = charges.length === 0 ? found.get(offer) : undefined;
  if (known && known.startsOn === startsOn && known.method === method) return known.apr;
  if (costOf(drawn).total === 0n) return 0;
  const apr = method === 'appendix_j' ? appendixJApr(drawn) : effectiveApr(flowsOf(drawn));
  if (charges.length === 0) found.set(offer, { startsOn, method, apr });
  return apr;
}

/**
 * The yearly rate without compounding (单利), in percent: the agreed rate, and the charges over the principal that is in
 * the shopper's hands, each day of it counted.
 */
export function simpleRateOf({ offer, startsOn, charges }: DrawnOffer): number {
  const agreed = (offer.interest?.shopper_rate_ppm ?? 0) / 10_000;
  const charged = Number(sum(charges.map(({ amount }) => amount)));
  if (charged === 0) return agreed;
  const yearsTo = yearsFrom(startsOn, offer.cadence);
  const principalYears = offer.installments.reduce(
    (total, { principal, dueDate }) => total + Number(principal) * yearsTo(dueDate),
    0,
  );
  return agreed + (100 * charged) / principalYears;
}

function yearsFrom(startsOn: CalendarDate, cadence: Offset): (date: CalendarDate) => number {
  const period = euPeriodOf(cadence);
  return (date) => euInterval(startsOn, date, period).years;
}

/** Charges at the drawdown are prepaid and lessen what is financed; later ones are payments (12 CFR 1026.18(b), .4). */
function appendixJApr({ offer, startsOn, charges }: DrawnOffer): number {
  const byDate = new Map<CalendarDate, bigint>();
  const payments = [
    ...offer.installments.map(({ amount, dueDate }) => ({ amount, onDate: dueDate })),
    ...charges,
  ];
  for (const { amount, onDate } of payments) byDate.set(onDate, (byDate.get(onDate) ?? 0n) + amount);
  const atOnce = byDate.get(startsOn) ?? 0n;
  byDate.delete(startsOn);
  const later = [...byDate];
  const amountFinanced = offer.financed - atOnce;
  const [only] = later;
  if (only && later.length === 1) {
    const { whole, fraction, unitPeriodsPerYear: perYear } = singlePaymentPeriods(startsOn, only[0]);
    return actuarialApr({
      amountFinanced,
      payments: [only[1]],
      unitPeriodsPerYear: perYear,
      wholeUnitPeriods: whole,
      oddFraction: fraction,
    });
  }
  const unit = unitPeriodOf(offer.cadence);
  const periods = later.map(([date]) => unitPeriodsBetween(startsOn, date, unit));
  return actuarialApr({
    amountFinanced,
    payments: later.map(([, amount]) => amount),
    unitPeriodsPerYear: unitPeriodsPerYear(unit),
    wholeUnitPeriods: periods.map(({ whole }) => whole),
    oddFraction: periods.map(({ fraction }) => fraction),
  });
}
