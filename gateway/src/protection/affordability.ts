import { addDays, addOffset, type CalendarDate } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import type { Market } from '../plans/markets.ts';
import type { PlanOffer } from '../plans/offers.ts';
import type { KnownIncome } from '../shoppers/means.ts';
import type { Due, ProtectionFacts } from './facts.ts';
import { protectionRules, type Tier } from './rules.ts';

/** What dues are measured by. Amounts are minor units; `income` is that of a month. */
export type Measure =
  | { basis: 'declared' | 'evidenced'; income: bigint; mostInWindow: bigint; mostInMonth: bigint }
  /** Nobody knows the income: up to a small amount nobody has to. */
  | { basis: 'none'; mostInWindow: bigint };

/** What an offer would come to with everything else that falls due. `until` is the window's last day. */
export type Burden = {
  until: CalendarDate;
  inWindow: bigint;
  /** The income of the window, where it is known. */
  income: bigint | null;
  /** The month to which the offer adds and in which most falls due, as `2026-05`, with what falls due in it. */
  month: string;
  inMonth: bigint;
};

/** Why an offer is too much for the income, with the percent of it that would be bound. */
export type Excess =
  | { code: 'above_month'; month: string; percent: number; most: number }
  | { code: 'above_window'; until: CalendarDate; percent: number; most: number }
  /** More would fall due than may without an income, or with one of nothing. */
  | { code: 'above_allowance'; until: CalendarDate; due: bigint; allowance: bigint };

/** The measure of this shopper at this moment: what an outside party confirmed comes before what was declared. */
export function measureOf(
  facts: Pick<ProtectionFacts, 'means' | 'currency' | 'today'>,
  { market, tier, targetLimit }: { market: Market; tier: Tier; targetLimit: bigint },
): Measure {
  const known = knownIncome(facts);
  if (known) {
    const { basis, amount: income } = known;
    const share = protectionRules.share[basis];
    return {
      basis,
      income,
      mostInWindow: (income * protectionRules.windowMonths * share.window) / 100n,
      mostInMonth: (income * share.month) / 100n,
    };
  }
  const neededFrom = protectionRules.incomeAlwaysNeeded[market];
  const isNeeded = neededFrom !== undefined && facts.today >= neededFrom;
  return { basis: 'none', mostInWindow: isNeeded ? 0n : (targetLimit * tier.withoutIncomePermille) / 1000n };
}

/** The income that counts today in this currency, if one is known. */
export function knownIncome({
  means,
  currency,
  today,
}: Pick<ProtectionFacts, 'means' | 'currency' | 'today'>): KnownIncome | undefined {
  const { evidenced, declared } = means;
  if (evidenced?.currency === currency) return evidenced;
  if (declared?.currency !== currency) return undefined;
  return addOffset(declared.on, { months: protectionRules.declaredForMonths }) > today ? declared : undefined;
}

export function burdenOf(
  { dues, today }: Pick<ProtectionFacts, 'dues' | 'today'>,
  { offer, measure }: { offer: PlanOffer; measure: Measure },
): Burden {
  const until = addDays(today, protectionRules.windowDays);
  const added: Due[] = offer.installments
    .map(({ dueDate, amount }) => ({ on: dueDate, amount }))
    .filter(({ on }) => on <= until);
  const all = [...dues, ...added];
  const totals = [...new Set(added.map(({ on }) => monthOf(on)))].map((month) => ({
    month,
    inMonth: sum(all.filter(({ on }) => monthIn(on, today) === month).map(({ amount }) => amount)),
  }));
  const [fullest = { month: monthOf(today), inMonth: 0n }] = totals.toSorted((a, b) =>
    a.inMonth === b.inMonth ? (a.month < b.month ? -1 : 1) : a.inMonth > b.inMonth ? -1 : 1,
  );
  return {
    until,
    inWindow: sum(all.map(({ amount }) => amount)),
    income: measure.basis === 'none' ? null : measure.income * protectionRules.windowMonths,
    ...fullest,
  };
}

/** What makes an offer too much, or null when it fits. The month is told where both are too much: it is the tighter one. */
export function excessOf(burden: Burden, measure: Measure): Excess | null {
  const { until, inWindow, month, inMonth } = burden;
  if (measure.basis === 'none' || measure.income === 0n) {
    const allowance = measure.mostInWindow;
    return inWindow > allowance ? { code: 'above_allowance', until, due: inWindow, allowance } : null;
  }
  const { window: mostOfWindow, month: mostOfMonth } = protectionRules.share[measure.basis];
  if (inMonth > measure.mostInMonth) {
    const percent = percentOf(inMonth, measure.income);
    return { code: 'above_month', month, percent, most: Number(mostOfMonth) };
  }
  if (inWindow > measure.mostInWindow) {
    const percent = percentOf(inWindow, measure.income * protectionRules.windowMonths);
    return { code: 'above_window', until, percent, most: Number(mostOfWindow) };
  }
  return null;
}

/** Whether so much of the income is bound that the shopper is told before they agree. */
export function isLargeShare({ income, inWindow }: Burden): boolean {
  return income !== null && inWindow * 100n >= income * protectionRules.warnFromPercent;
}

/** Whole percents, rounded up: what is above a border never reads as if it were on it. */
export function percentOf(part: bigint, whole: bigint): number {
  return Number((part * 100n + whole - 1n) / whole);
}

export function monthOf(date: CalendarDate): string {
  return date.slice(0, 7);
}

/** The month to which a due date counts: what is overdue is to be paid now. */
export function monthIn(on: CalendarDate, today: CalendarDate): string {
  return monthOf(on < today ? today : on);
}
