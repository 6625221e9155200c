import { lockLine } from '../credit/lines.ts';
import { type CalendarDate, dateIn, daysBetween } from '../lib/dates.ts';
import { sum } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { startRepayment } from './collect.ts';
import { ageInstallments, findPlan, lockPlan } from './plans.ts';

/** A collection is tried on the due date, and after so many days past due while it fails. */
const collectionDays: readonly number[] = [0, 1, 3, 7, 14, 30];

/** The ids of plans that have unpaid installments whose date has come in their merchant's calendar at `tx.now`. */
export async function findDuePlans(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select distinct p.id
     from installments i
     join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
     join merchants m on m.environment_id = p.environment_id and m.id = p.merchant_id
     where i.environment_id = ? and i.status in ('scheduled', 'due', 'overdue')
       and i.due_date <= (?::timestamptz at time zone m.time_zone)::date
     order by p.id`,
    [tx.environment.id, tx.now],
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
  const { timeZone } = await findMerchant(tx, plan.merchantId);
  const today = dateIn(timeZone, tx.now);
  const installments = await ageInstallments(tx, plan, today);
  const open = installments.filter(({ status }) => status === 'due' || status === 'overdue');
  const isCollectionDay = open.some(({ dueDate }) => collectionDays.includes(daysBetween(dueDate, today)));
  if (!isCollectionDay || (await wasTriedOn(tx, planId, { today, timeZone }))) return;
  await startRepayment(tx, { planId, amount: sum(open.map((item) => item.amount - item.paidAmount)) });
}

/** The sweep may run twice on a date, and a card that was refused today is not asked again today. */
async function wasTriedOn(
  tx: Tx,
  planId: string,
  on: { today: CalendarDate; timeZone: string },
): Promise<boolean> {
  const row = await tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id, plan_id: planId })
    .whereRaw('(created_at at time zone ?)::date = ?', [on.timeZone, on.today])
    .first('id');
  return row !== undefined;
}
