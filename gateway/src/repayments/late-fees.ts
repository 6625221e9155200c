import { recordEvent } from '../events/record.ts';
import type { EventType } from '../events/types.ts';
import { jointly } from '../ledger/jointly.ts';
import { post } from '../ledger/post.ts';
import { lateFeeCharged, lateFeeWaived } from '../ledger/postings.ts';
import { GatewayError } from '../lib/errors.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { UpcomingSql } from '../lib/upcoming.ts';
import { type LateFee, lateFeesOn } from '../plans/late-fee.ts';
import { accrue } from './accrue.ts';
import { enterOnPlan } from './enter.ts';
import { type Installment, listInstallments } from './installments.ts';
import { readLog } from './log.ts';
import { findPlan, lockDebt, type Plan, privateStreamsOf, todayOf } from './plans.ts';
import { carriedOf, partsOfCharge, partsOfDebt } from './stakes.ts';

/**
 * The ids of plans with a missed installment whose grace is over and that was never charged a late fee. A fee waits for
 * the notice of the missed payment, on an earlier date; there is none while money is on its way, while a promise to pay
 * is open, and on easier terms.
 */
export async function findPlansToCharge(tx: Tx): Promise<string[]> {
  const { rows } = await tx.sql.raw<{ rows: { id: string }[] }>(
    `select distinct p.id
     from installments i
     join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
     cross join lateral (select (:now::timestamptz at time zone p.time_zone)::date as today) d
     where i.environment_id = :environment and i.status in ('scheduled', 'due', 'overdue')
       and i.paused_until is null and i.due_date <= (:now::timestamptz at time zone 'UTC')::date
       and p.status = 'active' and p.snapshot \\? 'late_fee'
       and d.today - i.due_date > (p.snapshot -> 'late_fee' ->> 'grace_days')::integer
       and not exists (select from plan_entries e
         where e.environment_id = p.environment_id and e.plan_id = p.id
           and (e.kind = 'hardship' or (e.kind = 'late_fee' and (e.details ->> 'number')::integer = i.number)))
       and not exists (select from hardships h
         where h.environment_id = p.environment_id and h.plan_id = p.id and h.granted_on is not null)
       and not exists (select from promises s
         where s.environment_id = p.environment_id and s.plan_id = p.id and s.status = 'open')
       and not exists (select from repayments r
         where r.environment_id = p.environment_id and r.plan_id = p.id and r.status = 'pending')
       and exists (select from reminders m
         where m.environment_id = p.environment_id and m.plan_id = p.id and m.number = i.number
           and m.due_date = i.due_date and m.days > 0 and m.on_date < d.today)
     order by p.id`,
    { environment: tx.environment.id, now: tx.now },
  );
  return rows.map(({ id }) => id);
}

/** Charges a plan the late fees that have become due, each installment's once. */
export async function chargeLateFees(tx: Tx, planId: string): Promise<void> {
  const plan = await lockDebt(tx, planId);
  // Somebody may have paid, promised or asked for help since the look.
  if (!(await findPlansToCharge(tx)).includes(planId)) return;
  const today = todayOf(tx, plan);
  await accrue(tx, plan, today);
  for (const fee of lateFeesOn(plan.snapshot, await readLog(tx, planId), today)) await charge(tx, plan, fee);
}

async function charge(tx: Tx, plan: Plan, { number, amount }: LateFee): Promise<void> {
  const installment = await installmentOf(tx, plan, number);
  const parts = await partsOfCharge(tx, plan, { fee: amount });
  await post(
    tx,
    jointly(parts, ({ funderId, fee }) =>
      lateFeeCharged({ ...causeOf(plan, installment), funderId, amount: fee }),
    ),
  );
  await enterOnPlan(tx, {
    planId: plan.id,
    entry: { kind: 'late_fee', number, amount },
    sourceId: installment.id,
  });
  await recordFee(tx, 'late_fee.charged', { plan, installment, amount });
}

/**
 * Lets go of what is unpaid of an installment's late fee; returns how much that was. Errors: `not_found`,
 * `state_conflict` when nothing of a fee is unpaid.
 */
export async function waiveLateFee(tx: Tx, input: { planId: string; number: number }): Promise<bigint> {
  const plan = await lockDebt(tx, input.planId);
  const installment = await installmentOf(tx, plan, input.number);
  const amount = installment.fee - installment.paidFee;
  if (plan.status !== 'active' || amount === 0n) {
    throw new GatewayError('state_conflict', { detail: 'Nothing of a late fee is unpaid there.' });
  }
  await accrue(tx, plan, todayOf(tx, plan));
  const parts = await partsOfDebt(tx, await carriedOf(tx, plan), { fee: amount });
  await post(
    tx,
    jointly(parts, ({ funderId, fee }) =>
      lateFeeWaived({ ...causeOf(plan, installment), funderId, amount: fee }),
    ),
  );
  await enterOnPlan(tx, {
    planId: plan.id,
    entry: { kind: 'fee_waived', number: input.number, amount },
    sourceId: installment.id,
  });
  await recordFee(tx, 'late_fee.waived', { plan, installment, amount });
  return amount;
}

async function installmentOf(tx: Tx, plan: Plan, number: number): Promise<Installment> {
  const found = (await listInstallments(tx, plan.id)).find((item) => item.number === number);
  if (!found) throw new GatewayError('not_found', { detail: `The plan has no installment ${number}.` });
  return found;
}

function causeOf(plan: Plan, installment: Installment) {
  return { currency: plan.currency, subjectId: installment.id, planId: plan.id };
}

async function recordFee(
  tx: Tx,
  type: EventType & `late_fee.${string}`,
  { plan, installment, amount }: { plan: Plan; installment: Installment; amount: bigint },
): Promise<void> {
  const { version } = await findPlan(tx, { planId: plan.id });
  await recordEvent(tx, {
    streams: privateStreamsOf(plan),
    type,
    objectId: installment.id,
    objectVersion: version,
    data: {
      plan_id: plan.id,
      number: installment.number,
      due_date: installment.dueDate,
      currency: plan.currency,
      amount: toJsonAmount(amount),
    },
  });
}

/** When the grace of a missed installment, or the date of its notice, is next over; null when no fee can come. */
export function nextLateFeeAt(tx: Tx): UpcomingSql {
  return tx.sql.raw(
    `select min(at) as at from (
       select date::timestamp at time zone p.time_zone as at
       from installments i
       join plans p on p.environment_id = i.environment_id and p.id = i.plan_id
       cross join lateral (
         select i.due_date + (p.snapshot -> 'late_fee' ->> 'grace_days')::integer + 1 as date
         union all
         select m.on_date + 1 from reminders m
         where m.environment_id = p.environment_id and m.plan_id = p.id and m.number = i.number
           and m.due_date = i.due_date and m.days > 0) dates
       where i.environment_id = ? and i.status in ('scheduled', 'due', 'overdue') and i.paused_until is null
         and p.status = 'active'
         and p.snapshot \\? 'late_fee'
     ) dates where at > ?`,
    [tx.environment.id, tx.now],
  );
}
