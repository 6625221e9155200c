import { refusedFromDaysPastDue } from '../../src/pay-score/policy.ts';
import { seededRandom } from '../random.ts';
import { amountOf } from './debts.ts';
import { type CardMonth, drawNext, type Donors } from './donors.ts';
import { type Life, liveMonth, owedOf, startLife } from './life.ts';
import { drawWeighted } from './weighted.ts';

/** What one month brought over all shoppers; amounts in fen. */
export type MonthOfBook = {
  asked: number;
  approved: number;
  wanted: number;
  lent: number;
  /** At the month's end: all debts, what of them is 4 or more days past due, and all debts of shoppers who are late. */
  owed: number;
  overdue: number;
  atRisk: number;
  chargedOff: number;
  interest: number;
  /** Lines that are not charged off, their limits, and the sum of their yearly rates in millionths. */
  lines: number;
  limits: number;
  rates: number;
};

const shareParts = 2 ** 32;

/** The card months of each shopper: a state that some row began with, then real months that followed such states. */
export function drawPaths(
  donors: Donors,
  { shoppers, months, seed }: { shoppers: number; months: number; seed: number },
): CardMonth[][] {
  const random = seededRandom(seed);
  const share = (): number => random.below(shareParts) / shareParts;
  return Array.from({ length: shoppers }, () => {
    let state = drawWeighted(donors.starts, share());
    return Array.from({ length: months }, () => {
      const next = drawNext(donors, state, share());
      state = { ...state, months: [state.months[1], state.months[2], next] };
      return next;
    });
  });
}

/** Lives all paths from the first month on, with a least score of the full model. */
export function liveBook(paths: readonly (readonly CardMonth[])[], cut: number): MonthOfBook[] {
  const lives = paths.map(startLife);
  return Array.from({ length: paths[0]?.length ?? 0 }, (_, index) => {
    const month = index + 1;
    const total = emptyMonth();
    for (const [shopper, life] of lives.entries()) {
      const card = paths[shopper]?.[index];
      if (!card) continue;
      const lived = liveMonth(life, card, { month, cut });
      total.wanted += lived.wanted;
      total.lent += lived.lent;
      total.interest += lived.interest;
      total.chargedOff += lived.chargedOff;
      if (lived.wanted > 0) total.asked++;
      if (lived.lent > 0) total.approved++;
      addStanding(total, life, month);
    }
    return total;
  });
}

function emptyMonth(): MonthOfBook {
  return {
    asked: 0,
    approved: 0,
    wanted: 0,
    lent: 0,
    owed: 0,
    overdue: 0,
    atRisk: 0,
    chargedOff: 0,
    interest: 0,
    lines: 0,
    limits: 0,
    rates: 0,
  };
}

function addStanding(total: MonthOfBook, life: Life, month: number): void {
  if (!life.terms || life.chargedOff) return;
  const owed = owedOf(life, month);
  const past = life.installments.filter((installment) => installment.month <= month);
  total.owed += owed;
  total.overdue += past.reduce((sum, installment) => sum + amountOf(installment), 0);
  if (life.facts.daysPastDue >= refusedFromDaysPastDue) total.atRisk += owed;
  total.lines++;
  total.limits += Number(life.terms.limit);
  total.rates += life.terms.annualRatePpm;
}

/** What a book came to in all. */
export type BookTotals = {
  /** Of all orders that were asked for, and of their money. */
  approval: number;
  approvalOfMoney: number;
  /** The greatest share of any month's end. */
  mostOverdue: number;
  mostAtRisk: number;
  /** Of all that was lent. */
  chargedOff: number;
  interest: number;
};

export function totalsOf(months: readonly MonthOfBook[]): BookTotals {
  const sum = (of: (month: MonthOfBook) => number): number =>
    months.reduce((total, month) => total + of(month), 0);
  const lent = sum((month) => month.lent);
  return {
    approval: shareOf(
      sum(({ approved }) => approved),
      sum(({ asked }) => asked),
    ),
    approvalOfMoney: shareOf(
      lent,
      sum(({ wanted }) => wanted),
    ),
    mostOverdue: Math.max(...months.map(({ overdue, owed }) => shareOf(overdue, owed))),
    mostAtRisk: Math.max(...months.map(({ atRisk, owed }) => shareOf(atRisk, owed))),
    chargedOff: shareOf(
      sum(({ chargedOff }) => chargedOff),
      lent,
    ),
    interest: shareOf(
      sum(({ interest }) => interest),
      lent,
    ),
  };
}

export function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
