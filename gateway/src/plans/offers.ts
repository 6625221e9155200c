import { addOffset, type CalendarDate, type Offset } from '../lib/dates.ts';
import { splitEqually, sum } from '../lib/money.ts';

export const planCodes = ['pay_after', 'pay_in_3', 'pay_in_4'] as const;

export type PlanCode = (typeof planCodes)[number];

export type OfferedInstallment = {
  number: number;
  /** Distance from the first capture; what is agreed. */
  offset: Offset;
  amount: bigint;
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
  /** The credit: the sum of the installments. */
  financed: bigint;
  /** What paying later costs on top of `amount`. */
  financeCharge: bigint;
  installments: OfferedInstallment[];
  /** The step between installments, at which those are appended that a late capture needs (money.md rule 2). */
  cadence: Offset;
};

type Terms = { code: PlanCode; parts: number; first: Offset; cadence: Offset };

/**
 * The interest-free plans for an order of `amount` minor units, shortest first. `firstPart` says whether the first of
 * several parts is an installment due at the first capture or a down payment at the checkout, which is not financed.
 * `payAfterDays` is the term of `pay_after`. A plan that would ask for a part of zero is not offered.
 */
export function offersFor(input: {
  amount: bigint;
  currency: string;
  shippedOn: CalendarDate;
  firstPart: 'capture' | 'checkout';
  payAfterDays?: 0 | 14 | 30;
}): PlanOffer[] {
  const { amount, currency, shippedOn, firstPart, payAfterDays = 30 } = input;
  const plans: Terms[] = [
    payAfterTerms(payAfterDays),
    { code: 'pay_in_3', parts: 3, first: { months: 0 }, cadence: { months: 1 } },
    { code: 'pay_in_4', parts: 4, first: { days: 0 }, cadence: { days: 14 } },
  ];
  return plans.flatMap((terms) => {
    const parts = splitEqually(amount, terms.parts).map((part, index) => ({
      amount: part,
      offset: repeatOffset(terms, index),
    }));
    if (parts.some((part) => part.amount <= 0n)) return [];
    const financedParts = firstPart === 'checkout' && parts.length > 1 ? parts.slice(1) : parts;
    const financed = sum(financedParts.map((part) => part.amount));
    return {
      code: terms.code,
      currency,
      amount,
      downPayment: amount - financed,
      financed,
      financeCharge: 0n,
      installments: financedParts.map((part, index) => ({
        number: index + 1,
        ...part,
        dueDate: addOffset(shippedOn, part.offset),
      })),
      cadence: terms.cadence,
    };
  });
}

/** One payment has no interval of its own: what a late capture adds follows after the same term, or the next day. */
function payAfterTerms(days: number): Terms {
  return { code: 'pay_after', parts: 1, first: { days }, cadence: { days: Math.max(days, 1) } };
}

function repeatOffset({ first, cadence }: Terms, times: number): Offset {
  return cadence.months === undefined
    ? { days: (first.days ?? 0) + (cadence.days ?? 0) * times }
    : { months: (first.months ?? 0) + cadence.months * times };
}
