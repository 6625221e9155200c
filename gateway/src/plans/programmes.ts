import type { Currency } from '../lib/money.ts';
import { digitsOf } from '../lib/money.ts';
import type { OrderPlanCode } from './offers.ts';
import type { InterestTerms } from './terms.ts';

/** What is sold, and where: it decides which plans fit the purchase. */
export const programmeCodes = ['retail', 'dining', 'travel', 'education', 'medical', 'in_store'] as const;

export type ProgrammeCode = (typeof programmeCodes)[number];

/** Where the shopper stands: before a page of the shop, or at its counter. */
export const channels = ['online', 'in_store'] as const;

export type Channel = (typeof channels)[number];

export type Programme = {
  code: ProgrammeCode;
  /** The plans that fit what is bought, in the order in which they are shown. */
  plans: readonly OrderPlanCode[];
  /** The most that may be financed, in steps of `stepUnits`. */
  largestSteps: bigint;
  method: InterestTerms['method'];
  /** How a refund shortens the plan: what is used up over time is refunded pro rata. */
  refundPolicy: 'from_last' | 'pro_rata';
  /** The term of `pay_after` where the merchant does not ask for another. */
  payAfterDays: 0 | 14 | 30;
  /** Only for people whose birth date is known, and who are of age. */
  needsAdult: boolean;
};

/**
 * About 500 yuan in whole units of each currency: the smallest amount that is worth monthly installments, and the measure
 * of the programmes' caps.
 */
const stepUnits: Record<Currency, bigint> = {
  CNY: 500n,
  EUR: 60n,
  GBP: 55n,
  USD: 70n,
  JPY: 10_000n,
  KWD: 21n,
};

const retail: Programme = {
  code: 'retail',
  plans: ['pay_after', 'pay_in_3', 'pay_in_4', 'monthly_3', 'monthly_6', 'monthly_12', 'monthly_24'],
  largestSteps: 100n,
  method: 'annuity',
  refundPolicy: 'from_last',
  payAfterDays: 30,
  needsAdult: false,
};

/**
 * The programmes. A course or a treatment is used up month by month, so what is owed falls by equal principal or a refund
 * shortens every payment; a meal is eaten at once, so it is not paid for over months. Students are not lent to: who pays
 * for a course is an adult whose identity is known, and declares in the agreement not to be a student.
 */
export const programmes: Record<ProgrammeCode, Programme> = {
  retail,
  dining: { ...retail, code: 'dining', plans: ['pay_after'], largestSteps: 4n, payAfterDays: 14 },
  travel: {
    ...retail,
    code: 'travel',
    plans: ['pay_after', 'pay_in_3', 'pay_in_4', 'monthly_3', 'monthly_6', 'monthly_12'],
    refundPolicy: 'pro_rata',
  },
  education: {
    ...retail,
    code: 'education',
    plans: ['pay_in_3', 'monthly_6', 'monthly_12', 'monthly_24', 'monthly_36'],
    method: 'equal_principal',
    refundPolicy: 'pro_rata',
    needsAdult: true,
  },
  medical: {
    ...retail,
    code: 'medical',
    plans: ['pay_after', 'pay_in_3', 'monthly_3', 'monthly_6', 'monthly_12', 'monthly_24', 'monthly_36'],
    refundPolicy: 'pro_rata',
  },
  in_store: {
    ...retail,
    code: 'in_store',
    plans: ['pay_after', 'pay_in_3', 'pay_in_4', 'monthly_3', 'monthly_6'],
    largestSteps: 20n,
    payAfterDays: 14,
  },
};

/** The programme of a purchase: that of the counter in a shop, else that of what the merchant sells. */
export function programmeOf(merchant: { category: string }, channel: Channel): Programme {
  if (channel === 'in_store') return programmes.in_store;
  const code = programmeCodes.find((candidate) => candidate === merchant.category);
  return programmes[code ?? 'retail'];
}

/** The smallest amount, in minor units, that can be paid by the month. */
export function smallestMonthly(currency: Currency): bigint {
  return (stepUnits[currency] ?? 0n) * 10n ** BigInt(digitsOf(currency));
}

/** The most that a programme finances, in minor units. */
export function largestFinanced(programme: Programme, currency: Currency): bigint {
  return smallestMonthly(currency) * programme.largestSteps;
}
