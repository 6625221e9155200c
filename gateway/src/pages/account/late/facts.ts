import { addDays, type CalendarDate } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { latestPauseOf, mostPeriodsOf } from '../../../repayments/hardship.ts';
import { currentHardship, type Hardship, isPolicyFree } from '../../../repayments/hardships.ts';
import { type Installment, listInstallments } from '../../../repayments/installments.ts';
import { readLog } from '../../../repayments/log.ts';
import { isPaused } from '../../../repayments/pause.ts';
import { dueOf } from '../../../repayments/pay.ts';
import { findPlan, type Plan, todayOf } from '../../../repayments/plans.ts';
import { mostPromisedDays, openPromise, promiseRefusal } from '../../../repayments/promises.ts';
import { movable } from '../../../repayments/reschedule.ts';

/** The dates that a form may name, the first and the last. */
export type DateRange = { first: CalendarDate; last: CalendarDate };

/** What `LateHelp` is made from; undefined where nothing is owed by a schedule. Amounts are minor units. */
export type LateFacts =
  | {
      planId: string;
      currency: string;
      /** What is due or late. */
      due: bigint;
      /** By when it was promised, or the dates that may be; 'broken' when too many promises were. */
      promise: { on: CalendarDate } | DateRange | 'broken' | undefined;
      /** The first missed payment, which may be moved to one of these dates. */
      move: (DateRange & { number: number; amount: bigint }) | undefined;
      hardship:
        | { kind: 'current'; hardship: Hardship }
        /** Whether it is granted at once, and what may be asked for. */
        | { kind: 'open'; isGranted: boolean; latestPause: CalendarDate; periods: number[] }
        | undefined;
    }
  | undefined;

/** Reads it for one of the shopper's own plans; `not_found` when it is somebody else's. */
export async function readLateFacts(
  tx: Tx,
  input: { planId: string; shopperId: string },
): Promise<LateFacts> {
  const plan = await findPlan(tx, input);
  const installments = await listInstallments(tx, plan.id);
  const left = installments.filter(({ amount, paidAmount }) => paidAmount < amount);
  if (plan.status !== 'active' || left.length === 0) return undefined;
  const today = todayOf(tx, plan);
  return {
    planId: plan.id,
    currency: plan.currency,
    due: dueOf(installments, today),
    promise: await promiseOf(tx, plan, { installments, today }),
    move: await moveOf(tx, plan, { installments, today }),
    hardship: await hardshipOf(tx, plan, { installments, today, left: left.length }),
  };
}

type Standing = { installments: readonly Installment[]; today: CalendarDate };

async function promiseOf(tx: Tx, plan: Plan, standing: Standing): Promise<NonNullable<LateFacts>['promise']> {
  const open = await openPromise(tx, plan.id);
  if (open) return { on: open.promisedOn };
  const refusal = await promiseRefusal(tx, plan, standing);
  if (refusal) return refusal === 'promises_broken' ? 'broken' : undefined;
  return datesWithin(standing.today, mostPromisedDays);
}

async function moveOf(
  tx: Tx,
  plan: Plan,
  { installments, today }: Standing,
): Promise<NonNullable<LateFacts>['move']> {
  const found = movable(plan, { installments, log: await readLog(tx, plan.id), today });
  if (typeof found === 'string') return undefined;
  const { number, amount, paidAmount } = found.installment;
  return { number, amount: amount - paidAmount, ...datesWithin(today, found.mostDays) };
}

async function hardshipOf(
  tx: Tx,
  plan: Plan,
  { installments, today, left }: Standing & { left: number },
): Promise<NonNullable<LateFacts>['hardship']> {
  const hardship = await currentHardship(tx, plan.id);
  if (hardship) return { kind: 'current', hardship };
  const log = await readLog(tx, plan.id);
  if (isPaused(log) || log.some(({ kind }) => kind === 'hardship')) return undefined;
  const most = mostPeriodsOf(installments);
  return {
    kind: 'open',
    isGranted: await isPolicyFree(tx, plan.shopperId, today),
    latestPause: latestPauseOf(today),
    periods: Array.from({ length: Math.max(0, most - left) }, (_, index) => left + 1 + index),
  };
}

function datesWithin(today: CalendarDate, days: number): DateRange {
  return { first: addDays(today, 1), last: addDays(today, days) };
}
