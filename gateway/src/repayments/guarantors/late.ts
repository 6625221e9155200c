import { type Guarantee, lockGuarantee, recordGuaranteeEvent } from '../../credit/guarantees/guarantees.ts';
import {
  callDays,
  callFromDaysPastDue,
  leastNoticeDays,
  warningDays,
} from '../../credit/guarantees/terms.ts';
import { addDays, type CalendarDate, dateIn, daysBetween } from '../../lib/dates.ts';
import type { Id } from '../../lib/ids.ts';
import { minOf, sum, toJsonAmount } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import type { UpcomingSql } from '../../lib/upcoming.ts';
import { startRepayment } from '../collect.ts';
import { isHardDecline } from '../declines.ts';
import { type Installment, listInstallments } from '../installments.ts';
import { lockDebt, type Plan, todayOf } from '../plans.ts';
import { openPromise } from '../promises.ts';
import type { RepaymentRow } from '../repayments.ts';

type Warning = { stage: 1 | 2; onDate: CalendarDate; callOn: CalendarDate; amount: bigint };

/** A covered plan that is late, on the plan's own date. */
type Lateness = {
  plan: Plan;
  guarantee: Guarantee;
  today: CalendarDate;
  /** The due date of the oldest unpaid installment, and what is unpaid, late fees aside, by the due date. */
  oldest: CalendarDate;
  unpaid: readonly Installment[];
  /** What the guarantee leaves to be asked for. */
  room: bigint;
};

const [firstWarningDays, lastWarningDays] = warningDays;

/** The ids of covered plans that are so late that their guarantor is warned or called, the oldest first. */
export async function findLatePlans(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select p.id
     from plans p
       join holds h on h.environment_id = p.environment_id and h.id = p.hold_id
       join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
     where p.environment_id = :environment and h.guarantee_id is not null and p.status = 'active'
       and i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null
     group by p.id, p.time_zone
     having (:now::timestamptz at time zone p.time_zone)::date - min(i.due_date) >= :days::integer
     order by p.id`,
    { environment: tx.environment.id, now: tx.now, days: firstWarningDays },
  );
  return rows.map(({ id }) => id);
}

/**
 * Warns the guarantor of a late plan twice, on days of their own, with the date and the most that they will be asked for;
 * then starts the call. The debtor's credit line is locked, so nobody else collects in between.
 */
export async function followLatePlan(tx: Tx, planId: string): Promise<void> {
  const late = await latenessOn(tx, await lockDebt(tx, planId));
  if (!late || late.room <= 0n) return;
  const warnings = await listWarnings(tx, planId, late.oldest);
  const days = daysBetween(late.oldest, late.today);
  const last = warnings.at(-1);
  if (!last) {
    await warn(tx, late, 1);
  } else if (last.stage === 1) {
    if (days >= lastWarningDays && late.today > last.onDate) await warn(tx, late, 2);
  } else if (days >= callFromDaysPastDue && late.today >= last.callOn) {
    await call(tx, late, last);
  }
}

async function latenessOn(tx: Tx, plan: Plan): Promise<Lateness | undefined> {
  const hold = await tx
    .sql('holds')
    .where({ environment_id: tx.environment.id, id: plan.holdId })
    .first<{ guarantee_id: string | null } | undefined>('guarantee_id');
  if (!hold?.guarantee_id || plan.status !== 'active') return undefined;
  const guarantee = await lockGuarantee(tx, hold.guarantee_id);
  const today = todayOf(tx, plan);
  const unpaid = (await listInstallments(tx, plan.id)).filter(
    (item) => item.paidAmount < item.amount && !item.pausedUntil,
  );
  const oldest = unpaid.map(({ dueDate }) => dueDate).toSorted()[0];
  if (oldest === undefined || daysBetween(oldest, today) < firstWarningDays) return undefined;
  const room = guarantee.cap - guarantee.calledAmount - (await underWay(tx, guarantee.id));
  return { plan, guarantee, today, oldest, unpaid, room };
}

/** What is being asked of the guarantor's card at this moment, for whichever plan. */
async function underWay(tx: Tx, guaranteeId: string): Promise<bigint> {
  const rows = await tx
    .sql('repayments')
    .where({ environment_id: tx.environment.id, guarantee_id: guaranteeId, status: 'pending' })
    .select<{ amount: bigint }[]>('amount');
  return sum(rows.map(({ amount }) => amount));
}

/** What is late on a date, late fees aside: a guarantor pays none. */
function lateBy({ unpaid }: Lateness, date: CalendarDate): bigint {
  return sum(
    unpaid
      .filter(({ dueDate }) => dueDate < date)
      .map(({ amount, paidAmount, fee, paidFee }) => amount - paidAmount - (fee - paidFee)),
  );
}

async function listWarnings(tx: Tx, planId: string, dueDate: CalendarDate): Promise<Warning[]> {
  return tx
    .sql('guarantee_warnings')
    .where({ environment_id: tx.environment.id, plan_id: planId, due_date: dueDate })
    .orderBy('stage')
    .select<Warning[]>('stage', 'on_date as onDate', 'call_on as callOn', 'amount');
}

/** Says from which date the guarantor may be charged, and the most: what is late by then if nobody pays. */
async function warn(tx: Tx, late: Lateness, stage: 1 | 2): Promise<void> {
  const { plan, guarantee, today, oldest } = late;
  const notice = stage === 2 ? leastNoticeDays : callFromDaysPastDue - firstWarningDays;
  const [callOn = today] = [addDays(oldest, callFromDaysPastDue), addDays(today, notice)]
    .toSorted()
    .toReversed();
  const amount = minOf(late.room, lateBy(late, callOn));
  if (amount <= 0n) return;
  await tx.sql('guarantee_warnings').insert({
    environment_id: tx.environment.id,
    plan_id: plan.id,
    due_date: oldest,
    stage,
    guarantee_id: guarantee.id,
    on_date: today,
    call_on: callOn,
    amount,
  });
  await recordGuaranteeEvent(tx, 'guarantee.warning', guarantee, {
    data: { amount: toJsonAmount(amount), on: callOn, stage },
  });
}

type Try = {
  amount: bigint;
  status: RepaymentRow['status'];
  /** Of one that the guarantor's bank took back, `charged_back`. */
  failureCode: string | null;
  methodId: string;
  createdAt: Date;
};

/**
 * Charges the guarantor's card what is late now, at most what the last warning named. It waits for a date that the debtor
 * has promised and for money that is on its way; a card that was refused for good is not asked again.
 */
async function call(tx: Tx, late: Lateness, warning: Warning): Promise<void> {
  const { plan, guarantee, today } = late;
  if (await openPromise(tx, plan.id)) return;
  const tries = await listTries(tx, { planId: plan.id, since: warning.onDate, timeZone: plan.timeZone });
  const last = tries.at(-1);
  if (last && dateIn(plan.timeZone, last.createdAt) === today) return;
  const isRefused = isHardDecline(last?.failureCode ?? null);
  const isNewCard = last !== undefined && last.methodId !== guarantee.paymentMethodId;
  if (isRefused && !isNewCard) return;
  const day = callDays[tries.length];
  const isTime = (isRefused && isNewCard) || (day !== undefined && addDays(warning.callOn, day) <= today);
  const taken = sum(tries.filter(({ status }) => status !== 'failed').map(({ amount }) => amount));
  const amount = minOf(late.room, lateBy(late, today), warning.amount - taken);
  if (!isTime || amount <= 0n) return;
  await startRepayment(tx, {
    planId: plan.id,
    amount,
    by: {
      guaranteeId: guarantee.id,
      guarantorId: guarantee.guarantorId,
      paymentMethodId: guarantee.paymentMethodId,
    },
  });
}

/** What was asked of the guarantor for a plan since a warning, the oldest first. */
async function listTries(
  tx: Tx,
  { planId, since, timeZone }: { planId: string; since: CalendarDate; timeZone: string },
): Promise<Try[]> {
  const { rows } = await tx.sql.raw<{ rows: Try[] }>(
    `select r.amount, r.status, case r.status when 'charged_back' then r.status else r.failure_code end as "failureCode", a.payment_method_id as "methodId",
       r.created_at as "createdAt"
     from repayments r
       join processor_attempts a
         on a.environment_id = r.environment_id and a.subject_id = r.id and a.purpose = 'repayment'
     where r.environment_id = ? and r.plan_id = ? and r.guarantee_id is not null
       and (r.created_at at time zone ?)::date >= ?
     order by r.id`,
    [tx.environment.id, planId, timeZone, since],
  );
  return rows;
}

/** What the guarantor was last warned of, and not charged since, as far as it may still come; the soonest first. */
export async function listOpenWarnings(
  tx: Tx,
  guaranteeId: Id<'gua'>,
): Promise<{ planId: string; callOn: CalendarDate; amount: bigint }[]> {
  const { rows } = await tx.sql.raw<{ rows: { planId: string; callOn: CalendarDate; amount: bigint }[] }>(
    `select distinct on (w.plan_id) w.plan_id as "planId", w.call_on as "callOn", w.amount
     from guarantee_warnings w
       join plans p on p.environment_id = w.environment_id and p.id = w.plan_id and p.status = 'active'
     where w.environment_id = ? and w.guarantee_id = ? and w.due_date = (
       select min(i.due_date) from installments i
       where i.environment_id = w.environment_id and i.plan_id = w.plan_id
         and i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null)
     order by w.plan_id, w.stage desc`,
    [tx.environment.id, guaranteeId],
  );
  return rows.toSorted((a, b) => (a.callOn < b.callOn ? -1 : 1));
}

/** When a warning or a call next comes if nobody pays, at the start of a date of its plan; null when nothing is late. */
export function nextCallAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(date::timestamp at time zone plan.time_zone) as at
     from (
       select p.environment_id, p.id, p.time_zone, min(i.due_date) as oldest
       from plans p
         join holds h on h.environment_id = p.environment_id and h.id = p.hold_id
         join installments i on i.environment_id = p.environment_id and i.plan_id = p.id
       where p.environment_id = :environment and h.guarantee_id is not null and p.status = 'active'
         and i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null
       group by p.environment_id, p.id, p.time_zone) plan
     cross join lateral (
       select plan.oldest + day as date from unnest(:warnings::integer[]) as day
       union all
       select w.call_on + day from guarantee_warnings w cross join unnest(:tries::integer[]) as day
       where w.environment_id = plan.environment_id and w.plan_id = plan.id and w.due_date = plan.oldest
       union all
       select w.on_date + 1 from guarantee_warnings w
       where w.environment_id = plan.environment_id and w.plan_id = plan.id and w.due_date = plan.oldest) dates
     where date::timestamp at time zone plan.time_zone > :now`,
    { environment: tx.environment.id, now: tx.now, warnings: [...warningDays], tries: [...callDays] },
  );
}
