import { addOffset, type CalendarDate, type Offset } from '../lib/dates.ts';
import { divideHalfEven, splitEqually, sum } from '../lib/money.ts';
import { fitsRules } from './ceilings.ts';
import type { MarketRules } from './markets.ts';
import { largestFinanced, type Programme, type ProgrammeCode, smallestMonthly } from './programmes.ts';
import { projectSchedule } from './projection.ts';
import type { DayCount, InterestTerms } from './terms.ts';

/** The plans that pay for an order, shortest first. */
export const orderPlanCodes = [
  'pay_after',
  'pay_in_3',
  'pay_in_4',
  'monthly_3',
  'monthly_6',
  'monthly_12',
  'monthly_24',
  'monthly_36',
] as const;

export type OrderPlanCode = (typeof orderPlanCodes)[number];

export const planCodes = [...orderPlanCodes, 'cash_draw'] as const;

export type PlanCode = (typeof planCodes)[number];

/** The plans that bear interest, with the months they run: a merchant may pay the interest of some. */
export const monthlyPlans = {
  monthly_3: 3,
  monthly_6: 6,
  monthly_12: 12,
  monthly_24: 24,
  monthly_36: 36,
} as const satisfies Partial<Record<OrderPlanCode, number>>;

export type MonthlyPlanCode = keyof typeof monthlyPlans;

export const monthlyPlanCodes = Object.keys(monthlyPlans) as MonthlyPlanCode[];

export type OfferedInstallment = {
  number: number;
  /** Distance from the first capture; what is agreed. */
  offset: Offset;
  /** `principal` and `interest`: what the shopper pays. */
  amount: bigint;
  principal: bigint;
  interest: bigint;
  /** The date when the goods ship on the day of the offer. */
  dueDate: CalendarDate;
};

/** A plan that a shopper may choose. Amounts are minor units of `currency`. */
export type PlanOffer = {
  code: PlanCode;
  currency: string;
  /** The order's total: `downPayment` + `financed`. */
  amount: bigint;
  /** Taken from the card as the goods ship; not credit. */
  downPayment: bigint;
  /** The credit: the sum of the installments' principal. */
  financed: bigint;
  /** What paying later costs the shopper on top of `amount`. */
  financeCharge: bigint;
  /** The interest that the merchant pays for the shopper when the goods ship on the day of the offer. */
  subsidy: bigint;
  /** Absent from plans that never bear any. */
  interest?: InterestTerms;
  /** The day of the month on which installments fall due, where one was chosen. */
  repaymentDay?: number;
  programme?: ProgrammeCode;
  installments: OfferedInstallment[];
  /** The step between installments, at which those are appended that a late capture needs (money.md rule 2). */
  cadence: Offset;
};

export type OfferInput = {
  amount: bigint;
  currency: string;
  shippedOn: CalendarDate;
  /**
   * Whether the first of several interest-free parts is an installment due at the first capture or a down payment at the
   * checkout, which is not financed.
   */
  firstPart: 'capture' | 'checkout';
  /**
   * What of the amount, in whole percents, is to be paid at the checkout as the first of several interest-free parts; the
   * other parts are equal.
   */
  downPercent?: number | undefined;
  /** The term of `pay_after`; the programme's where it is absent. */
  payAfterDays?: 0 | 14 | 30 | undefined;
  /** Which plans there are and up to what amount; without one, the interest-free ones of any amount. */
  programme?: Programme | undefined;
  /** What the plans by the month cost a year, in millionths. Without it there are none. */
  annualRatePpm?: number | undefined;
  dayCount?: DayCount | undefined;
  /** Of the market in which it is sold; without them nothing is refused by law. */
  rules?: MarketRules | undefined;
  /** What of the interest the merchant pays: whole percents by plan code. */
  subsidies?: Readonly<Record<string, number>> | undefined;
  /** The day of the month on which plans by the month fall due: 1 to 28. */
  repaymentDay?: number | undefined;
};

type Terms = { parts: number; first: Offset; cadence: Offset };

const interestFreePlans = ['pay_after', 'pay_in_3', 'pay_in_4'] as const satisfies readonly OrderPlanCode[];

/**
 * The plans for an order of `amount` minor units: what costs the shopper nothing first, and each kind with the shortest
 * first. A plan that would ask for a part of zero is not offered, nor is one that the programme does not have, or not for
 * so much, or that the rules of the market refuse.
 */
export function offersFor(input: OfferInput): PlanOffer[] {
  const { programme, currency, rules, shippedOn } = input;
  const codes: readonly OrderPlanCode[] = programme?.plans ?? interestFreePlans;
  const offers = codes.flatMap((code) => {
    const made = isMonthly(code) ? monthlyOffer(input, code) : interestFreeOffer(input, code);
    if (!made || (programme && made.financed > largestFinanced(programme, currency))) return [];
    const offer = programme ? { ...made, programme: programme.code } : made;
    return rules && !fitsRules(rules, offer, shippedOn) ? [] : [offer];
  });
  const isFree = (offer: PlanOffer): boolean => offer.financeCharge === 0n;
  return [...offers.filter(isFree), ...offers.filter((offer) => !isFree(offer))];
}

/**
 * A plan of `periods` installments by the month on `amount` of credit, the first a month after `startsOn` unless a
 * repayment day moves it.
 */
export function offerByMonth(input: {
  code: PlanCode;
  amount: bigint;
  currency: string;
  startsOn: CalendarDate;
  periods: number;
  terms: InterestTerms;
  repaymentDay?: number | undefined;
}): PlanOffer {
  const { code, amount, currency, terms, repaymentDay } = input;
  const cadence = { months: 1 };
  const projected = projectSchedule({ ...input, cadence });
  return {
    code,
    currency,
    amount,
    downPayment: 0n,
    financed: amount,
    financeCharge: sum(projected.map(({ interest }) => interest)),
    subsidy: sum(projected.map(({ subsidised }) => subsidised)),
    interest: terms,
    ...(repaymentDay !== undefined && { repaymentDay }),
    installments: projected.map(({ number, offset, principal, interest, dueDate }) => ({
      number,
      offset,
      amount: principal + interest,
      principal,
      interest,
      dueDate,
    })),
    cadence,
  };
}

/** What the shopper pays of a yearly rate, in millionths, when the merchant pays `percent` of it. */
export function shopperRateOf(annualRatePpm: number, percent: number): number {
  return Number(divideHalfEven(BigInt(annualRatePpm) * BigInt(100 - percent), 100n));
}

function isMonthly(code: OrderPlanCode): code is MonthlyPlanCode {
  return Object.hasOwn(monthlyPlans, code);
}

function monthlyOffer(input: OfferInput, code: MonthlyPlanCode): PlanOffer | undefined {
  const { amount, currency, annualRatePpm, programme, shippedOn, repaymentDay } = input;
  if (annualRatePpm === undefined || amount < smallestMonthly(currency)) return undefined;
  return offerByMonth({
    code,
    amount,
    currency,
    startsOn: shippedOn,
    periods: monthlyPlans[code],
    terms: {
      annual_rate_ppm: annualRatePpm,
      shopper_rate_ppm: shopperRateOf(annualRatePpm, input.subsidies?.[code] ?? 0),
      method: programme?.method ?? 'annuity',
      day_count: input.dayCount ?? '30/360',
    },
    repaymentDay,
  });
}

function interestFreeOffer(
  input: OfferInput,
  code: (typeof interestFreePlans)[number],
): PlanOffer | undefined {
  const { amount, currency, shippedOn, firstPart, downPercent } = input;
  const terms = termsOf(code, input.payAfterDays ?? input.programme?.payAfterDays ?? 30);
  const parts = partsOf(amount, terms.parts, downPercent).map((part, index) => ({
    amount: part,
    offset: repeatOffset(terms, index),
  }));
  if (parts.some((part) => part.amount <= 0n)) return undefined;
  const isDown = parts.length > 1 && (firstPart === 'checkout' || downPercent !== undefined);
  const financedParts = isDown ? parts.slice(1) : parts;
  const financed = sum(financedParts.map((part) => part.amount));
  return {
    code,
    currency,
    amount,
    downPayment: amount - financed,
    financed,
    financeCharge: 0n,
    subsidy: 0n,
    installments: financedParts.map((part, index) => ({
      number: index + 1,
      ...part,
      principal: part.amount,
      interest: 0n,
      dueDate: addOffset(shippedOn, part.offset),
    })),
    cadence: terms.cadence,
  };
}

/** Equal parts, or a first one of so many percent and the others equal. One payment is never parted. */
function partsOf(amount: bigint, count: number, downPercent: number | undefined): bigint[] {
  if (count === 1 || downPercent === undefined) return splitEqually(amount, count);
  const down = downOf(amount, downPercent);
  return [down, ...splitEqually(amount - down, count - 1)];
}

/** What a first part of so many percent comes to, in minor units. */
export function downOf(amount: bigint, downPercent: number): bigint {
  return divideHalfEven(amount * BigInt(downPercent), 100n);
}

function termsOf(code: (typeof interestFreePlans)[number], payAfterDays: number): Terms {
  const terms: Record<typeof code, Terms> = {
    // One payment has no interval of its own: what a late capture adds follows after the same term, or the next day.
    pay_after: { parts: 1, first: { days: payAfterDays }, cadence: { days: Math.max(payAfterDays, 1) } },
    pay_in_3: { parts: 3, first: { months: 0 }, cadence: { months: 1 } },
    pay_in_4: { parts: 4, first: { days: 0 }, cadence: { days: 14 } },
  };
  return terms[code];
}

function repeatOffset({ first, cadence }: Terms, times: number): Offset {
  return cadence.months === undefined
    ? { days: (first.days ?? 0) + (cadence.days ?? 0) * times }
    : { months: (first.months ?? 0) + cadence.months * times };
}
