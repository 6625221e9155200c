import type { CalendarDate } from '../../src/lib/dates.ts';
import { firstBinding } from '../../src/pay-score/binding.ts';
import type { Characteristics } from '../../src/pay-score/characteristics.ts';
import { historyOf } from '../../src/pay-score/history.ts';
import { monthEndAfter, monthsLookedAt, type ScoreMonth } from '../../src/pay-score/months.ts';
import { lowestScore, refusedFromDaysPastDue, targetLimitOf } from '../../src/pay-score/policy.ts';
import { fullFileInstallments, type PayScore, scoreFrom } from '../../src/pay-score/score-now.ts';
import { chargeOffDays } from '../../src/plans/delinquency.ts';
import { openingTerms, type ReviewFacts, reviewTerms, type Terms } from '../../src/standing/limit-policy.ts';
import { amountOf, type Installment, installmentsFor, spread, sumOf } from './debts.ts';
import { type CardMonth, missedFrom } from './donors.ts';

/** The book is one of yuan: there raises are applied, not offered. Amounts are fen. */
const currency = 'CNY';
const targetLimit = targetLimitOf(currency);
const binding = firstBinding(currency);
const firstMonth: CalendarDate = '2026-01-31';
/** Nobody asks for less than this. */
const leastOrder = 100_00;
const daysOfMonth = 30;
/** Installments fall due in the middle of a month; at its end they are so many days past due. */
const daysToMonthEnd = 15;

/** A shopper with us: nothing is known of them before their first order but how they treat their card. */
export type Life = {
  installments: Installment[];
  /** The closed months since the first order that a score looks at, the newest first. */
  months: ScoreMonth[];
  terms: Terms | null;
  facts: Characteristics;
  openedIn: number;
  lastLateIn: number | null;
  /** Months in which the terms last changed in each way. */
  changed: Record<'raise' | 'cut' | 'cheaper' | 'dearer', number | null>;
  chargedOff: boolean;
};

/** What a month brought with one shopper, in fen. */
export type MonthOfLife = {
  wanted: number;
  /** What was lent; 0 when nothing was wanted, or all was refused. */
  lent: number;
  interest: number;
  chargedOff: number;
};

export function startLife(): Life {
  return {
    installments: [],
    months: [],
    terms: null,
    facts: {
      repaidInstallments: 0,
      dueInstallments: 0,
      paidOnTime: 0,
      paidEarly: 0,
      daysPastDue: 0,
      tenureDays: 0,
      openPlans: 0,
      utilisationPercent: null,
    },
    openedIn: 0,
    lastLateIn: null,
    changed: { raise: null, cut: null, cheaper: null, dearer: null },
    chargedOff: false,
  };
}

/**
 * One month: dues are paid as the card's were, then the shopper asks for what brings their debt to the part of our limit
 * that they owed of their card's, the month is closed, and the line reviewed. `cut` is the least score of the full model;
 * a thin file has the policy's.
 */
export function liveMonth(life: Life, card: CardMonth, input: { month: number; cut: number }): MonthOfLife {
  const { month } = input;
  if (life.chargedOff) return { wanted: 0, lent: 0, interest: 0, chargedOff: 0 };
  const paid = pay(life, card, month);
  const { wanted, lent } = order(life, card, input);
  const chargedOff = closeMonth(life, { month, paid: paid.amount, isLate: paid.late, lent });
  if (life.terms && !life.chargedOff) review(life, life.terms, month, paid.onTime);
  return { wanted, lent, interest: paid.interest, chargedOff };
}

/** The score that a decision or a review of this moment begins with. */
function scoreOf({ facts, months }: Life): PayScore {
  const history =
    facts.repaidInstallments < fullFileInstallments ? null : historyOf(months, { binding, targetLimit });
  return scoreFrom({ ownHistory: facts, history, binding: history && binding, evidence: null });
}

function order(
  life: Life,
  card: CardMonth,
  { month, cut }: { month: number; cut: number },
): { wanted: number; lent: number } {
  const score = scoreOf(life);
  const terms = life.terms ?? openingTerms({ targetLimit, ceiling: null, score: score.score });
  const limit = Number(terms.limit);
  const owed = sumOf(life.installments);
  const wanted = Math.round(card.used * limit) - owed;
  if (wanted < leastOrder) return { wanted: 0, lent: 0 };
  const amount = Math.min(wanted, limit - owed);
  const least = score.scoredBy === 'full_model' ? cut : lowestScore;
  const isLate = life.facts.daysPastDue >= refusedFromDaysPastDue;
  if (isLate || score.score < least || score.refused || amount < leastOrder) return { wanted, lent: 0 };
  if (!life.terms) life.openedIn = month;
  life.terms = terms;
  const count = installmentsFor(card.paidRatio);
  const { annualRatePpm } = terms;
  life.installments = [...life.installments, ...spread(amount, count, { month, plan: month, annualRatePpm })];
  return { wanted, lent: amount };
}

type Paid = { amount: number; interest: number; onTime: number; late: boolean };

/**
 * Pays as the card was paid: everything owed when it was paid in full; what is due when it was paid as agreed; and when
 * it was so many months late, all but the dues of these months.
 */
function pay(life: Life, { status }: CardMonth, month: number): Paid {
  const dueUntil = status >= missedFrom ? month - (status - 1) : month;
  const isPaid = (installment: Installment): boolean => installment.month <= dueUntil || status === -1;
  const paid = life.installments.filter(isPaid);
  life.installments = life.installments.filter((installment) => !isPaid(installment));
  const onTime = paid.filter((installment) => installment.month >= month).length;
  const early = paid.filter((installment) => installment.month > month);
  const { facts } = life;
  const missed = life.installments.filter((installment) => installment.month === month).length;
  life.facts = {
    ...facts,
    repaidInstallments: facts.repaidInstallments + paid.length,
    dueInstallments: facts.dueInstallments + onTime + missed,
    paidOnTime: facts.paidOnTime + onTime,
    paidEarly: facts.paidEarly + early.length,
    daysPastDue: daysPastDueIn(life, month),
  };
  const unearned = early.reduce((total, { interest }) => total + interest, 0);
  return {
    amount: sumOf(paid) - unearned,
    interest: paid.reduce((total, { interest }) => total + interest, 0) - unearned,
    onTime,
    late: onTime < paid.length,
  };
}

/** At the end of a month; what is lent in it is not due yet. */
function daysPastDueIn({ installments }: Life, month: number): number {
  const oldest = Math.min(...installments.map((installment) => installment.month));
  return oldest <= month ? (month - oldest) * daysOfMonth + daysToMonthEnd : 0;
}

/** Closes a month: how late it is, what the score will see of it, and whether the debt is given up. Returns the loss. */
function closeMonth(
  life: Life,
  input: { month: number; paid: number; isLate: boolean; lent: number },
): number {
  const { month } = input;
  const { daysPastDue } = life.facts;
  if (daysPastDue > 0 || input.isLate) life.lastLateIn = month;
  const owed = owedOf(life, month);
  if (life.terms) {
    const closed: ScoreMonth = {
      monthEnd: monthEndAfter(firstMonth, month),
      billed: BigInt(owed),
      paid: BigInt(input.paid),
      daysPastDue,
      paused: false,
      captured: input.lent > 0,
      paidLate: input.isLate,
    };
    life.months = [closed, ...life.months].slice(0, monthsLookedAt);
  }
  life.facts = {
    ...life.facts,
    tenureDays: life.terms ? (month - life.openedIn) * daysOfMonth : 0,
    openPlans: new Set(life.installments.map(({ plan }) => plan)).size,
    utilisationPercent: life.terms ? Math.round((owed * 100) / Number(life.terms.limit)) : null,
  };
  if (daysPastDue < chargeOffDays) return 0;
  life.chargedOff = true;
  life.installments = [];
  return owed;
}

/** What is owed at a month's end: all principal, and the interest of what has fallen due. */
export function owedOf({ installments }: Pick<Life, 'installments'>, month: number): number {
  return installments.reduce((total, one) => total + (one.month <= month ? amountOf(one) : one.principal), 0);
}

function review(life: Life, now: Terms, month: number, paidOnTime: number): void {
  const { score, scoredBy } = scoreOf(life);
  const { facts, changed } = life;
  const daysFrom = (since: number | null): number | null =>
    since === null ? null : (month - since) * daysOfMonth;
  const reviewed: ReviewFacts = {
    now,
    targetLimit,
    ceiling: null,
    market: 'CN',
    taken: BigInt(sumOf(life.installments)),
    suspended: facts.daysPastDue >= refusedFromDaysPastDue,
    score,
    scoredBy,
    daysPastDue: facts.daysPastDue,
    cleanMonths: life.lastLateIn === null ? null : month - life.lastLateIn,
    paidOnTime,
    daysSince: {
      opened: (month - life.openedIn) * daysOfMonth,
      raise: daysFrom(changed.raise),
      cut: daysFrom(changed.cut),
      cheaper: daysFrom(changed.cheaper),
      dearer: daysFrom(changed.dearer),
      declined: null,
    },
  };
  const { limit, annualRatePpm } = reviewTerms(reviewed);
  if (limit !== now.limit) changed[limit > now.limit ? 'raise' : 'cut'] = month;
  if (annualRatePpm !== now.annualRatePpm)
    changed[annualRatePpm < now.annualRatePpm ? 'cheaper' : 'dearer'] = month;
  life.terms = { limit, annualRatePpm };
}
