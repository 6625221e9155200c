import type { Request } from 'express';
import type { CalendarDate } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import type { RepaymentEffect } from '../../plans/repayment-effect.ts';
import { type Payoff, payoffOf, previewRepayment } from '../../repayments/payoff.ts';
import { todayOf } from '../../repayments/plans.ts';
import { latestRepayment, type Repayment } from '../../repayments/repayments.ts';
import { readAmount } from '../read-amount.ts';
import type { Page } from '../send-page.tsx';
import { choicesOf } from './choices.ts';
import { type Debt, readDebt } from './debts.ts';
import { planIdOf } from './plan-id.ts';
import type { AccountInput } from './view.tsx';
import { paymentView } from './views/payment.tsx';

/** Why an amount that was typed cannot be paid. */
export type AmountProblem = 'unreadable' | 'above';

/** A payment before it is made. */
export type Proposal = {
  debt: Debt;
  payoff: Payoff;
  latest: Repayment | undefined;
  today: CalendarDate;
  /** What was typed, if anything. */
  typed: string;
  /** Undefined until an amount is chosen that can be paid. */
  amount: bigint | undefined;
  problem: AmountProblem | undefined;
  /** What it would do; a plan that was charged off has no schedule any more. */
  effect: RepaymentEffect | undefined;
};

/** What paying an amount would do to the dates, before the money moves; the amount is asked for where it is missing. */
export async function showPayment(tx: Tx, input: AccountInput): Promise<Page> {
  const debt = await readDebt(tx, { planId: planIdOf(input.req), shopperId: input.visit.shopper.id });
  const { plan } = debt;
  const payoff = await payoffOf(tx, plan);
  const asked = askedFor(input.req, debt, payoff);
  const { amount } = asked;
  return paymentView(input, {
    debt,
    payoff,
    latest: await latestRepayment(tx, plan.id),
    today: todayOf(tx, plan),
    ...asked,
    effect:
      amount !== undefined && plan.status === 'active' ? await previewRepayment(tx, plan, amount) : undefined,
  });
}

/** `pay` names a choice of the plan's page, `sum` is an amount that somebody typed. */
function askedFor(req: Request, debt: Debt, payoff: Payoff): Pick<Proposal, 'typed' | 'amount' | 'problem'> {
  const { pay, sum } = req.query;
  const choice = choicesOf(debt, payoff).find(({ name }) => name === pay);
  const typed = typeof sum === 'string' ? sum : '';
  if (choice || typed === '') return { typed, amount: choice?.amount, problem: undefined };
  const amount = readAmount(typed, debt.plan.currency);
  if (amount === undefined || amount === 0n) return { typed, amount: undefined, problem: 'unreadable' };
  if (amount > payoff.total) return { typed, amount: undefined, problem: 'above' };
  return { typed, amount, problem: undefined };
}
