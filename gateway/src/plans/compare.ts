import type { CalendarDate } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import { roundApr } from './apr.ts';
import { aprOf, simpleRateOf } from './disclosure-cost.ts';
import type { MarketRules } from './markets.ts';
import type { PlanOffer } from './offers.ts';

/** One way to borrow, with everything that it costs. Amounts are minor units, rates percent a year as they are shown. */
export type Compared<Funder> = {
  funder: Funder;
  offer: PlanOffer;
  payments: number;
  /** What most payments are, and the last one, which takes what rounding leaves. */
  payment: bigint;
  lastPayment: bigint;
  interest: bigint;
  /** The yearly rate without compounding (单利), and the yearly cost by the method of the market (IRR or APR). */
  simpleRate: number;
  apr: number;
  /** What is paid back in all. */
  payable: bigint;
  firstDue: CalendarDate;
  lastDue: CalendarDate;
};

/**
 * Ways to borrow the same amount side by side, the cheapest in all first; of two that cost the same, the shorter, then
 * the one that was named first. `startsOn` is the day on which the money is lent.
 */
export function compareOffers<Funder>(
  ways: readonly { funder: Funder; offer: PlanOffer }[],
  { rules, startsOn }: { rules: MarketRules; startsOn: CalendarDate },
): Compared<Funder>[] {
  const compared = ways.flatMap(({ funder, offer }): Compared<Funder>[] => {
    const { installments } = offer;
    const [first] = installments;
    const last = installments.at(-1);
    if (!first || !last) return [];
    const drawn = { offer, startsOn, charges: [] };
    const shown = (percent: number): number => roundApr(percent, rules.aprDecimals.value);
    return [
      {
        funder,
        offer,
        payments: installments.length,
        payment: first.amount,
        lastPayment: last.amount,
        interest: sum(installments.map(({ interest }) => interest)),
        simpleRate: shown(simpleRateOf(drawn)),
        apr: shown(aprOf(drawn, rules.aprMethod.value)),
        payable: sum(installments.map(({ amount }) => amount)),
        firstDue: first.dueDate,
        lastDue: last.dueDate,
      },
    ];
  });
  return compared.toSorted((a, b) =>
    a.payable === b.payable ? a.payments - b.payments : a.payable < b.payable ? -1 : 1,
  );
}
