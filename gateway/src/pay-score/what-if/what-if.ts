import { sum } from '../../lib/money.ts';
import { decideAgain, figureAt } from './decide-again.ts';
import type { Decided, OtherPolicy } from './decided.ts';

/** Decisions that came out alike, and what became of their debts. Amounts are minor units. */
export type Approved = {
  count: number;
  amount: bigint;
  /** Of the plans that followed: what they come to, and how much of that was four or more days late. */
  debt: bigint;
  late: bigint;
  /** Mean of their yearly rates weighted by amount, in millionths; null where none bears interest. */
  meanRatePpm: number | null;
};

/** Who was declined and would not have been. How they would have paid nobody knows; the model's pd is an estimate. */
export type NewlyApproved = {
  count: number;
  amount: bigint;
  /** Those with a pd, their amount, and the part of it that would be missed in a next month by the model. */
  judged: number;
  judgedAmount: bigint;
  expectedLate: bigint;
};

export type WhatIf = {
  /** 'all', or a month `YYYY-MM`. */
  period: string;
  decisions: number;
  before: Approved;
  /** Approved then and by the other policy: what became of them is known. */
  kept: Approved;
  newlyDeclined: Approved;
  newlyApproved: NewlyApproved;
};

type Judged = { decided: Decided; approved: boolean };

/**
 * Past decisions of one currency by another policy: in all, then month by month. Pure. Decisions stand by themselves: a
 * limit that an order would have used up is not carried on to the next.
 */
export function whatIf(decisions: readonly Decided[], policy: OtherPolicy): WhatIf[] {
  const judged = decisions.map((decided) => ({ decided, approved: decideAgain(decided, policy) === null }));
  const months = [...new Set(decisions.map(({ month }) => month))].sort();
  return [
    periodOf('all', judged, policy),
    ...months.map((month) =>
      periodOf(
        month,
        judged.filter(({ decided }) => decided.month === month),
        policy,
      ),
    ),
  ];
}

function periodOf(period: string, judged: readonly Judged[], policy: OtherPolicy): WhatIf {
  const of = (before: boolean, after: boolean) =>
    judged
      .filter(({ decided, approved }) => (decided.declineCode === null) === before && approved === after)
      .map(({ decided }) => decided);
  const kept = of(true, true);
  const newlyDeclined = of(true, false);
  const asWas: OtherPolicy = { cut: policy.cut };
  return {
    period,
    decisions: judged.length,
    before: approvedOf([...kept, ...newlyDeclined], asWas),
    kept: approvedOf(kept, policy),
    newlyDeclined: approvedOf(newlyDeclined, asWas),
    newlyApproved: newlyApprovedOf(of(false, true)),
  };
}

function approvedOf(decisions: readonly Decided[], { annualRatePpm }: OtherPolicy): Approved {
  const priced = decisions.filter((decided) => decided.annualRatePpm !== null);
  const pricedAmount = sum(priced.map(({ amount }) => amount));
  const rateOf = (decided: Decided) =>
    annualRatePpm ? figureAt(annualRatePpm, decided.score) : (decided.annualRatePpm ?? 0);
  const weighted = sum(priced.map((decided) => decided.amount * BigInt(rateOf(decided))));
  return {
    count: decisions.length,
    amount: sum(decisions.map(({ amount }) => amount)),
    debt: sum(decisions.map(({ debt }) => debt ?? 0n)),
    late: sum(decisions.map(({ late }) => late ?? 0n)),
    meanRatePpm: pricedAmount === 0n ? null : Number(weighted / pricedAmount),
  };
}

function newlyApprovedOf(decisions: readonly Decided[]): NewlyApproved {
  const judged = decisions.filter(({ pd }) => pd !== null);
  return {
    count: decisions.length,
    amount: sum(decisions.map(({ amount }) => amount)),
    judged: judged.length,
    judgedAmount: sum(judged.map(({ amount }) => amount)),
    expectedLate: sum(judged.map(({ amount, pd }) => BigInt(Math.round(Number(amount) * (pd ?? 0))))),
  };
}
