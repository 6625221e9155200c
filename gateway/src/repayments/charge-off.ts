import { partsByTerms } from '../credit/apportion.ts';
import { findHold, releaseUsed } from '../credit/holds.ts';
import { noteLosses } from '../credit/shares.ts';
import { suspendLine } from '../credit/suspensions.ts';
import { recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { chargeOff as chargeOffPosting } from '../ledger/postings.ts';
import { addDays, type CalendarDate } from '../lib/dates.ts';
import { sum, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { chargeOffDays, delinquencyOf } from '../plans/delinquency.ts';
import { markets } from '../plans/market-rules.ts';
import { rulesFor } from '../plans/markets.ts';
import { positionOn } from '../plans/position.ts';
import { accrue } from './accrue.ts';
import { enterOnPlan } from './enter.ts';
import { endHardship } from './hardships.ts';
import { listInstallments } from './installments.ts';
import { readLog } from './log.ts';
import { findPlan, lockDebt, type Plan, privateStreamsOf, todayOf } from './plans.ts';
import { openPromise } from './promises.ts';
import { carriedOf, fundersOf, isJoint, partsOfDebt, principalOf } from './stakes.ts';

/** The longest notice of all markets: from so many days past due on somebody may have to be told. */
function earliestNoticeDays(today: CalendarDate): number {
  const notices = markets.map((market) => rulesFor(market, today).adverseStepNoticeDays.value);
  return chargeOffDays - Math.max(...notices);
}

function noticeDaysOf({ snapshot }: Plan): number {
  return rulesFor(snapshot.market ?? 'EU', snapshot.agreed_on).adverseStepNoticeDays.value;
}

/** The ids of plans so late that their shopper is to be told of the charge-off, or that are to be charged off now. */
export async function findPlansToGiveUp(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select late.id from (
       select p.id, p.charge_off_notice_on is null as untold,
         max((:now::timestamptz at time zone p.time_zone)::date - i.due_date) as days
       from installments i
       join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
       where i.environment_id = :environment and i.status in ('scheduled', 'due', 'overdue')
         and i.paused_until is null
         and i.due_date <= (:now::timestamptz at time zone 'UTC')::date + 1 - :earliest::integer
         and p.status = 'active'
       group by p.id, p.charge_off_notice_on) late
     where late.days >= case when late.untold then :earliest::integer else :chargeOff::integer end
     order by late.id`,
    {
      environment: tx.environment.id,
      now: tx.now,
      earliest: earliestNoticeDays(tx.now.toISOString().slice(0, 10)),
      chargeOff: chargeOffDays,
    },
  );
  return rows.map(({ id }) => id);
}

/**
 * Tells the shopper of a plan that is about to be charged off, and charges off one that was told long enough ago. It
 * waits for money that is on its way and for what is promised. Doing so twice on a date changes nothing the second time;
 * says whether the plan was charged off.
 */
export async function giveUp(tx: Tx, planId: string): Promise<boolean> {
  const plan = await lockDebt(tx, planId);
  if (plan.status !== 'active') return false;
  const today = todayOf(tx, plan);
  const { days } = delinquencyOf(await listInstallments(tx, planId), today);
  const notice = noticeDaysOf(plan);
  if (plan.chargeOffNoticeOn === null) {
    if (days >= chargeOffDays - notice)
      await tell(tx, plan, { today, on: addDays(today, Math.max(notice, chargeOffDays - days)) });
    return false;
  }
  const isTime = days >= chargeOffDays && addDays(plan.chargeOffNoticeOn, notice) <= today;
  if (!isTime || (await openPromise(tx, planId)) || (await hasPendingRepayment(tx, planId))) return false;
  await chargeOff(tx, plan, today);
  return true;
}

async function tell(
  tx: Tx,
  plan: Plan,
  { today, on }: { today: CalendarDate; on: CalendarDate },
): Promise<void> {
  await plansOf(tx, plan).update({ charge_off_notice_on: today, version: tx.sql.raw('version + 1') });
  await record(tx, plan.id, 'plan.charge_off_notice', { on });
}

async function hasPendingRepayment(tx: Tx, planId: string): Promise<boolean> {
  const row = await tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id, plan_id: planId, status: 'pending' })
    .first('id');
  return row !== undefined;
}

/**
 * The debt leaves the books and is owed all the same: what it came to stands in the plan from now on. Each funder's
 * stake falls with it, and we bear the agreed part of its principal. The line stays suspended for good.
 */
async function chargeOff(tx: Tx, plan: Plan, today: CalendarDate): Promise<void> {
  await accrue(tx, plan, today);
  const { principal, interest, fee, total } = positionOn(plan.snapshot, await readLog(tx, plan.id), today);
  const parts = await partsOfDebt(tx, await carriedOf(tx, plan), { principal, interest, fee });
  const covers = partsByTerms(
    parts.map((part) => part.principal),
    (await fundersOf(tx, parts, plan.createdAt)).map(({ firstLossBasisPoints }) => firstLossBasisPoints),
  );
  const coverOf = (index: number): bigint => covers[index] ?? 0n;
  await post(
    tx,
    jointly(parts, (part, index) =>
      chargeOffPosting({
        ...part,
        planId: plan.id,
        currency: plan.currency,
        subjectId: plan.id,
        covered: coverOf(index),
      }),
    ),
  );
  if (isJoint(plan)) {
    const lost = parts.map(({ funderId, ...of }, index) => ({
      funderId,
      amount: of.principal + of.interest + of.fee - coverOf(index),
    }));
    await noteLosses(tx, plan.holdId, lost);
  }
  await releaseUsed(tx, plan.holdId, principalOf(parts));
  const { creditLineId: lineId } = await findHold(tx, plan.holdId);
  await suspendLine(tx, { lineId, reason: 'charged_off', planId: plan.id });
  await plansOf(tx, plan).update({
    status: 'charged_off',
    recoverable_amount: total,
    covered_amount: sum(covers),
    version: tx.sql.raw('version + 1'),
  });
  await enterOnPlan(tx, { planId: plan.id, entry: { kind: 'charge_off' }, sourceId: plan.id });
  await endHardship(tx, plan, today);
  await record(tx, plan.id, 'plan.charged_off', { recoverable_amount: toJsonAmount(total) });
}

function plansOf(tx: Tx, plan: Plan) {
  return tx.sql('plans').where({ environment_id: tx.environment.id, id: plan.id });
}

async function record(
  tx: Tx,
  planId: string,
  type: EventType & `plan.${string}`,
  data: Record<string, string | number>,
): Promise<void> {
  const plan = await findPlan(tx, { planId });
  await recordEvent(tx, {
    streams: privateStreamsOf(plan),
    type,
    objectId: plan.id,
    objectVersion: plan.version,
    data: { status: plan.status, currency: plan.currency, ...data },
  });
}

/** When a notice or a charge-off next comes, if nobody pays; null when nothing is owed. */
export function nextChargeOffAt(tx: Tx): UpcomingSql {
  const today = tx.now.toISOString().slice(0, 10);
  const notices = [...new Set(markets.map((market) => rulesFor(market, today).adverseStepNoticeDays.value))];
  return tx.sql.raw(
    `select min(at) as at from (
       select date::timestamp at time zone p.time_zone as at
       from installments i
       join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
       cross join lateral (
         select i.due_date + :chargeOff::integer - notice as date
         from unnest(:notices::integer[]) as notice
         union all select i.due_date + :chargeOff::integer
         union all
         select p.charge_off_notice_on + notice from unnest(:notices::integer[]) as notice) dates
       where i.environment_id = :environment and i.status in ('scheduled', 'due', 'overdue')
         and i.paused_until is null and p.status = 'active'
     ) dates where at > :now`,
    { environment: tx.environment.id, now: tx.now, chargeOff: chargeOffDays, notices },
  );
}
