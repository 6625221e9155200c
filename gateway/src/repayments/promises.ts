import { recordEvent } from '../events/record.ts';
import { addDays, type CalendarDate, daysBetween } from '../lib/dates.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import type { Installment } from './installments.ts';
import type { Plan } from './plans.ts';

/** The furthest date that can be promised. */
export const mostPromisedDays = 14;

/** So many promises broken within so many days, and no new one is taken for as long. */
const mostBroken = 2;
const brokenWithinDays = 90;

/** By when a shopper said that they will pay what was late. */
export type Promised = {
  id: Id<'prm'>;
  planId: string;
  shopperId: string;
  /** The installments that it is about. */
  numbers: readonly number[];
  promisedOn: CalendarDate;
  status: 'open' | 'kept' | 'broken' | 'replaced';
  version: number;
};

type PromiseRow = {
  environment_id: string;
  id: Id<'prm'>;
  plan_id: string;
  shopper_id: string;
  numbers: number[];
  made_on: CalendarDate;
  promised_on: CalendarDate;
  status: Promised['status'];
  ended_on: CalendarDate | null;
  version: number;
  created_at: Date;
};

function toPromise(row: PromiseRow): Promised {
  return {
    id: row.id,
    planId: row.plan_id,
    shopperId: row.shopper_id,
    numbers: row.numbers,
    promisedOn: row.promised_on,
    status: row.status,
    version: row.version,
  };
}

function promisesOf(tx: Tx) {
  return tx.sql<PromiseRow>('promises').where({ environment_id: tx.environment.id });
}

/** The promise that is open on a plan. */
export async function openPromise(tx: Tx, planId: string): Promise<Promised | undefined> {
  const row = await promisesOf(tx).where({ plan_id: planId, status: 'open' }).first();
  return row && toPromise(row);
}

/** Why no promise is taken: nothing is due, one is open, too many were broken, or the date is not one of the next days. */
export type PromiseRefusal = 'nothing_due' | 'promise_open' | 'promises_broken' | 'date_out_of_range';

/** Whether a shopper may promise a date on a locked plan; `today` is its business date. */
export async function promiseRefusal(
  tx: Tx,
  plan: Plan,
  { installments, today }: { installments: readonly Installment[]; today: CalendarDate },
): Promise<PromiseRefusal | undefined> {
  if (plan.status !== 'active' || dueNumbers(installments, today).length === 0) return 'nothing_due';
  if (await openPromise(tx, plan.id)) return 'promise_open';
  const broken = await promisesOf(tx)
    .where({ shopper_id: plan.shopperId, status: 'broken' })
    .where('ended_on', '>', addDays(today, -brokenWithinDays));
  return broken.length >= mostBroken ? 'promises_broken' : undefined;
}

/**
 * Takes a shopper's promise to pay by `date` what is due or late on their locked plan. Until then there are no reminders,
 * no collection tries and no new late fees.
 */
export async function takePromise(
  tx: Tx,
  plan: Plan,
  input: { date: CalendarDate; installments: readonly Installment[]; today: CalendarDate },
): Promise<{ outcome: 'taken'; promise: Promised } | { outcome: 'refused'; code: PromiseRefusal }> {
  const { date, installments, today } = input;
  const code = await promiseRefusal(tx, plan, input);
  if (code) return { outcome: 'refused', code };
  const days = daysBetween(today, date);
  if (days < 1 || days > mostPromisedDays) return { outcome: 'refused', code: 'date_out_of_range' };
  const [row] = await tx
    .sql<PromiseRow>('promises')
    .insert({
      environment_id: tx.environment.id,
      id: newId('prm'),
      plan_id: plan.id,
      shopper_id: plan.shopperId,
      numbers: dueNumbers(installments, today),
      made_on: today,
      promised_on: date,
      status: 'open',
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the promise was not stored');
  await recordPromise(tx, 'promise.made', row);
  return { outcome: 'taken', promise: toPromise(row) };
}

function dueNumbers(installments: readonly Installment[], today: CalendarDate): number[] {
  return installments
    .filter(
      ({ amount, paidAmount, dueDate, pausedUntil }) =>
        paidAmount < amount && dueDate <= today && !pausedUntil,
    )
    .map(({ number }) => number);
}

/** While a promise is open nobody is reminded of what it is about. */
export async function blocksReminders(tx: Tx, planId: string, today: CalendarDate): Promise<boolean> {
  const promise = await openPromise(tx, planId);
  return promise !== undefined && today <= promise.promisedOn;
}

/** After something was entered on a locked plan: a promise whose installments ask for nothing any more is kept. */
export async function followPromise(
  tx: Tx,
  planId: string,
  { installments, today }: { installments: readonly Installment[]; today: CalendarDate },
): Promise<void> {
  const promise = await openPromise(tx, planId);
  if (!promise) return;
  const open = installments.some(
    ({ number, amount, paidAmount }) => promise.numbers.includes(number) && paidAmount < amount,
  );
  if (!open) await endPromise(tx, promise, { status: 'kept', today });
}

/** Other dates were agreed, so the promise binds nobody any more. */
export async function replacePromise(tx: Tx, planId: string, today: CalendarDate): Promise<void> {
  const promise = await openPromise(tx, planId);
  if (promise) await endPromise(tx, promise, { status: 'replaced', today });
}

/** Ends an open promise and tells of it: it was kept, was broken, or other dates took its place. */
export async function endPromise(
  tx: Tx,
  promise: Promised,
  { status, today }: { status: Exclude<Promised['status'], 'open'>; today: CalendarDate },
): Promise<void> {
  const [row] = await promisesOf(tx)
    .where({ id: promise.id, status: 'open' })
    .update({ status, ended_on: today, version: promise.version + 1 })
    .returning('*');
  if (row) await recordPromise(tx, `promise.${status}`, row);
}

async function recordPromise(
  tx: Tx,
  type: `promise.${'made' | 'kept' | 'broken' | 'replaced'}`,
  row: PromiseRow,
): Promise<void> {
  await recordEvent(tx, {
    streams: [row.shopper_id],
    type,
    objectId: row.id,
    objectVersion: row.version,
    data: { plan_id: row.plan_id, promised_on: row.promised_on, numbers: row.numbers },
  });
}
