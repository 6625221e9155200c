import type { CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { ScheduledInstallment } from '../plans/schedule.ts';
import { readPaymentMethod } from '../processor/payment-methods.ts';
import { startRepayment } from './collect.ts';
import { listInstallments } from './installments.ts';
import { payoffOf } from './payoff.ts';
import { lockPlan, todayOf } from './plans.ts';
import { latestRepayment } from './repayments.ts';

/**
 * What a shopper looked at when they chose to pay: the plan's last repayment, if there was one, and its card; and
 * `standing` where they were shown what the payment would do, which holds for that version and that date only.
 */
export type SeenPlan = {
  lastRepaymentId: string | undefined;
  paymentMethodId: string;
  standing?: { version: number; onDate: CalendarDate };
};

/**
 * Why nothing is taken: a collection of this plan is under way already; nothing is owed (or due, when no amount was
 * named); the amount is more than is owed; or what the shopper looked at is no longer so, as when their bank account may not
 * be debited any more.
 */
export type PayRefusal = 'under_way' | 'nothing_owed' | 'above_owed' | 'changed';

/**
 * The attempt is to be carried out after the transaction. `amount` is in minor units of the plan's currency; `latestId`
 * is the plan's last repayment, of which a refusal may be the consequence.
 */
export type Payment =
  | { outcome: 'started'; repaymentId: Id<'rep'>; attemptId: Id<'att'>; amount: bigint }
  | { outcome: 'refused'; code: PayRefusal; latestId: Id<'rep'> | undefined };

/**
 * The shopper pays on one of their plans now, from its payment method: `amount`, or what is due today when it is left
 * out. A friend who has paid for them gets theirs back first; the rest is allocated in the order that was agreed, so what
 * is ahead is paid early, with the interest of the days used only. `amount` is at most what paying off costs today.
 *
 * With `seen` a form pays once only: whatever was tried on the plan since the shopper looked, by the same form in
 * another tab, by this one sent twice, or by the sweep, is a refusal that takes nothing.
 *
 * @throws GatewayError `not_found` when the plan is not this shopper's.
 */
export async function payNow(
  tx: Tx,
  input: { planId: string; shopperId: string; amount?: bigint; seen?: SeenPlan },
): Promise<Payment> {
  const { planId, shopperId, seen } = input;
  const plan = await lockPlan(tx, planId);
  if (plan.shopperId !== shopperId) {
    throw new GatewayError('not_found', { detail: 'There is no such plan.' });
  }
  const installments = await listInstallments(tx, planId);
  const today = todayOf(tx, plan);
  const { total: owed, friend } = await payoffOf(tx, plan);
  const amount = input.amount ?? dueOf(installments, today) + friend;
  const latest = await latestRepayment(tx, planId);
  const refused = (code: PayRefusal): Payment => ({ outcome: 'refused', code, latestId: latest?.id });
  if (latest?.status === 'pending') return refused('under_way');
  if (seen && (seen.lastRepaymentId !== latest?.id || seen.paymentMethodId !== plan.paymentMethodId))
    return refused('changed');
  if ((await readPaymentMethod(tx, plan.paymentMethodId)).status === 'removed') return refused('changed');
  if (owed === 0n || amount <= 0n) return refused('nothing_owed');
  if (amount > owed) return refused('above_owed');
  if (seen?.standing && (seen.standing.version !== plan.version || seen.standing.onDate !== today))
    return refused('changed');
  const started = await startRepayment(tx, { planId, amount });
  return started ? { outcome: 'started', ...started, amount } : refused('under_way');
}

/** What is to be paid by `today`: due or overdue and not paused, also when the sweep of the day has not said so yet. */
export function dueOf(installments: readonly ScheduledInstallment[], today: CalendarDate): bigint {
  return sum(
    installments
      .filter(({ dueDate, pausedUntil }) => dueDate <= today && !pausedUntil)
      .map(({ amount, paidAmount }) => amount - paidAmount),
  );
}
