import { findHold } from '../credit/holds.ts';
import { recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import type { CalendarDate } from '../lib/dates.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { owedOf } from '../plans/schedule.ts';
import { statusOf } from '../plans/status.ts';
import { type Installment, listInstallments, storeInstallments } from './installments.ts';
import { agingDate } from './pending-debits.ts';
import { lockPlan, type Plan, type PlanStatus, streamsOf } from './plans.ts';
import { isWrittenOff } from './recover.ts';

/**
 * Brings the states of a locked plan's installments up to the business date `today`, or to that of a debit which is under
 * way.
 */
export async function ageInstallments(tx: Tx, plan: Plan, today: CalendarDate): Promise<Installment[]> {
  const [installments, asOf] = await Promise.all([listInstallments(tx, plan.id), agingDate(tx, plan, today)]);
  if (installments.every((item) => item.status === statusOf(item, asOf))) return installments;
  const next = nextVersionOf(plan);
  await tx
    .sql('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({ version: next.version });
  return storeInstallments(tx, next, installments, asOf);
}

/** What changes on an installment changes its plan, whose version its events carry. */
export function nextVersionOf(plan: Plan): Plan {
  return { ...plan, version: plan.version + 1 };
}

/** Looks again at where a plan stands after its order's remainder has ended. */
export async function reviewPlan(tx: Tx, planId: string): Promise<void> {
  const plan = await lockPlan(tx, planId);
  await reviewStatus(tx, plan, await listInstallments(tx, plan.id));
}

/**
 * Writes down where a locked plan stands: it is finished when nothing is owed and nothing can be captured any more. A
 * plan that was charged off stays so; see `recover`. Returns the plan as it is now.
 */
export async function reviewStatus(tx: Tx, plan: Plan, installments: readonly Installment[]): Promise<Plan> {
  if (isWrittenOff(plan)) return plan;
  const owed = owedOf(installments);
  const hold = await findHold(tx, plan.holdId);
  const paid = installments.some(({ paidAmount }) => paidAmount > 0n);
  const finished = owed === 0n && hold.status !== 'active';
  const status: PlanStatus = finished ? (paid ? 'paid' : 'canceled') : plan.startedOn ? 'active' : 'pending';
  const after = { ...nextVersionOf(plan), status };
  tx.later(
    tx
      .sql('plans')
      .where({ environment_id: tx.environment.id, id: plan.id })
      .update({ status, started_on: plan.startedOn, version: after.version }),
  );
  if (status !== plan.status && status !== 'pending')
    await recordPlanEvent(tx, eventOf(plan.status, status), after, owed);
  return after;
}

/** A plan that was paid and owes again has not begun a second time. */
function eventOf(before: PlanStatus, status: Exclude<PlanStatus, 'pending'>): EventType {
  return before === 'paid' && status === 'active' ? 'plan.reopened' : (`plan.${status}` as EventType);
}

/** Tells all parties of a change of a plan; `owed` is what is still to be paid. */
export async function recordPlanEvent(tx: Tx, type: EventType, plan: Plan, owed: bigint): Promise<void> {
  await recordEvent(tx, {
    streams: streamsOf(plan),
    type,
    objectId: plan.id,
    objectVersion: plan.version,
    data: {
      order_id: plan.orderId,
      draw_id: plan.drawId,
      status: plan.status,
      currency: plan.currency,
      owed_amount: toJsonAmount(owed),
    },
  });
}
