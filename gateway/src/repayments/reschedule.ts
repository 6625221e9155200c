import { recordEvent } from '../events/record.ts';
import { type CalendarDate, daysBetween } from '../lib/dates.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { rulesFor } from '../plans/markets.ts';
import type { PlanEntry } from '../plans/schedule.ts';
import { statusOf } from '../plans/status.ts';
import { accrue } from './accrue.ts';
import { enterOnPlan } from './enter.ts';
import type { Installment } from './installments.ts';
import { readLog } from './log.ts';
import { findPlan, type Plan, privateStreamsOf } from './plans.ts';
import { replacePromise } from './promises.ts';

/**
 * Why nothing is moved: nothing is overdue, it is not the first miss of this plan (more than one is overdue, or another
 * one was late before), the plan's free move was used, or the date is not one of the days that it may be moved to.
 */
export type RescheduleRefusal = 'nothing_overdue' | 'not_first_miss' | 'move_used' | 'date_out_of_range';

type Standing = { installments: readonly Installment[]; log: readonly PlanEntry[]; today: CalendarDate };

/** The installment of a plan that its shopper may move now, and by how many days from today at most. */
export function movable(
  plan: Plan,
  { installments, log, today }: Standing,
): { installment: Installment; mostDays: number } | RescheduleRefusal {
  const overdue = installments.filter((item) => !item.pausedUntil && statusOf(item, today) === 'overdue');
  const [installment] = overdue;
  if (plan.status !== 'active' || !installment) return 'nothing_overdue';
  const { free, mostDays } = rulesFor(plan.snapshot.market ?? 'EU', plan.snapshot.agreed_on).reschedule.value;
  if (log.filter(({ kind }) => kind === 'reschedule').length >= free) return 'move_used';
  const lateBefore = plan.lateInstallments.some((number) => number !== installment.number);
  if (overdue.length > 1 || lateBefore) return 'not_first_miss';
  return { installment, mostDays };
}

/**
 * Moves the first missed installment of a locked plan to the date that its shopper chose, once and free of charge. It is
 * scheduled again, with no days past due.
 */
export async function reschedule(
  tx: Tx,
  plan: Plan,
  input: { date: CalendarDate; installments: readonly Installment[]; today: CalendarDate },
): Promise<{ outcome: 'moved'; number: number } | { outcome: 'refused'; code: RescheduleRefusal }> {
  const { date, installments, today } = input;
  const found = movable(plan, { installments, log: await readLog(tx, plan.id), today });
  if (typeof found === 'string') return { outcome: 'refused', code: found };
  const days = daysBetween(today, date);
  if (days < 1 || days > found.mostDays) return { outcome: 'refused', code: 'date_out_of_range' };
  const { number } = found.installment;
  await accrue(tx, plan, today);
  await replacePromise(tx, plan.id, today);
  await enterOnPlan(tx, {
    planId: plan.id,
    entry: { kind: 'reschedule', number, dueDate: date },
    sourceId: newId('req'),
  });
  await recordEvent(tx, {
    streams: privateStreamsOf(plan),
    type: 'installment.rescheduled',
    objectId: found.installment.id,
    objectVersion: (await findPlan(tx, { planId: plan.id })).version,
    data: { plan_id: plan.id, number, previous_due_date: found.installment.dueDate, due_date: date },
  });
  return { outcome: 'moved', number };
}
