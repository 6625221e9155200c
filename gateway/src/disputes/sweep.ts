import { addDays, addMs, dayMs } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
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

/** When a dispute is next moved by time; null without one. */
export function nextDisputeAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(move.at)
     from disputes d
       join orders o on o.environment_id = d.environment_id and o.id = d.order_id
       join plans p on p.environment_id = d.environment_id and p.id = o.plan_id
       left join plan_pauses s
         on s.environment_id = d.environment_id and s.plan_id = p.id and s.source_id = d.id and s.ended_on is null
       cross join lateral (values
         (case when d.status = 'open' then d.response_due_at end),
         (case when d.status = 'open' and d.reminded_at is null
           then d.response_due_at - :reminderMs * interval '1 millisecond' end),
         (s.until::timestamp at time zone p.time_zone)) as move (at)
     where d.environment_id = :environment and d.status in ('open', 'under_review') and move.at > :now`,
    { environment: tx.environment.id, now: tx.now, reminderMs },
  );
}
