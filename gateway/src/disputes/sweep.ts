import { addDays, addMs, dayMs, startOf } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { extendPause } from '../repayments/pause.ts';
import { findPlan, todayOf } from '../repayments/plans.ts';
import { disputesOf, lockDispute, recordDisputeEvent, updateDispute } from './disputes.ts';
import { endDispute } from './end.ts';
import { isOver } from './state.ts';

/** So long before its time is over, the merchant is reminded. */
const reminderMs = 3 * dayMs;

/** A pause that ends before somebody has decided goes on for so many days at a time. */
const longerDays = 14;

/** The ids of disputes that time does something to at `tx.now`: remind, lose by silence, or keep the dues still longer. */
export async function findDisputesToMove(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select d.id
     from disputes d
       join orders o on o.environment_id = d.environment_id and o.id = d.order_id
       join plans p on p.environment_id = d.environment_id and p.id = o.plan_id
       left join plan_pauses s
         on s.environment_id = d.environment_id and s.plan_id = p.id and s.source_id = d.id and s.ended_on is null
     where d.environment_id = :environment and d.status in ('open', 'under_review')
       and (d.status = 'open' and d.response_due_at <= :now
         or d.status = 'open' and d.reminded_at is null and d.response_due_at <= :soon
         or s.until <= (:now::timestamptz at time zone p.time_zone)::date)
     order by d.id`,
    { environment: tx.environment.id, now: tx.now, soon: addMs(tx.now, reminderMs) },
  );
  return rows.map(({ id }) => id);
}

/** Doing so twice at a time changes nothing the second time. */
export async function moveDispute(tx: Tx, disputeId: string): Promise<void> {
  const { order, dispute } = await lockDispute(tx, { disputeId });
  if (isOver(dispute.status)) return;
  if (dispute.status === 'open' && dispute.responseDueAt <= tx.now) {
    await endDispute(tx, { order, dispute, ending: { by: 'deadline', refunded: dispute.amount } });
    return;
  }
  if (dispute.status === 'open' && dispute.responseDueAt <= addMs(tx.now, reminderMs)) {
    const [unreminded] = await disputesOf(tx).where({ id: dispute.id }).whereNull('reminded_at').select('id');
    if (unreminded) {
      const reminded = await updateDispute(tx, dispute, { reminded_at: tx.now });
      await recordDisputeEvent(tx, 'dispute.response_due', reminded);
    }
  }
  const plan = await findPlan(tx, { planId: order.planId });
  await extendPause(tx, {
    planId: plan.id,
    sourceId: dispute.id,
    until: addDays(todayOf(tx, plan), longerDays),
  });
}

/** When a dispute is next moved by time; undefined without one. */
export async function nextDisputeAt(tx: Tx): Promise<Date | undefined> {
  const { rows } = await tx.sql.raw<{
    rows: { due: Date | null; status: string; reminded: boolean; until: string | null; zone: string }[];
  }>(
    `select d.response_due_at as due, d.status, d.reminded_at is not null as reminded, s.until, p.time_zone as zone
     from disputes d
       join orders o on o.environment_id = d.environment_id and o.id = d.order_id
       join plans p on p.environment_id = d.environment_id and p.id = o.plan_id
       left join plan_pauses s
         on s.environment_id = d.environment_id and s.plan_id = p.id and s.source_id = d.id and s.ended_on is null
     where d.environment_id = ? and d.status in ('open', 'under_review')`,
    [tx.environment.id],
  );
  const times = rows.flatMap(({ due, status, reminded, until, zone }) => [
    ...(due && status === 'open' ? [due, ...(reminded ? [] : [addMs(due, -reminderMs)])] : []),
    ...(until === null ? [] : [startOf(until, zone)]),
  ]);
  return times.filter((at) => at > tx.now).toSorted((a, b) => a.getTime() - b.getTime())[0];
}
