import { lockLine } from '../credit/lines.ts';
import { type CalendarDate, daysBetween } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { readPaymentMethod } from '../processor/payment-methods.ts';
import { accrue } from './accrue.ts';
import { startRepayment } from './collect.ts';
import { isHardDecline } from './declines.ts';
import { claimOn } from './guarantors/claims.ts';
import type { Installment } from './installments.ts';
import { isSpent } from './represent.ts';
import { findPlan, lockPlan, type Plan, todayOf } from './plans.ts';
import { openPromise } from './promises.ts';
import { ageInstallments } from './review.ts';

/** A collection is tried on the due date, and after so many days past due while it fails. */
export const collectionDays: readonly number[] = [0, 1, 3, 7, 14, 30];

/**
 * The ids of plans for which `fallDue` may do something at `tx.now`: of those with unpaid installments whose date has come
 * in their calendar, paused ones left out, what falls due or becomes overdue, has a collection day, was promised for
 * today, or is to be paid with another card than the one that was asked last. Whoever is late all the same costs nothing
 * on the days between. No zone is a day ahead of UTC's tomorrow: that bound is what the index can use.
 */
export async function findDuePlans(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select distinct p.id
     from installments i
     join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
     cross join lateral (select (:now::timestamptz at time zone p.time_zone)::date as today) d
     where i.environment_id = :environment and i.status in ('scheduled', 'due', 'overdue')
       and i.paused_until is null and i.due_date <= (:now::timestamptz at time zone 'UTC')::date + 1
       and p.status = 'active' and i.due_date <= d.today
       and (i.status = 'scheduled' or (i.status = 'due' and i.due_date < d.today)
         or d.today - i.due_date = any(:days::integer[])
         or exists (select from promises s
           where s.environment_id = p.environment_id and s.plan_id = p.id and s.status = 'open'
             and s.promised_on = d.today)
         or p.payment_method_id is distinct from (
           select a.payment_method_id
           from repayments r
           join processor_attempts a
             on a.environment_id = r.environment_id and a.subject_id = r.id and a.purpose = 'repayment'
           where r.environment_id = p.environment_id and r.plan_id = p.id and r.guarantee_id is null
           order by r.id desc limit 1))
     order by p.id`,
    { environment: tx.environment.id, now: tx.now, days: collectionDays },
  );
  return rows.map(({ id }) => id);
}

/**
 * Brings the installments of a plan whose date has come to due or overdue and starts collecting what is due. Running it
 * twice on a date changes nothing the second time.
 */
export async function fallDue(tx: Tx, planId: string): Promise<void> {
  const { shopperId, currency } = await findPlan(tx, { planId });
  await lockLine(tx, shopperId, currency);
  await collectWhatIsDue(tx, planId);
}

/**
 * Brings one plan's installments up to today and starts collecting what is due, at most once a day. The first
 * installment of many plans is due on the day of the capture, so a capture calls this too. The line is locked already.
 */
export async function collectWhatIsDue(tx: Tx, planId: string): Promise<void> {
  const plan = await lockPlan(tx, planId);
  const today = todayOf(tx, plan);
  await accrue(tx, plan, today);
  const installments = await ageInstallments(tx, plan, today);
  const open = installments.filter(
    ({ status, pausedUntil }) => !pausedUntil && (status === 'due' || status === 'overdue'),
  );
  if (open.length === 0 || !(await isTimeToCollect(tx, plan, { open, today }))) return;
  // What a friend has paid before goes back first, so it is asked for together with what is due.
  const due = sum(open.map((item) => item.amount - item.paidAmount));
  await startRepayment(tx, { planId, amount: due + (await claimOn(tx, planId)) });
}

/**
 * A collection day of an installment, or the date that the shopper promised; before that date nobody asks. A card that
 * was refused for good is not asked again: the one that takes its place is, as soon as it is there. Nothing is asked of a
 * bank account that we may not debit any more, or that has failed too often in a row.
 */
async function isTimeToCollect(
  tx: Tx,
  plan: Plan,
  { open, today }: { open: readonly Installment[]; today: CalendarDate },
): Promise<boolean> {
  const [promise, { status, kind }, last] = await Promise.all([
    openPromise(tx, plan.id),
    readPaymentMethod(tx, plan.paymentMethodId),
    lastTry(tx, plan, today),
  ]);
  if (promise && today < promise.promisedOn) return false;
  if (status === 'removed' || (kind !== 'card' && (await isSpent(tx, plan)))) return false;
  const isRefused = last !== undefined && isHardDecline(last.failureCode);
  if (last?.paymentMethodId === plan.paymentMethodId) {
    if (isRefused || last.isToday) return false;
  } else if (isRefused) return true;
  return (
    promise?.promisedOn === today ||
    open.some(({ dueDate }) => collectionDays.includes(daysBetween(dueDate, today)))
  );
}

type Try = { paymentMethodId: string | null; failureCode: string | null; isToday: boolean };

/**
 * Which card was asked last, and how that ended: the sweep may run twice on a date. A card from which a repayment of the
 * plan was taken back counts as refused for good, whatever it paid besides.
 */
async function lastTry(tx: Tx, plan: Plan, today: CalendarDate): Promise<Try | undefined> {
  const { rows } = await tx.sql.raw<{ rows: Try[] }>(
    `select a.payment_method_id as "paymentMethodId",
       case when exists (
         select from repayments back
         join processor_attempts charge
           on charge.environment_id = back.environment_id and charge.subject_id = back.id
             and charge.purpose = 'repayment' and charge.payment_method_id = a.payment_method_id
         where back.environment_id = r.environment_id and back.plan_id = r.plan_id
           and back.status = 'charged_back') then 'charged_back' else r.failure_code end as "failureCode",
       (r.created_at at time zone ?)::date = ? as "isToday"
     from repayments r
     join processor_attempts a
       on a.environment_id = r.environment_id and a.subject_id = r.id and a.purpose = 'repayment'
     where r.environment_id = ? and r.plan_id = ? and r.guarantee_id is null
     order by r.id desc limit 1`,
    [plan.timeZone, today, tx.environment.id, plan.id],
  );
  return rows[0];
}
