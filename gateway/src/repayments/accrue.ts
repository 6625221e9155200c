import { post } from '../ledger/post.ts';
import { jointly } from '../ledger/jointly.ts';
import { accrue as accruePosting } from '../ledger/postings.ts';
import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { positionOn } from '../plans/position.ts';
import { readLog } from './log.ts';
import { lockPlan, type Plan, todayOf } from './plans.ts';
import { partsOfCharge } from './stakes.ts';

/**
 * Posts the interest that a locked plan has earned until `today` and that is not posted yet: at each due date, at the
 * month's end, and before whatever changes the balance (money.md, accrue). Posting twice on a date posts nothing the
 * second time, because what has been earned by a date never falls.
 */
export async function accrue(tx: Tx, plan: Plan, today: CalendarDate): Promise<void> {
  if (!plan.snapshot.interest || plan.status !== 'active' || plan.accruedOn === today) return;
  const { earned } = positionOn(plan.snapshot, await readLog(tx, plan.id), today);
  const interest = earned.interest - plan.accruedInterest;
  const subsidised = earned.subsidised - plan.accruedSubsidy;
  if (interest + subsidised > 0n) {
    const { id: planId, currency } = plan;
    const parts = await partsOfCharge(tx, plan, { interest, subsidised });
    await post(
      tx,
      jointly(parts, (part) => accruePosting({ planId, currency, subjectId: planId, ...part })),
    );
  }
  await tx.sql('plans').where({ environment_id: tx.environment.id, id: plan.id }).update({
    accrued_interest: earned.interest,
    accrued_subsidy: earned.subsidised,
    accrued_on: today,
  });
}

/** The plans that bear interest and have not been accrued since the last month ended in their calendar. */
export async function findUnaccrued(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select id from plans
     where environment_id = ? and status = 'active' and snapshot \\? 'interest'
       and coalesce(accrued_on, started_on) < date_trunc('month', ?::timestamptz at time zone time_zone)::date
     order by id`,
    [tx.environment.id, tx.now],
  );
  return rows.map(({ id }) => id);
}

/** A month has ended: what its days have earned is posted, whenever it is to be paid. */
export async function closeMonth(tx: Tx, planId: string): Promise<void> {
  const plan = await lockPlan(tx, planId);
  await accrue(tx, plan, todayOf(tx, plan));
}
