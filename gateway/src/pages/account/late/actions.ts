import { addDays, type CalendarDate, civilOf } from '../../../lib/dates.ts';
import { easeTerms } from '../../../orders/hardship.ts';
import { type HardshipReason, hardshipReasons } from '../../../repayments/hardships.ts';
import { type Installment, listInstallments } from '../../../repayments/installments.ts';
import { findPlan, lockDebt, type Plan, todayOf } from '../../../repayments/plans.ts';
import { type PromiseRefusal, takePromise } from '../../../repayments/promises.ts';
import { reschedule, type RescheduleRefusal } from '../../../repayments/reschedule.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { Result } from '../../answer-form.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import type { NoticeCode } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import { planIdOf } from '../plan-id.ts';
import { pauseChoices } from './pause-choices.ts';

const promiseNotices: Record<PromiseRefusal, NoticeCode> = {
  nothing_due: 'late_nothing',
  promise_open: 'late_promise_open',
  promises_broken: 'late_no_promise',
  date_out_of_range: 'late_date',
};

const moveNotices: Record<RescheduleRefusal, NoticeCode> = {
  nothing_overdue: 'late_nothing',
  not_first_miss: 'late_no_move',
  move_used: 'late_no_move',
  date_out_of_range: 'late_date',
};

/** Promises to pay what is due by the date that was named. */
export async function promise(action: AccountAction): Promise<Result> {
  const date = dateOf(action);
  if (date === undefined) return { memory: say(action.visit, 'late_date') };
  const answer = await inDebt(action, (tx, plan, standing) => takePromise(tx, plan, { ...standing, date }));
  const code = answer.outcome === 'taken' ? 'late_promised' : promiseNotices[answer.code];
  return { memory: say(action.visit, code) };
}

/** Moves the first missed payment to the date that was named. */
export async function move(action: AccountAction): Promise<Result> {
  const date = dateOf(action);
  if (date === undefined) return { memory: say(action.visit, 'late_date') };
  const answer = await inDebt(action, (tx, plan, standing) => reschedule(tx, plan, { ...standing, date }));
  const code = answer.outcome === 'moved' ? 'late_moved' : moveNotices[answer.code];
  return { memory: say(action.visit, code) };
}

/** Asks for easier terms. */
export async function askForHardship(action: AccountAction): Promise<Result> {
  const { req, visit } = action;
  const reason = field(req, 'reason');
  const days = Number(field(req, 'pause'));
  const periods = Number(field(req, 'periods'));
  if (!isReason(reason) || (!pauseChoices.includes(days) && !(periods > 0)))
    return { memory: say(visit, 'hardship_missing') };
  const answer = await inDebt(action, (tx, plan, { today }) =>
    easeTerms(tx, {
      planId: plan.id,
      ask: {
        reason,
        ...(pauseChoices.includes(days) && { pauseUntil: addDays(today, days) }),
        ...(periods > 0 && { periods }),
      },
      by: 'shopper',
    }),
  );
  const codes = {
    granted: 'hardship_granted',
    asked: 'hardship_asked',
    refused: 'hardship_refused',
  } as const;
  return { memory: say(visit, codes[answer.outcome]) };
}

function isReason(value: string): value is HardshipReason {
  return hardshipReasons.some((reason) => reason === value);
}

/** The date that a form names; undefined for what is not one. */
function dateOf({ req }: AccountAction): CalendarDate | undefined {
  const value = field(req, 'date');
  try {
    civilOf(value);
    return value;
  } catch {
    return undefined;
  }
}

/** Works on one of the shopper's own plans, locked; `not_found` when it is somebody else's. */
function inDebt<T>(
  { context, visit, req }: AccountAction,
  work: (tx: Tx, plan: Plan, standing: { installments: Installment[]; today: CalendarDate }) => Promise<T>,
): Promise<T> {
  const planId = planIdOf(req);
  return inVisit(context, visit, async (tx) => {
    await findPlan(tx, { planId, shopperId: visit.shopper.id });
    const plan = await lockDebt(tx, planId);
    return work(tx, plan, {
      installments: await listInstallments(tx, planId),
      today: todayOf(tx, plan),
    });
  });
}
