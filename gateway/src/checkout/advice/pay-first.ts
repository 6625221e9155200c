import { daysBetween } from '../../lib/dates.ts';
import { sum } from '../../lib/money.ts';
import { type Characteristics, graceDays } from '../../pay-score/characteristics.ts';
import type { Due } from '../../protection/facts.ts';
import type { OpenDebt, Unpaid } from './open-debts.ts';
import { type FullFile, inputsAfter, type Judge, rescored, type Situation } from './situation.ts';

/** So many of a plan's next installments, paid now. */
export type Payment = { debt: OpenDebt; installments: number };

/** Of what the line is suspended; paying what is late of a plan ends a `late` of that plan. */
export type Suspensions = readonly { reason: string; planId: string }[];

/** What is read of a shopper to reckon what a payment would do. */
export type Known = { debts: readonly OpenDebt[]; suspensions: Suspensions; fullFile: FullFile };

/** So many plans are tried; who has more gets the advice for the oldest. */
const mostDebts = 20;

/**
 * The payment of the least amount after which the decision would approve: of some installments of one plan, else of all
 * that is due over several plans, else of everything. Undefined when no payment helps.
 */
export function leastPayment(judge: Judge, situation: Situation, known: Known): Payment[] | undefined {
  const debts = known.debts.slice(0, mostDebts);
  const helps = (payments: readonly Payment[]): boolean => judge(paidBy(situation, payments, known)) === null;
  const ofOne = debts.flatMap((debt) => {
    const counts = Array.from({ length: debt.unpaid.length }, (_, index) => index + 1);
    if (!helps([{ debt, installments: debt.unpaid.length }])) return [];
    const installments = counts.find((count) => helps([{ debt, installments: count }]));
    return installments === undefined ? [] : [[{ debt, installments }]];
  });
  const allDue = debts
    .map((debt) => ({ debt, installments: dueCount(debt) }))
    .filter(({ installments }) => installments > 0);
  const everything = debts.map((debt) => ({ debt, installments: debt.unpaid.length }));
  const [cheapest] = [
    ...ofOne,
    ...[allDue].filter((payments) => payments.length > 1 && helps(payments)),
  ].toSorted((a, b) => (amountOf(a) < amountOf(b) ? -1 : amountOf(a) > amountOf(b) ? 1 : 0));
  if (cheapest) return cheapest;
  return everything.length > 1 && helps(everything) ? everything : undefined;
}

/** What these payments come to by today's schedules; one currency is not added to another. */
export function amountOf(payments: readonly Payment[]): bigint {
  return sum(
    payments
      .flatMap(({ debt, installments }) => debt.unpaid.slice(0, installments))
      .map(({ amount }) => amount),
  );
}

function dueCount({ unpaid, today }: OpenDebt): number {
  return unpaid.filter(({ dueDate, paused }) => dueDate <= today && !paused).length;
}

/** The situation after these payments: what is late, used, open and due, and the score that follows from it. */
export function paidBy(
  situation: Situation,
  payments: readonly Payment[],
  { debts, suspensions, fullFile }: Known,
): Situation {
  const { standing, facts } = situation;
  const left = debts.map((debt) => ({
    ...debt,
    unpaid: debt.unpaid.slice(payments.find((payment) => payment.debt === debt)?.installments ?? 0),
  }));
  const paid = payments.flatMap(({ debt, installments }) =>
    debt.unpaid.slice(0, installments).map((item) => ({ ...item, debt })),
  );
  const finished = left.filter(({ unpaid, shipped }) => unpaid.length === 0 && shipped).length;
  const sameMoney = paid.filter(({ debt }) => debt.currency === standing.line.currency);
  const used = standing.line.used - sum(sameMoney.map(({ principal }) => principal));
  const late = suspensions.filter(({ reason, planId }) => reason !== 'late' || isLate(left, planId));
  const line = {
    ...standing.line,
    used,
    ...(suspensions.length > 0 && late.length === 0 && { status: 'active' as const }),
  };
  const ownHistory = {
    ...historyAfter(standing.score.inputs.ownHistory, paid),
    daysPastDue: daysPastDueOf(left),
    openPlans: standing.facts.openPlans - finished,
    utilisationPercent: line.limit === 0n ? null : Number(((line.held + line.used) * 100n) / line.limit),
  };
  const inputs = inputsAfter({ ...standing.score.inputs, ownHistory }, fullFile);
  return {
    ...situation,
    standing: { ...rescored(standing, inputs), line },
    facts: {
      ...facts,
      openOrders: facts.openOrders - finished,
      dues: without(facts.dues, sameMoney),
    },
  };
}

function isLate(left: readonly OpenDebt[], planId: string): boolean {
  const debt = left.find((candidate) => candidate.planId === planId);
  return debt !== undefined && daysPastDueOf([debt]) > graceDays;
}

function daysPastDueOf(debts: readonly OpenDebt[]): number {
  const days = debts.flatMap(({ unpaid, today }) =>
    unpaid
      .filter(({ status, paused }) => status !== 'scheduled' && !paused)
      .map(({ dueDate }) => daysBetween(dueDate, today)),
  );
  return Math.max(0, ...days);
}

/** As `readCharacteristics` would count them after the payment. */
function historyAfter(
  facts: Characteristics,
  paid: readonly (Unpaid & { debt: OpenDebt })[],
): Characteristics {
  return paid.reduce((counted, { dueDate, status, debt: { today } }) => {
    const days = daysBetween(dueDate, today);
    const isNewlyDue = days >= 0 && !(status === 'overdue' && days > graceDays);
    return {
      ...counted,
      repaidInstallments: counted.repaidInstallments + 1,
      paidEarly: counted.paidEarly + (days < 0 ? 1 : 0),
      dueInstallments: counted.dueInstallments + (isNewlyDue ? 1 : 0),
      paidOnTime: counted.paidOnTime + (isNewlyDue && days <= graceDays ? 1 : 0),
    };
  }, facts);
}

function without(dues: readonly Due[], paid: readonly Unpaid[]): Due[] {
  const left = [...dues];
  for (const { dueDate, amount } of paid) {
    const index = left.findIndex((due) => due.on === dueDate && due.amount === amount);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}
