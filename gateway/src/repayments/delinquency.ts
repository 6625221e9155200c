import { findHold } from '../credit/holds.ts';
import { liftSuspension, suspendLine } from '../credit/suspensions.ts';
import { recordEvent } from '../events/record.ts';
import { type CalendarDate, daysBetween } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { type Bucket, bucketDays, bucketOf, buckets, delinquencyOf, isLate } from '../plans/delinquency.ts';
import { owedOf } from '../plans/schedule.ts';
import { statusOf } from '../plans/status.ts';
import { endHardship } from './hardships.ts';
import { type Installment, listInstallments } from './installments.ts';
import { agingDate, debitUnderWaySql } from './pending-debits.ts';
import { lockDebt, type Plan, privateStreamsOf, todayOf } from './plans.ts';
import { isWrittenOff } from './recover.ts';

/** A plan is in another bucket than when somebody last looked. */
const bucketSql = `case ${bucketDays
  .map((days) => ({ days, bucket: bucketOf(days) }))
  .toReversed()
  .map(({ days, bucket }) => `when late.days >= ${days} then '${bucket}'`)
  .join(' ')} else '${buckets[0]}' end`;

/** The ids of plans that time has brought into another bucket at `tx.now`. Only what is overdue is looked at. */
export async function findDelinquent(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select late.id from (
       select p.id, p.bucket, max((:now::timestamptz at time zone p.time_zone)::date - i.due_date) as days
       from installments i
       join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
       where i.environment_id = :environment and i.status in ('scheduled', 'due', 'overdue')
         and i.paused_until is null and i.due_date <= (:now::timestamptz at time zone 'UTC')::date
         and p.status = 'active' and not ${debitUnderWaySql}
       group by p.id, p.bucket) late
     where late.days > 0 and late.bucket <> ${bucketSql}
     order by late.id`,
    { environment: tx.environment.id, now: tx.now },
  );
  return rows.map(({ id }) => id);
}

/** Looks again at how late a plan is. Doing so twice on a date changes nothing the second time. */
export async function reviewLateness(tx: Tx, planId: string): Promise<void> {
  const plan = await lockDebt(tx, planId);
  await followLateness(tx, plan, {
    installments: await listInstallments(tx, planId),
    today: await agingDate(tx, plan, todayOf(tx, plan)),
  });
}

/**
 * Brings the bucket of a locked plan up to what its installments say on the business date `today`, tells of a change
 * once, and suspends or restores the credit line: from four days past due nothing new is promised, and again when it is
 * cured. What was charged off stays as it is.
 */
export async function followLateness(
  tx: Tx,
  plan: Plan,
  { installments, today }: { installments: readonly Installment[]; today: CalendarDate },
): Promise<void> {
  if (isWrittenOff(plan)) return;
  const { days, bucket } = delinquencyOf(installments, today);
  if (bucket !== plan.bucket) await changeBucket(tx, plan, { installments, today, days, bucket });
  if (owedOf(installments) === 0n) await endHardship(tx, plan, today);
}

async function changeBucket(
  tx: Tx,
  plan: Plan,
  change: { installments: readonly Installment[]; today: CalendarDate; days: number; bucket: Bucket },
): Promise<void> {
  const { installments, today, days, bucket } = change;
  const late = installments
    .filter(
      (item) => statusOf(item, today) === 'overdue' && isLate(bucketOf(daysBetween(item.dueDate, today))),
    )
    .map(({ number }) => number);
  const [row] = await tx
    .sql<{ environment_id: string; id: string; version: number }>('plans')
    .where({ environment_id: tx.environment.id, id: plan.id })
    .update({
      bucket,
      late_installments: [...new Set([...plan.lateInstallments, ...late])],
      ...(!isLate(bucket) && { charge_off_notice_on: null }),
      version: tx.sql.raw('version + 1'),
    } as never)
    .returning('version');
  await recordEvent(tx, {
    streams: privateStreamsOf(plan),
    type: 'plan.delinquency_changed',
    objectId: plan.id,
    objectVersion: row?.version ?? plan.version,
    data: { bucket, previous_bucket: plan.bucket, days_past_due: days },
  });
  if (isLate(bucket) === isLate(plan.bucket)) return;
  const { creditLineId: lineId } = await findHold(tx, plan.holdId);
  const suspension = { lineId, reason: 'late', planId: plan.id } as const;
  await (isLate(bucket) ? suspendLine(tx, suspension) : liftSuspension(tx, suspension));
}

/** When a plan next comes into a later bucket if nobody pays; null when nothing is owed. */
export function nextDelinquencyAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(at) as at from (
       select (i.due_date + day)::timestamp at time zone p.time_zone as at
       from installments i
       join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
       cross join unnest(?::integer[]) as day
       where i.environment_id = ? and i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null
         and p.status = 'active'
     ) dates where at > ?`,
    [[...bucketDays], tx.environment.id, tx.now],
  );
}
